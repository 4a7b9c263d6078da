package org.qcnn.benchmarks;

import java.util.List;
import java.util.Random;
import org.qcnn.graph.Activation;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Memory;
import org.qcnn.kernel.Operand;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * A fully-connected layer quantized as in the paper, Cs' = 4 and K = 32, whose two stages are timed
 * apart: building the tables, and the run over all codes.
 */
final class FullyConnectedStages implements AutoCloseable {
  static final String RUN = "run";
  private static final String BUILD = "build";
  private static final int SIZE = 4;
  private static final int SUB_CODEWORDS = 32;

  private final QuantizedWeights weights;
  private final Kernel kernel;
  private final Memory input;
  private final Memory output;
  private final Memory tables;
  private final Memory scratch;
  private final KernelArguments arguments;

  FullyConnectedStages(int inputs, int outputs) {
    weights = randomWeights(inputs, outputs);
    KernelSet kernels = KernelSet.best();
    kernel =
        kernels.compile(
            new FullyConnected(weights, new float[outputs], Activation.RELU),
            List.of(Operand.perImage(Shape.of(inputs))));
    input = kernels.allocate((long) inputs * Float.BYTES);
    output = kernels.allocate((long) outputs * Float.BYTES);
    tables = kernels.allocate(kernel.sharedScratchBytes(1));
    scratch = kernels.allocate(kernel.threadScratchBytes(1));
    input.floats().put(ConvolutionLayer.random(inputs));
    arguments =
        new KernelArguments(
            1,
            List.of(input.floats()),
            output.floats(),
            tables.bytes(0, Math.toIntExact(tables.size())));
  }

  private static QuantizedWeights randomWeights(int inputs, int outputs) {
    int subspaces = inputs / SIZE;
    byte[] codes = new byte[outputs * subspaces];
    Random random = new Random(2);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(SUB_CODEWORDS);
    }
    Shape codebooks = Shape.of(subspaces, SUB_CODEWORDS, SIZE);
    Tensor values = Tensor.over(codebooks, ConvolutionLayer.random(codebooks.count()));
    return new QuantizedWeights(Shape.of(outputs, inputs), values, codes, 4f, 60f);
  }

  /** Returns the bytes of codes that a run reads, as packed; biases, 16 kB, are among them. */
  long codeBytes() {
    long codebookBytes = (long) weights.codebooks().shape().count() * Short.BYTES;
    return kernel.packedBytes() - codebookBytes;
  }

  /** Returns both stages, in running order; {@link #close} ends them. */
  List<Contestant> stages() {
    return List.of(stage(BUILD, 0), stage(RUN, 1));
  }

  private Contestant stage(String name, int stage) {
    return new Contestant() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void run() {
        kernel.run(
            stage,
            arguments,
            scratch.bytes(0, Math.toIntExact(scratch.size())),
            0,
            kernel.tasks(stage, 1));
      }

      @Override
      public void close() {
        // The layer owns everything.
      }
    };
  }

  @Override
  public void close() {
    kernel.close();
    for (Memory memory : List.of(input, output, tables, scratch)) {
      memory.close();
    }
  }
}

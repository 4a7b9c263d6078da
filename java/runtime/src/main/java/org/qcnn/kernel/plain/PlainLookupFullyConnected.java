package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.LookupScales;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;

/**
 * Fully-connected layer by 16-bit lookup tables. Stage 0 fills the tables {@code [image][M][K]}, a
 * task is one image; stage 1 sums, a task is one output of all images.
 */
final class PlainLookupFullyConnected extends CheckedKernel {
  private final QuantizedWeights weights;
  private final byte[] assignments;
  private final LookupScales scales;
  private final IntegerCodebooks codebooks;
  private final float[] bias;
  private final Activation activation;
  private final int entriesPerImage;

  PlainLookupFullyConnected(
      FullyConnected operator, QuantizedWeights weights, List<Operand> inputs) {
    super(operator, inputs);
    this.weights = weights;
    this.assignments = weights.assignments();
    this.scales = new LookupScales(weights);
    this.codebooks = new IntegerCodebooks(weights, scales);
    this.bias = operator.bias();
    this.activation = operator.activation();
    this.entriesPerImage = weights.subspaces() * weights.subCodewords();
  }

  @Override
  public int stages() {
    return 2;
  }

  @Override
  public int tasks(int stage, int batch) {
    return stage == 0 ? batch : bias.length;
  }

  @Override
  public long sharedScratchBytes(int batch) {
    return (long) batch * entriesPerImage * Short.BYTES;
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    ShortBuffer tables =
        arguments.sharedScratch.duplicate().order(ByteOrder.nativeOrder()).asShortBuffer();
    if (stage == 0) {
      for (int image = first; image < last; image++) {
        fillTables(arguments.inputs.get(0), image, tables);
      }
      return;
    }
    for (int output = first; output < last; output++) {
      for (int image = 0; image < arguments.batch; image++) {
        float response = scales.response(sum(tables, image, output));
        arguments.output.put(
            outputOffset(image) + output, activation.apply(response + bias[output]));
      }
    }
  }

  private void fillTables(FloatBuffer input, int image, ShortBuffer tables) {
    int size = weights.subCodewordSize();
    int count = input(0).count();
    int[] x = new int[size];
    int codewords = weights.subCodewords();
    for (int subspace = 0; subspace < weights.subspaces(); subspace++) {
      for (int d = 0; d < size; d++) {
        int i = subspace * size + d;
        x[d] = i < count ? scales.input(subspace, input.get(inputOffset(0, image) + i)) : 0;
      }
      int to = image * entriesPerImage + subspace * codewords;
      for (int codeword = 0; codeword < codewords; codeword++) {
        tables.put(to + codeword, (short) codebooks.entry(subspace, codeword, x, 0));
      }
    }
  }

  private short sum(ShortBuffer tables, int image, int output) {
    int code = output * weights.subspaces();
    int table = image * entriesPerImage;
    short sum = 0;
    for (int subspace = 0; subspace < weights.subspaces(); subspace++) {
      short entry = tables.get(table + (assignments[code + subspace] & 0xff));
      sum = Saturating.add(sum, entry);
      table += weights.subCodewords();
    }
    return sum;
  }
}

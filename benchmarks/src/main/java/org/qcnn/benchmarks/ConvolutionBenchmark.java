package org.qcnn.benchmarks;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.qcnn.baseline.OpenBlasKernels;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.KernelSet;

/** One convolution on one thread: with lookup tables, dense, and as im2col + OpenBLAS. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {
  /** How the layer is computed. */
  public enum Engine {
    LOOKUP,
    DENSE,
    OPENBLAS
  }

  @Param public ConvolutionLayer layer;

  @Param public Engine engine;

  private Model model;
  private Session session;
  private FloatBuffer input;
  private FloatBuffer output;

  /** Packs the layer's weights. */
  @Setup
  public void open() {
    OpenBlasKernels.useThreads(1);
    Convolution convolution = engine == Engine.LOOKUP ? layer.quantized() : layer.dense();
    Graph graph =
        new Graph(
            "image",
            layer.inputShape(),
            List.of(new Node("layer", convolution, List.of("image"), "response")),
            List.of("response"),
            Map.of());
    KernelSet kernels = engine == Engine.OPENBLAS ? new OpenBlasKernels() : KernelSet.best();
    model = Model.of(graph, kernels, WayChoice.LOOKUP);
    session = model.newSession();
    input = FloatBuffer.wrap(ConvolutionLayer.random(layer.inputShape().count()));
    output = FloatBuffer.allocate(graph.shape("response").count());
  }

  /** Runs the layer once. */
  @Benchmark
  public FloatBuffer run() {
    session.run(input, output.clear());
    return output;
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    session.close();
    model.close();
  }
}

package org.qcnn.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.KernelSet;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.writer.Decompression;

/**
 * Runs model files in ONNX Runtime and in this engine, with lookup tables and with decoded weights,
 * on the same random image, and prints how far they are apart. Ends with 1 if a file is too far.
 */
public final class OnnxRuntimeComparison {
  // Float sums in another order.
  private static final double LARGEST_DENSE_ERROR = 1e-4;
  // 16-bit lookup tables on top of that, and 8-bit ones, whose rounding adds up over layers.
  private static final double LARGEST_LOOKUP_ERROR = 0.05;
  private static final double LARGEST_BYTE_ERROR = 0.25;

  private OnnxRuntimeComparison() {}

  /** Relative L2 distances of our outputs from ONNX Runtime's. */
  public record Distances(double dense, double lookup, boolean byteTables) {
    /** Returns whether both are within their bounds. */
    public boolean acceptable() {
      return dense <= LARGEST_DENSE_ERROR
          && lookup <= (byteTables ? LARGEST_BYTE_ERROR : LARGEST_LOOKUP_ERROR);
    }
  }

  /** Compares the files named on the command line. */
  public static void main(String[] files) throws IOException, OrtException {
    boolean acceptable = files.length > 0;
    for (String file : files) {
      Distances distances = compare(Path.of(file));
      acceptable &= distances.acceptable();
      System.out.printf(
          Locale.ROOT,
          "%s: decoded weights %.1e, lookup tables of %d bits %.1e from ONNX Runtime: %s%n",
          file,
          distances.dense(),
          distances.byteTables() ? 8 : 16,
          distances.lookup(),
          distances.acceptable() ? "the same" : "TOO FAR");
    }
    if (files.length == 0) {
      System.err.println("name the model files to compare");
    }
    System.exit(acceptable ? 0 : 1);
  }

  /** Compares one file. */
  public static Distances compare(Path file) throws IOException, OrtException {
    Graph graph = OnnxReader.read(file, ImportOptions.DEFAULT);
    float[] image = RandomImage.values(graph.inputShape().count(), 1);
    float[] expected = inOnnxRuntime(file, graph, image);
    return new Distances(
        distance(inEngine(Decompression.decompress(graph), image), expected),
        distance(inEngine(graph, image), expected),
        hasByteTables(graph));
  }

  private static boolean hasByteTables(Graph graph) {
    return graph.nodes().stream()
        .map(node -> node.operator().weights())
        .anyMatch(
            weights ->
                weights instanceof QuantizedWeights quantized
                    && quantized.tableShifts().length > 0);
  }

  private static float[] inEngine(Graph graph, float[] image) {
    try (Model model = Model.of(graph, KernelSet.best());
        Session session = model.newSession(2)) {
      FloatBuffer scores = FloatBuffer.allocate(graph.shape(graph.outputs().get(0)).count());
      session.run(FloatBuffer.wrap(image), scores);
      return scores.array();
    }
  }

  private static float[] inOnnxRuntime(Path file, Graph graph, float[] image) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(file.toString(), options);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(image),
                OnnxRuntimeContestant.batchOfOne(graph.inputShape()));
        OrtSession.Result result = session.run(Map.of(graph.input(), input))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] scores = new float[values.remaining()];
      values.get(scores);
      return scores;
    }
  }

  private static double distance(float[] actual, float[] expected) {
    double error = 0;
    double square = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      square += Math.pow(expected[i], 2);
    }
    return Math.sqrt(error / square);
  }
}

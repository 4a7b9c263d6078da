package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.qcnn.allocation.Prices;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.compression.CompressedNetwork;
import org.qcnn.compression.CompressionProgress;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.Compressor;
import org.qcnn.compression.LayerSensitivity;
import org.qcnn.compression.SensitivityWalk;
import org.qcnn.compression.TableWidth;
import org.qcnn.compression.WeightBytes;
import org.qcnn.data.ImageSource;
import org.qcnn.data.PreprocessingFile;
import org.qcnn.data.SampledImages;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.writer.OnnxWriter;

/**
 * What each step of training is worth: a network compressed to several sizes, with one step more in
 * every row, measured on labelled images that nothing was learnt from.
 */
public final class AccuracyAblation {
  private static final int[] SAMPLES = {25, 50, 100, 200};

  private final Graph graph;
  private final ImageSource calibration;
  private final TopClasses validation;
  private final int epochs;
  private final Path temporary;
  private final List<Row> rows = new ArrayList<>();

  /**
   * One cell of the table.
   *
   * @param size the compression that was aimed at
   * @param step the last step of training
   * @param images of calibration
   * @param bytes of the file
   * @param smaller 32-bit weights over the file
   */
  private record Row(
      double size,
      String step,
      int images,
      long bytes,
      double smaller,
      double topOne,
      double topFive,
      double seconds) {}

  private record Result(
      String network, Machine machine, double topOne, double topFive, List<Row> rows) {}

  private AccuracyAblation(Graph graph, ImageSource calibration, TopClasses validation, int epochs)
      throws IOException {
    this.graph = graph;
    this.calibration = calibration;
    this.validation = validation;
    this.epochs = epochs;
    this.temporary = Files.createTempFile("qcnn-ablation", ".onnx");
  }

  /**
   * Runs it.
   *
   * @param arguments network, preprocessing, calibration images, validation images, their labels
   *     (-: the images have them), epochs of fine-tuning, result file, compressions to aim at
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 8) {
      System.err.println(
          "usage: AccuracyAblation NETWORK PREPROCESSING CALIBRATION VALIDATION LABELS EPOCHS"
              + " RESULT.json SIZE...");
      System.exit(2);
    }
    Path network = Path.of(arguments[0]);
    Graph graph = OnnxReader.read(network, ImportOptions.DEFAULT);
    var preprocessing = PreprocessingFile.read(Path.of(arguments[1]));
    try (ImageSource calibration =
            ImageSource.open(arguments[2], preprocessing, graph.inputShape(), null);
        ImageSource labelled =
            ImageSource.open(
                arguments[3],
                preprocessing,
                graph.inputShape(),
                arguments[4].equals("-") ? null : Path.of(arguments[4]))) {
      AccuracyAblation ablation =
          new AccuracyAblation(
              graph,
              calibration,
              new TopClasses(labelled, Runtime.getRuntime().availableProcessors()),
              Integer.parseInt(arguments[5]));
      Path result = Path.of(arguments[6]);
      for (int i = 7; i < arguments.length; i++) {
        ablation.size(Double.parseDouble(arguments[i]), i == 7);
        ablation.save(network, result);
      }
    }
  }

  private void save(Path network, Path result) throws IOException {
    TopClasses.Shares original = validation.of(graph);
    ResultFile.write(
        result,
        new Result(
            network.getFileName().toString(),
            Machine.here(),
            original.topOne(),
            original.topFive(),
            rows));
  }

  /** Fills one column; with {@code samples}, also for fewer images. */
  private void size(double size, boolean samples) throws IOException {
    CompressionSettings plain = CompressionSettings.DEFAULT.withTables(TableWidth.SIXTEEN);
    List<LayerSensitivity> layers = sensitivities(calibration);
    long budget =
        (long) (WeightBytes.dense(graph) / size) - OnnxWriter.bytesBesidesElements(graph) - 14_000;
    CompressionSettings uniform = Uniform.within(layers, budget).applyTo(plain);
    add(size, "k-means", calibration, uniform.withSweeps(0, 0), false);
    add(size, "+ layer response", calibration, uniform.withSweeps(8, 0), false);
    add(size, "+ error correction", calibration, uniform, false);
    add(size, "+ bias", calibration, uniform, true);
    CompressionSettings allocated = Prices.within(layers, budget).applyTo(plain);
    add(size, "+ allocation", calibration, allocated, true);
    if (samples) {
      for (int count : SAMPLES) {
        if (count < calibration.count()) {
          ImageSource some = SampledImages.of(calibration, count);
          add(size, "+ allocation", some, allocated, true);
        }
      }
    }
    if (epochs > 0) {
      CompressionSettings tuned =
          allocated.withFineTuning(allocated.fineTuning().withEpochs(epochs));
      add(size, "+ fine-tuning", calibration, tuned, true);
    }
  }

  private List<LayerSensitivity> sensitivities(ImageSource images) {
    return SensitivityWalk.measure(
        graph, images, CompressionSettings.DEFAULT, CompressionProgress.NONE, Checkpoints.NONE);
  }

  private static float[] bias(Node node) {
    return ((WeightedOperator) node.operator()).bias();
  }

  private void add(
      double size, String step, ImageSource images, CompressionSettings settings, boolean biases)
      throws IOException {
    long start = System.nanoTime();
    CompressedNetwork network =
        Compressor.compress(graph, images, settings, CompressionProgress.NONE);
    double seconds = (System.nanoTime() - start) / 1e9;
    Graph quantized = biases ? network.graph() : withOriginalBiases(network.graph());
    OnnxWriter.write(quantized, temporary);
    long bytes = Files.size(temporary);
    TopClasses.Shares shares = validation.of(quantized);
    Row row =
        new Row(
            size,
            step,
            images.count(),
            bytes,
            (double) WeightBytes.dense(graph) / bytes,
            shares.topOne(),
            shares.topFive(),
            seconds);
    rows.add(row);
    System.out.printf(
        Locale.ROOT,
        "%5.1fx  %-20s %4d images  %8d bytes  %5.2fx  top-1 %.2f  top-5 %.2f  %.0f s%n",
        size,
        step,
        row.images(),
        bytes,
        row.smaller(),
        row.topOne(),
        row.topFive(),
        seconds);
  }

  /** Undoes the correction of biases. */
  private Graph withOriginalBiases(Graph quantized) {
    Map<String, Node> originals = new java.util.HashMap<>();
    graph.nodes().forEach(node -> originals.put(node.name(), node));
    List<Node> nodes = new ArrayList<>(quantized.nodes());
    nodes.replaceAll(
        node ->
            node.operator() instanceof WeightedOperator layer
                ? node.with(layer.with(layer.weights(), bias(originals.get(node.name()))))
                : node);
    return quantized.withNodes(nodes);
  }
}

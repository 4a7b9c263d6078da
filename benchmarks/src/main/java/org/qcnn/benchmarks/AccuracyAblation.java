package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
  private static final int[] SAMPLES = {25, 50, 100, 200, 600};
  private static final Set<String> WITHOUT_BIASES =
      Set.of("k-means", "+ layer response", "+ error correction");

  private final Graph graph;
  private final ImageSource all;
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

  private AccuracyAblation(
      Graph graph, ImageSource all, int images, TopClasses validation, int epochs)
      throws IOException {
    this.graph = graph;
    this.all = all;
    this.calibration = SampledImages.of(all, images);
    this.validation = validation;
    this.epochs = epochs;
    this.temporary = Files.createTempFile("qcnn-ablation", ".onnx");
  }

  /**
   * Runs it.
   *
   * @param arguments network, preprocessing, calibration images, validation images, their labels
   *     (-: the images have them), how many calibration images to use, epochs of fine-tuning,
   *     result file, compressions to aim at
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 9) {
      System.err.println(
          "usage: AccuracyAblation NETWORK PREPROCESSING CALIBRATION VALIDATION LABELS IMAGES"
              + " EPOCHS RESULT.json SIZE...");
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
              Integer.parseInt(arguments[5]),
              new TopClasses(labelled, Runtime.getRuntime().availableProcessors()),
              Integer.parseInt(arguments[6]));
      Path result = Path.of(arguments[7]);
      List<LayerSensitivity> layers = ablation.sensitivities();
      for (int i = 8; i < arguments.length; i++) {
        ablation.size(Double.parseDouble(arguments[i]), layers, i + 1 == arguments.length);
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

  /** Fills one column; with {@code samples}, also for other numbers of images. */
  private void size(double size, List<LayerSensitivity> layers, boolean samples)
      throws IOException {
    CompressionSettings plain = CompressionSettings.DEFAULT.withTables(TableWidth.SIXTEEN);
    long budget =
        (long) (WeightBytes.dense(graph) / size) - OnnxWriter.bytesBesidesElements(graph) - 14_000;
    CompressionSettings uniform = Uniform.within(layers, budget).applyTo(plain).withBeam(1);
    CompressionSettings alone = uniform.withoutAdditions().withoutArrangement();
    add(size, List.of("k-means"), calibration, alone.withSweeps(0, 0));
    add(size, List.of("+ layer response"), calibration, alone.withSweeps(8, 0));
    add(size, List.of("+ error correction", "+ bias"), calibration, alone);
    add(size, List.of("+ additions"), calibration, uniform.withoutArrangement());
    add(size, List.of("+ hidden channels"), calibration, uniform);
    CompressionSettings allocated = Prices.within(layers, budget).applyTo(plain);
    add(size, List.of("+ allocation"), calibration, allocated.withBeam(1));
    add(size, List.of("+ beam"), calibration, allocated);
    if (epochs > 0) {
      CompressionSettings tuned =
          allocated.withFineTuning(allocated.fineTuning().withEpochs(epochs));
      add(size, List.of("+ fine-tuning"), calibration, tuned);
    }
    if (samples) {
      for (int count : SAMPLES) {
        if (count != calibration.count() && count <= all.count()) {
          add(size, List.of("+ beam"), SampledImages.of(all, count), allocated);
        }
      }
    }
  }

  private List<LayerSensitivity> sensitivities() {
    return SensitivityWalk.measure(
        graph,
        calibration,
        CompressionSettings.DEFAULT,
        CompressionProgress.NONE,
        Checkpoints.NONE);
  }

  private static float[] bias(Node node) {
    return ((WeightedOperator) node.operator()).bias();
  }

  /** Compresses once and measures after each of the last steps. */
  private void add(
      double size, List<String> steps, ImageSource images, CompressionSettings settings)
      throws IOException {
    long start = System.nanoTime();
    CompressedNetwork network =
        Compressor.compress(graph, images, settings, CompressionProgress.NONE);
    double seconds = (System.nanoTime() - start) / 1e9;
    for (String step : steps) {
      boolean biases = !WITHOUT_BIASES.contains(step);
      Graph quantized = biases ? network.graph() : withOriginalBiases(network.graph());
      add(size, step, images.count(), quantized, seconds);
    }
  }

  private void add(double size, String step, int images, Graph quantized, double seconds)
      throws IOException {
    OnnxWriter.write(quantized, temporary);
    long bytes = Files.size(temporary);
    TopClasses.Shares shares = validation.of(quantized);
    Row row =
        new Row(
            size,
            step,
            images,
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
    Map<String, Node> originals = new HashMap<>();
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

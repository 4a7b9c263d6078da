package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.data.DataException;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.kernel.KernelSet;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.writer.Decompression;
import org.qcnn.writer.OnnxWriter;
import org.qcnn.writer.ReferenceRuntime;

/** Whole compressions of a small residual network on random images. */
class CompressorTest {
  private static final Graph GRAPH = SmallNetwork.build(3);
  private static final ImageSource IMAGES =
      ImageSource.open("random:60", null, GRAPH.inputShape(), null);
  private static final CompressionSettings SETTINGS =
      CompressionSettings.DEFAULT.withLayers(
          Map.of(
              "conv2", new LayerSetting(4, 16),
              "conv3", new LayerSetting(5, 16, true),
              "grouped", new LayerSetting(2, 16, true),
              "fc1", new LayerSetting(4, 16)));

  @TempDir Path folder;

  private static CompressedNetwork compress(CompressionSettings settings) {
    return Compressor.compress(GRAPH, IMAGES, settings, CompressionProgress.NONE);
  }

  @Test
  void theCompressedFileGivesTheSameEverywhere() throws Exception {
    CompressedNetwork compressed = compress(SETTINGS);
    Path file = folder.resolve("small.onnx");
    OnnxWriter.write(compressed.graph(), file);
    Graph back = OnnxReader.read(file, ImportOptions.DEFAULT);
    float[] images = images(4);
    float[] lookup = run(back, images);
    float[] decoded = run(Decompression.decompress(back), images);
    float[] reference = ReferenceRuntime.run(file, GRAPH.inputShape(), 4, images).toArray();
    assertTrue(difference(decoded, reference) < 1e-5, "decoded weights and ONNX Runtime");
    assertTrue(difference(lookup, reference) < 0.02, "lookup tables and ONNX Runtime");
    assertArrayEquals(run(compressed.graph(), images), lookup, "before and after the file");
  }

  @Test
  void trainingBringsTheResponseNearTheOriginal() {
    CompressedNetwork compressed = compress(SETTINGS);
    float[] images = images(20);
    double trained = difference(run(compressed.graph(), images), run(GRAPH, images));
    double untrained =
        difference(run(compress(SETTINGS.withSweeps(0, 0)).graph(), images), run(GRAPH, images));
    assertTrue(trained < 0.8 * untrained, trained + " against " + untrained);
    for (LayerReport layer : compressed.report().layers()) {
      layer
          .errors()
          .ifPresent(errors -> assertTrue(errors.layer() < errors.kMeans(), layer.name()));
    }
  }

  @Test
  void theSameBytesForAnyNumberOfThreads() throws IOException {
    Path one = folder.resolve("one.onnx");
    Path three = folder.resolve("three.onnx");
    OnnxWriter.write(compress(SETTINGS.withThreads(1)).graph(), one);
    OnnxWriter.write(compress(SETTINGS.withThreads(3)).graph(), three);
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(three));
  }

  @Test
  void theSeedMatters() {
    float[] images = images(1);
    assertTrue(
        difference(
                run(compress(SETTINGS).graph(), images),
                run(compress(SETTINGS.withSeed(2)).graph(), images))
            > 0);
  }

  @Test
  void theReportCountsWhatTheFileHolds() throws IOException {
    CompressedNetwork compressed = compress(SETTINGS);
    CompressionReport report = compressed.report();
    assertEquals(
        List.of("conv1", "conv2", "conv3", "grouped", "fc1", "fc2"),
        report.layers().stream().map(LayerReport::name).toList());
    LayerReport conv2 = report.layers().get(1);
    assertEquals(Optional.of(new LayerSetting(4, 16)), conv2.setting());
    // 16 x 4 x 9 codes of 4 bits, 4 codebooks of 16 x 4 bytes with a scale each, 16 biases.
    assertEquals(16 * 4 * 9 / 2 + 4 * (16 * 4 + 4) + 64, conv2.bytes());
    Path file = folder.resolve("counted.onnx");
    OnnxWriter.write(compressed.graph(), file);
    long rest = Files.size(file) - report.bytes();
    assertTrue(rest > 0 && rest < 9000, "the file holds " + rest + " bytes besides weights");
  }

  @Test
  void theFirstLayerCanBeQuantizedToo() {
    CompressedNetwork compressed =
        compress(CompressionSettings.DEFAULT.withLayers(Map.of("conv1", new LayerSetting(3, 16))));
    assertEquals(
        Optional.of(new LayerSetting(3, 16)), compressed.report().layers().get(0).setting());
    float[] images = images(10);
    assertTrue(difference(run(compressed.graph(), images), run(GRAPH, images)) < 0.6);
  }

  @Test
  void onlyConvolutionsGetTableShifts() {
    for (Node node : compress(SETTINGS.withTables(TableWidth.EIGHT)).graph().nodes()) {
      if (node.operator().weights() instanceof QuantizedWeights weights) {
        boolean convolution = node.operator() instanceof Convolution;
        byte[] shifts = weights.tableShifts();
        assertEquals(convolution ? weights.subspaces() : 0, shifts.length, node.name());
      }
    }
  }

  @Test
  void sixteenBitTablesNeedNoShifts() {
    CompressedNetwork compressed = compress(SETTINGS.withTables(TableWidth.SIXTEEN));
    assertEquals(0, compressed.report().tables().byteLayers());
    assertEquals(0, layersWithShifts(compressed));
  }

  @Test
  void tablesAreChosenByWhatTheNetworkAnswers() {
    CompressedNetwork compressed = compress(SETTINGS.withTables(TableWidth.AUTO));
    TableReport report = compressed.report().tables();
    TableReport.Comparison comparison = report.comparison().orElseThrow();
    assertTrue(comparison.wordNoise() > 0);
    assertTrue(comparison.byteNoise() > comparison.wordNoise());
    assertTrue(report.byteLayers() + report.operandLayers() > 0);
    assertTrue(comparison.noise() != comparison.wordNoise());
    assertTrue(comparison.images() > 1 && comparison.images() <= IMAGES.count());
    assertTrue(comparison.willDo());
    assertEquals(report.byteLayers(), layersWithShifts(compressed));
  }

  private static long layersWithShifts(CompressedNetwork network) {
    return network.graph().nodes().stream()
        .filter(
            node ->
                node.operator().weights() instanceof QuantizedWeights weights
                    && weights.tableShifts().length > 0)
        .count();
  }

  @Test
  void layersCanStayDense() {
    CompressionReport report =
        compress(CompressionSettings.DEFAULT.withKeepDense(Set.of("fc1"))).report();
    assertEquals(Optional.empty(), report.layers().get(4).setting());
    assertEquals(report.layers().get(4).denseBytes(), report.layers().get(4).bytes());
  }

  @Test
  void layersQuantizedBeforeAreReportedAsTheyAre() {
    CompressedNetwork once = compress(SETTINGS.withKeepDense(Set.of("fc2")));
    CompressedNetwork twice =
        Compressor.compress(
            once.graph(),
            IMAGES,
            CompressionSettings.DEFAULT.withLayers(Map.of("fc2", new LayerSetting(2, 8))),
            CompressionProgress.NONE);
    LayerReport before = once.report().layers().get(1);
    LayerReport after = twice.report().layers().get(1);
    assertEquals(Optional.of(new LayerSetting(4, 16)), after.setting());
    assertEquals(Optional.empty(), after.errors());
    assertEquals(before.bytes(), after.bytes());
    assertEquals(before.lookupOperations(), after.lookupOperations());
  }

  @Test
  void imagesMustBeFinite() {
    DataException error =
        assertThrows(
            DataException.class,
            () -> Compressor.compress(GRAPH, new NotANumber(), SETTINGS, CompressionProgress.NONE));
    assertTrue(error.getMessage().startsWith("image 5 (of test images) "), error.getMessage());
  }

  /** Images of which one is damaged. */
  private static final class NotANumber implements ImageSource {
    @Override
    public int count() {
      return 8;
    }

    @Override
    public void read(int index, FloatBuffer target) {
      target.put(target.position() + 7, index == 5 ? Float.NaN : 1f);
    }

    @Override
    public String name(int index) {
      return "image " + index;
    }

    @Override
    public int label(int index) {
      return -1;
    }

    @Override
    public String description() {
      return "test images";
    }

    @Override
    public void close() {}
  }

  @Test
  void infiniteValuesInTheNetworkNameTheLayer() {
    float[] weights = new float[16 * 3 * 9];
    Arrays.fill(weights, 3e38f);
    Node first = GRAPH.nodes().get(0);
    List<Node> nodes = new ArrayList<>(GRAPH.nodes());
    Tensor huge = Tensor.over(Shape.of(16, 3, 3, 3), weights);
    nodes.set(
        0,
        first.with(
            ((WeightedOperator) first.operator()).with(new DenseWeights(huge), new float[16])));
    GraphException error =
        assertThrows(
            GraphException.class,
            () ->
                Compressor.compress(
                    GRAPH.withNodes(nodes), IMAGES, SETTINGS, CompressionProgress.NONE));
    assertTrue(error.getMessage().contains("inputs of layer conv2"), error.getMessage());
  }

  @Test
  void aLayerCannotBeQuantizedAndStayDense() {
    GraphException error =
        assertThrows(GraphException.class, () -> compress(SETTINGS.withKeepDense(Set.of("conv3"))));
    assertTrue(error.getMessage().contains("conv3"), error.getMessage());
  }

  @Test
  void unknownLayersAreNamedWithAllThereAre() {
    GraphException error =
        assertThrows(GraphException.class, () -> compress(SETTINGS.withKeepDense(Set.of("conv9"))));
    assertTrue(error.getMessage().contains("conv9"), error.getMessage());
    assertTrue(error.getMessage().contains("conv2, conv3, grouped"), error.getMessage());
  }

  @Test
  void nothingToQuantizeIsAnError() {
    Set<String> all = Set.of("conv1", "conv2", "conv3", "grouped", "fc1", "fc2");
    assertThrows(
        GraphException.class, () -> compress(CompressionSettings.DEFAULT.withKeepDense(all)));
  }

  private static float[] images(int count) {
    int size = GRAPH.inputShape().count();
    float[] values = new float[count * size];
    for (int i = 0; i < count; i++) {
      FloatBuffer image = FloatBuffer.allocate(size);
      IMAGES.read(i, image);
      image.clear().get(values, i * size, size);
    }
    return values;
  }

  private static float[] run(Graph graph, float[] images) {
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
        Session session = model.newSession()) {
      int batch = images.length / graph.inputShape().count();
      FloatBuffer scores = FloatBuffer.allocate(batch * 10);
      session.run(FloatBuffer.wrap(images), scores);
      return scores.array();
    }
  }

  private static double difference(float[] actual, float[] expected) {
    double error = 0;
    double square = 0;
    for (int i = 0; i < expected.length; i++) {
      error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      square += expected[i] * expected[i];
    }
    return Math.sqrt(error / square);
  }

  @Test
  void anAssignmentStepMustKeepAChoice() {
    assertEquals(1, SETTINGS.withBeam(1).beam());
    assertThrows(IllegalArgumentException.class, () -> SETTINGS.withBeam(0));
  }
}

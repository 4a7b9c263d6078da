package org.qcnn.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.graph.Window;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.onnx.proto.FunctionProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.OperatorSetIdProto;
import org.qcnn.onnx.proto.StringStringEntryProto;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class OnnxWriterTest {
  private static final Map<String, String> METADATA =
      Map.of("org.qcnn.labels", "cat\ndog", "other", "äöü");

  @TempDir Path folder;

  private final RandomLayers random = new RandomLayers(7);

  @Test
  void aQuantizedFileNamesItsOperatorsVersionsAndMetadata() throws IOException {
    ModelProto model = written(network(random.quantized(Shape.of(3, 10), 20, 4)));
    assertEquals(8, model.getIrVersion());
    assertEquals("qcnn", model.getProducerName());
    assertEquals(List.of("=17", "org.qcnn=1"), operatorSets(model.getOpsetImportList()));
    assertEquals(
        List.of("LutGemm"), model.getFunctionsList().stream().map(FunctionProto::getName).toList());
    TreeMap<String, String> expected = new TreeMap<>(METADATA);
    expected.put("org.qcnn.format_version", "2.0");
    assertEquals(expected, metadata(model));
  }

  @Test
  void aQuantizedLayerIsOneNode() throws IOException {
    ModelProto model = written(network(random.quantized(Shape.of(3, 10), 20, 4)));
    NodeProto node = model.getGraph().getNode(0);
    assertEquals(1, model.getGraph().getNodeCount());
    assertEquals("org.qcnn", node.getDomain());
    assertEquals(
        List.of("x", "fc.codebooks", "fc.codes", "fc.bias", "fc.scales"), node.getInputList());
    List<TensorProto> initializers = model.getGraph().getInitializerList();
    assertEquals(List.of(3L, 20L, 4L), initializers.get(0).getDimsList());
    assertEquals(TensorProto.DataType.FLOAT16.getNumber(), initializers.get(0).getDataType());
    // 9 codes of 5 bits: 5 planes of 2 bytes.
    assertEquals(List.of(5L, 2L), initializers.get(1).getDimsList());
    assertEquals(10, initializers.get(1).getRawData().size());
  }

  @Test
  void tableShiftsAndInputBoundsComeBackFromTheFile() throws IOException {
    QuantizedWeights shifted = random.shifted(Shape.of(3, 10, 1, 1), 20, 4);
    assertArrayEquals(shifted.tableShifts(), readBack(shifted).tableShifts());
    assertArrayEquals(shifted.inputBounds(), readBack(shifted).inputBounds());
    QuantizedWeights without = shifted.with(shifted.responseRange());
    assertArrayEquals(new byte[0], readBack(without).tableShifts());
  }

  private QuantizedWeights readBack(QuantizedWeights weights) throws IOException {
    Window window = Window.square(1, 1, 0);
    Convolution layer = new Convolution(window, 1, weights, random.values(3), Activation.NONE);
    Node node = new Node("conv", layer, List.of("x"), "y");
    Path file = folder.resolve("convolution.onnx");
    OnnxWriter.write(
        new Graph("x", Shape.of(10, 2, 2), List.of(node), List.of("y"), Map.of()), file);
    Graph back = OnnxReader.read(file, ImportOptions.DEFAULT);
    return (QuantizedWeights) back.nodes().get(0).operator().weights();
  }

  @Test
  void aDenseFileKnowsNothingOfUs() throws IOException {
    ModelProto model = written(network(random.dense(3, 10)));
    assertEquals(List.of("=17"), operatorSets(model.getOpsetImportList()));
    assertEquals(0, model.getFunctionsCount());
    assertEquals(METADATA, metadata(model));
  }

  @Test
  void decompressionKeepsAllButTheCodes() {
    QuantizedWeights weights = random.quantized(Shape.of(3, 10), 20, 4);
    Graph dense = Decompression.decompress(network(weights));
    Weights decoded = dense.nodes().get(0).operator().weights();
    assertFalse(decoded instanceof QuantizedWeights);
    assertArrayEquals(weights.decode().toArray(), decoded.decode().toArray());
    assertEquals(METADATA, dense.metadata());
  }

  @Test
  void theSameGraphGivesTheSameFile() throws IOException {
    Graph graph = network(random.quantized(Shape.of(3, 10), 20, 4));
    Path first = folder.resolve("first.onnx");
    Path second = folder.resolve("second.onnx");
    OnnxWriter.write(graph, first);
    OnnxWriter.write(graph, second);
    assertEquals(-1, Files.mismatch(first, second));
  }

  @Test
  void namesThatMeetAreKeptApart() throws Exception {
    FullyConnected layer =
        new FullyConnected(random.dense(4, 4), random.values(4), Activation.RELU);
    Graph graph =
        new Graph(
            "fc.weight",
            Shape.of(4),
            List.of(
                new Node("fc", layer, List.of("fc.weight"), "fc.bias"),
                new Node("fc", layer, List.of("fc.bias"), "fc.response")),
            List.of("fc.response"),
            Map.of());
    assertEquals(Shape.of(2, 4), ReferenceRuntime.run(graph, 2, random.values(8)).shape());
  }

  @Test
  void aValueBeyondHalfFloatsIsRefusedByNodeBeforeAnythingIsWritten() {
    Tensor codebooks = Tensor.over(Shape.of(1, 2, 1), 1f, 65520f);
    Weights weights = new QuantizedWeights(Shape.of(3, 1), codebooks, new byte[3], 1, 1);
    Path file = folder.resolve("model.onnx");
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class, () -> OnnxWriter.write(network(weights), file));
    assertTrue(error.getMessage().startsWith("node fc: "), error.getMessage());
    assertFalse(Files.exists(file));
  }

  private Graph network(Weights weights) {
    FullyConnected layer = new FullyConnected(weights, random.values(3), Activation.NONE);
    Node node = new Node("fc", layer, List.of("x"), "y");
    return new Graph(
        "x", Shape.of(weights.shape().extent(1)), List.of(node), List.of("y"), METADATA);
  }

  private ModelProto written(Graph graph) throws IOException {
    Path file = folder.resolve("model.onnx");
    OnnxWriter.write(graph, file);
    try (InputStream in = Files.newInputStream(file)) {
      return ModelProto.parseFrom(in);
    }
  }

  private static List<String> operatorSets(List<OperatorSetIdProto> sets) {
    return sets.stream().map(set -> set.getDomain() + "=" + set.getVersion()).toList();
  }

  private static Map<String, String> metadata(ModelProto model) {
    Map<String, String> metadata = new TreeMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    return metadata;
  }
}

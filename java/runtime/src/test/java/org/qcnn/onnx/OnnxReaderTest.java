package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.qcnn.onnx.TestModel.ints;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorProto.DataType;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Where models come from, how their nodes are named, and in which forms constants come. */
class OnnxReaderTest {
  @TempDir Path folder;

  private static TestModel model() {
    return new TestModel(13, 2, 5, 5).random("w", 3, 2, 3, 3).node("Conv", "x w", "y");
  }

  private static Tensor weights(Graph graph) {
    return graph.nodes().get(0).operator().weights().decode();
  }

  @Test
  void filesStreamsAndBuffersGiveTheSame() throws IOException {
    byte[] bytes = model().bytes();
    float[] expected = weights(model().read()).toArray();
    Path file = Files.write(folder.resolve("model.onnx"), bytes);
    ImportOptions options = ImportOptions.DEFAULT;
    assertArrayEquals(expected, weights(OnnxReader.read(file, options)).toArray());
    assertArrayEquals(expected, weights(OnnxReader.read(file.toFile(), options)).toArray());
    ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
    assertArrayEquals(expected, weights(OnnxReader.read(stream, options)).toArray());
    assertThrows(IOException.class, () -> OnnxReader.read(folder.resolve("missing.onnx"), options));
  }

  @Test
  void weightsAreViewsOfTheBufferWhateverItsAlignment() {
    byte[] bytes = model().bytes();
    for (int offset = 0; offset < 4; offset++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + offset);
      buffer.position(offset);
      ByteBuffer content = buffer.slice();
      content.put(bytes);
      content.flip();
      Tensor weights = weights(OnnxReader.read(content, ImportOptions.DEFAULT));
      assertArrayEquals(weights(model().read()).toArray(), weights.toArray());
      for (int i = 0; i < bytes.length; i++) {
        content.put(i, (byte) 0);
      }
      assertEquals(0f, weights.value(0));
    }
  }

  private static List<String> names(Graph graph) {
    List<String> names = new ArrayList<>();
    for (Node node : graph.nodes()) {
      names.add(node.name());
    }
    return names;
  }

  @Test
  void nodesKeepTheirNamesOrGetUniqueOnes() {
    TestModel model = new TestModel(13, 4, 6);
    for (String step : new String[] {"x a same", "a b same", "b c same.2", "c y -"}) {
      String[] words = step.split(" ", -1);
      model
          .graph()
          .addNode(
              TestModel.proto("Sigmoid", words[0], words[1])
                  .setName(words[2].equals("-") ? "" : words[2]));
    }
    assertEquals(List.of("same", "same.2", "same.2.2", "y"), names(model.read()));
    Graph split =
        new TestModel(13, 4, 6).node("Split", "x", "a b", "axis", 1).node("Sub", "a b", "y").read();
    assertEquals(List.of("Split_a", "Split_a.2", "Sub_y"), names(split));
  }

  @Test
  void outputsKeepTheirNamesAndOrder() {
    Graph graph =
        new TestModel(13, 4)
            .node("Relu", "x", "a")
            .node("Identity", "a", "second")
            .node("Sigmoid", "a", "first")
            .output("first")
            .output("second")
            .read();
    assertEquals(List.of("first", "second"), graph.outputs());
    assertEquals(2, graph.nodes().size());
    assertEquals(Shape.of(4), graph.shape("second"));
  }

  @Test
  void constantsInEveryForm() {
    Object[][] forms = {
      {"value_ints", ints(2, 3)},
      {"value", TestModel.vector(2, 3)},
      {"value", narrow(DataType.INT32, 2, 3)},
      {"value", narrow(DataType.UINT8, 2, 3)},
      {"value", raw(DataType.INT32, 2, 0, 0, 0, 3, 0, 0, 0)},
      {"value", raw(DataType.UINT16, 2, 0, 3, 0)},
      {"value", raw(DataType.INT8, 2, 3)}
    };
    for (Object[] form : forms) {
      Graph graph =
          new TestModel(13, 6)
              .node("Constant", "", "rest", form)
              .integers("batch", -1)
              .node("Cast", "rest", "wide", "to", 7)
              .node("Concat", "batch wide", "t", "axis", 0)
              .node("Reshape", "x t", "y")
              .read();
      assertEquals(Shape.of(2, 3), graph.shape("y"));
    }
  }

  private static TensorProto narrow(DataType type, int... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.getNumber()).addDims(2);
    for (int value : values) {
      tensor.addInt32Data(value);
    }
    return tensor.build();
  }

  private static TensorProto raw(DataType type, int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return TensorProto.newBuilder()
        .setDataType(type.getNumber())
        .addDims(2)
        .setRawData(com.google.protobuf.ByteString.copyFrom(raw))
        .build();
  }

  @Test
  void aFloatConstant() {
    Graph graph =
        new TestModel(13, 2)
            .node("Constant", "", "c", "value_float", 3f)
            .node("Mul", "x c", "y")
            .read();
    assertArrayEquals(new float[] {3, 6}, GraphRun.run(graph, new float[] {1, 2}, 1));
  }

  @Test
  void manyNodesOfOneNameAreReadQuickly() {
    TestModel model = new TestModel(13, 2);
    int count = 30_000;
    for (int i = 0; i < count; i++) {
      String input = i == 0 ? "x" : "v" + i;
      String output = i == count - 1 ? "y" : "v" + (i + 1);
      model.graph().addNode(TestModel.proto("Identity", input, output).setName("same"));
    }
    byte[] bytes = model.bytes();
    org.junit.jupiter.api.Assertions.assertTimeout(
        java.time.Duration.ofSeconds(10),
        () -> OnnxReader.read(ByteBuffer.wrap(bytes), ImportOptions.DEFAULT));
  }

  @Test
  void tooManyAxes() {
    TestModel deep = new TestModel(13, new int[40]);
    for (int axis = 1; axis <= 40; axis++) {
      deep.dimension(axis, 1);
    }
    assertThrows(GraphException.class, () -> deep.node("Relu", "x", "y").read());
  }
}

package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.qcnn.onnx.TestModel.ints;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.GraphException;
import org.qcnn.onnx.proto.StringStringEntryProto;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorProto.DataLocation;
import org.qcnn.onnx.proto.TensorProto.DataType;

/** What cannot be read is refused with a message that names the place. */
class RefusedModelTest {
  private static void refused(TestModel model, String... parts) {
    refused(model.bytes(), parts);
  }

  private static void refused(byte[] bytes, String... parts) {
    GraphException refusal =
        assertThrows(
            GraphException.class,
            () -> OnnxReader.read(ByteBuffer.wrap(bytes), ImportOptions.DEFAULT));
    for (String part : parts) {
      assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
  }

  private static TestModel images() {
    return new TestModel(13, 3, 4, 5);
  }

  @Test
  void otherFiles() {
    refused(new byte[0], "not an ONNX model");
    refused("Hello, world, this is a text".getBytes(StandardCharsets.UTF_8), "not an ONNX model");
    refused(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}, "not an ONNX model");
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 22, 1000})
  void otherOperatorSets(int opset) {
    refused(new TestModel(opset, 3).node("Relu", "x", "y"), "operator set " + opset, "7 to 21");
  }

  @Test
  void allUnsupportedNodesAtOnce() {
    TestModel model = images().node("Einsum", "x", "a").node("Relu", "a", "b");
    model.graph().addNode(TestModel.proto("Foo", "b", "y").setDomain("com.example"));
    refused(model, "Einsum_a (Einsum)", "Foo_y (Foo) of domain com.example", "supported are [Add");
  }

  @Test
  void valuesThatAreMissingOrLate() {
    refused(images().node("Add", "x w", "y"), "Add_y (Add)", "w is read", "not in the model");
    refused(
        images().node("Relu", "a", "y").node("Relu", "x", "a"),
        "Relu_y (Relu)",
        "written by node Relu_a",
        "topological");
    refused(images().node("Add", "x y", "y"), "topological");
    refused(images().node("Relu", "x", "y").node("Sigmoid", "x", "y"), "Sigmoid_y", "second time");
    refused(images().node("Relu", "x", "a"), "output y");
    refused(images().node("Relu", "", "y"), "Relu_y", "input number 1");
  }

  @Test
  void secondOutputs() {
    refused(
        images().node("Dropout", "x", "d mask").node("Relu", "mask", "y"),
        "output number 2 of node Dropout_d");
    refused(
        images().node("MaxPool", "x", "p y", "kernel_shape", ints(2, 2)),
        "output y",
        "output number 2 of node MaxPool_p");
  }

  @Test
  void training() {
    TestModel dropout = images().floats("ratio", new float[] {0.5f});
    byte[] yes = {1};
    dropout.tensor("train", DataType.BOOL, yes).node("Dropout", "x ratio train", "y");
    refused(dropout, "Dropout_y", "inference");
  }

  @Test
  void whateverMixesTheBatch() {
    refused(images().node("Transpose", "x", "y", "perm", ints(1, 0, 2, 3)), "Transpose_y", "batch");
    refused(images().node("Transpose", "x", "y"), "Transpose_y", "batch");
    refused(images().node("Concat", "x x", "y", "axis", 0), "Concat_y", "batch");
    refused(images().node("Softmax", "x", "y", "axis", 0), "Softmax_y", "batch");
    refused(images().node("Flatten", "x", "y", "axis", 2), "Flatten_y", "batch");
    refused(images().node("Split", "x", "y z", "axis", 0), "Split_y", "batch");
    refused(images().integers("s", -1).node("Reshape", "x s", "y"), "Reshape_y", "batch");
    refused(images().integers("s", -1, 30).node("Reshape", "x s", "y"), "Reshape_y", "batch");
    refused(images().integers("s", 2, 60).node("Reshape", "x s", "y"), "Reshape_y", "batch");
    refused(
        images()
            .node("Shape", "x", "s")
            .integers("one", 1, 2, 1, 1)
            .node("Mul", "s one", "t")
            .node("Mul", "s s", "u")
            .node("Reshape", "x t", "y"),
        "Mul_u",
        "batch");
    refused(
        images().integers("a", 0).integers("b", 1).node("Slice", "x a b a", "y"),
        "Slice_y",
        "batch");
    refused(images().random("c", 2, 3, 4, 5).node("Add", "x c", "y"), "Add_y", "batch");
    refused(images().node("Flatten", "x", "f").node("Add", "x f", "y"), "Add_y", "batch");
  }

  @Test
  void inputs() {
    refused(images().dimension(2, 0).node("Relu", "x", "y"), "input x", "axis 2");
    refused(images().dimension(2, 1L << 40).node("Relu", "x", "y"), "input x", "too large");
    refused(new TestModel(13, 1 << 20, 1 << 20).node("Relu", "x", "y"), "input x", "2^31-1");
    refused(new TestModel(13).node("Relu", "x", "y"), "input x", "batch");
    TestModel two = images().node("Relu", "x", "y");
    two.graph().addInput(org.qcnn.onnx.proto.ValueInfoProto.newBuilder().setName("second"));
    refused(two, "exactly one input", "x, second");
  }

  private static TestModel withTensor(TensorProto.Builder tensor) {
    TestModel model = images().node("Add", "x w", "y");
    model.graph().addInitializer(tensor.setName("w"));
    return model;
  }

  private static TensorProto.Builder floats(long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(DataType.FLOAT_VALUE).addFloatData(1);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  @Test
  void constants() {
    refused(withTensor(floats(2)), "initializer w", "ask for 2 values");
    refused(withTensor(floats(-1)), "initializer w", "dimensions");
    refused(withTensor(floats(1L << 40)), "initializer w");
    refused(withTensor(floats(1 << 30)), "initializer w", "the file has 1");
    refused(withTensor(floats(1 << 20, 1 << 20)), "initializer w", "dimensions");
    refused(withTensor(floats(-1, -1)), "initializer w", "dimensions");
    refused(withTensor(floats().setDataType(DataType.STRING_VALUE)), "initializer w", "STRING");
    refused(withTensor(floats().setDataType(99)), "initializer w", "99");
    refused(
        withTensor(floats().setDataLocation(DataLocation.EXTERNAL)),
        "initializer w",
        "single file");
    refused(
        withTensor(
            floats().addExternalData(StringStringEntryProto.newBuilder().setKey("location"))),
        "initializer w",
        "single file");
    refused(
        images().tensor("w", DataType.FLOAT, new byte[7], 2).node("Add", "x w", "y"), "8 bytes");
  }

  @Test
  void constantsThatGrow() {
    refused(
        images()
            .integers("s", 1 << 15, 1 << 15)
            .node("ConstantOfShape", "s", "c")
            .node("Add", "x c", "y"),
        "ConstantOfShape_c",
        "beyond the size");
  }

  @Test
  void convolutions() {
    TestModel line = new TestModel(13, 3, 9).random("w", 4, 3, 3).node("Conv", "x w", "y");
    refused(line, "Conv_y", "two-dimensional");
    TestModel wide = images().random("w", 4, 3, 3, 3);
    refused(wide.node("Conv", "x w", "y", "strides", ints(0, 1)), "Conv_y", "stride");
    refused(
        images()
            .random("w", 4, 3, 3, 3)
            .node("Conv", "x w", "y", "auto_pad", "SAME_UPPER", "strides", ints(1, 0)),
        "Conv_y",
        "stride");
    refused(
        images().random("w", 4, 3, 3, 3).node("Conv", "x w", "y", "pads", ints(-1, 0, 0, 0)),
        "Conv_y",
        "padding");
    refused(images().random("w", 4, 3, 9, 3).node("Conv", "x w", "y"), "Conv_y", "does not fit");
    refused(images().random("w", 4, 2, 3, 3).node("Conv", "x w", "y"), "Conv_y", "channels");
    refused(
        images().random("w", 4, 3, 3, 3).node("Conv", "x w", "y", "group", 3), "Conv_y", "groups");
    refused(images().node("Conv", "x x", "y"), "Conv_y", "must be constant");
  }
}

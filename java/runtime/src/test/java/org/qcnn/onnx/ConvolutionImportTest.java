package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.qcnn.onnx.TestModel.ints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.onnx.proto.TensorProto.DataType;
import org.qcnn.tensor.HalfFloat;

/** Conv, Gemm, MatMul and the normalizations against ONNX Runtime. */
class ConvolutionImportTest {
  private static TestModel convolution(int opset, int group, Object... attributes) {
    return new TestModel(opset, 4, 9, 10)
        .random("w", 6, 4 / group, 3, 2)
        .random("b", 6)
        .node("Conv", "x w b", "y", attributes);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 9, 11, 13, 17, 21})
  void convolutionOfEveryOperatorSet(int opset) {
    Graph graph = OnnxRuntimeComparison.check(convolution(opset, 1));
    assertEquals(1, graph.nodes().size());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 0", "2, 1, 1, 0", "2, 2, 1, 1", "1, 3, 2, 0", "1, 2, 2, 2", "2, 1, 3, 1"})
  void groupsStridesDilationsAndPads(int group, int stride, int dilation, int pad) {
    OnnxRuntimeComparison.check(
        convolution(
            11,
            group,
            "group",
            group,
            "strides",
            ints(stride, 1),
            "dilations",
            ints(1, dilation),
            "pads",
            ints(pad, 0, 1, pad),
            "kernel_shape",
            ints(3, 2)));
  }

  @ParameterizedTest
  @CsvSource({
    "SAME_UPPER, 1, 1",
    "SAME_UPPER, 2, 1",
    "SAME_LOWER, 1, 1",
    "SAME_LOWER, 2, 1",
    "SAME_UPPER, 4, 1",
    "VALID, 2, 2",
    "NOTSET, 2, 1"
  })
  void automaticPadding(String automatic, int stride, int dilation) {
    OnnxRuntimeComparison.check(
        convolution(
            13,
            1,
            "auto_pad",
            automatic,
            "strides",
            ints(stride, stride),
            "dilations",
            ints(dilation, dilation)));
  }

  @Test
  void depthwiseWithoutBias() {
    OnnxRuntimeComparison.check(
        new TestModel(13, 4, 6, 6).random("w", 8, 1, 3, 3).node("Conv", "x w", "y", "group", 4));
  }

  @Test
  void shapeKeptOpenIsGivenByTheCaller() {
    TestModel model = convolution(13, 1).dimension(2, 0);
    GraphException open = assertThrows(GraphException.class, model::read);
    assertTrue(open.getMessage().contains("withInputShape"), open.getMessage());
    org.qcnn.tensor.Shape given = org.qcnn.tensor.Shape.of(4, 20, 10);
    Graph graph =
        OnnxReader.read(
            ByteBuffer.wrap(model.bytes()), ImportOptions.DEFAULT.withInputShape(given));
    assertEquals(given, graph.inputShape());
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "1, 1, 1", "0, 0.5, 2", "1, -2, 0.25"})
  void gemm(int transposed, float alpha, float beta) {
    for (long[] dims : new long[][] {{5}, {1, 5}, {1}, {}}) {
      TestModel model = new TestModel(13, 7).random("c", dims);
      model = transposed == 1 ? model.random("w", 5, 7) : model.random("w", 7, 5);
      OnnxRuntimeComparison.check(
          model.node("Gemm", "x w c", "y", "transB", transposed, "alpha", alpha, "beta", beta));
    }
    OnnxRuntimeComparison.check(
        new TestModel(9, 7).random("w", 7, 5).random("c", 5).node("Gemm", "x w c", "y"));
  }

  @Test
  void matrixProductTakesInTheAdditionBehindIt() {
    Graph graph =
        OnnxRuntimeComparison.check(
            new TestModel(13, 7)
                .random("w", 7, 5)
                .random("b", 5)
                .node("MatMul", "x w", "m")
                .node("Add", "b m", "a")
                .node("Relu", "a", "y"));
    assertEquals(1, graph.nodes().size());
    assertEquals("MatMul_m", graph.nodes().get(0).name());
  }

  @Test
  void weightsTransposedByANode() {
    OnnxRuntimeComparison.check(
        new TestModel(13, 7)
            .random("w", 5, 7)
            .node("Transpose", "w", "t")
            .node("MatMul", "x t", "y"));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 9, 14, 15, 21})
  void batchNormalizationGoesIntoTheConvolution(int opset) {
    for (float epsilon : new float[] {0, 1e-5f, 0.1f}) {
      Graph graph =
          OnnxRuntimeComparison.check(
              new TestModel(opset, 4, 9, 10)
                  .random("w", 6, 2, 3, 2)
                  .random("b", 6)
                  .node("Conv", "x w b", "c", "group", 2)
                  .random("gain", 6)
                  .random("offset", 6)
                  .random("mean", 6)
                  .uniform("variance", 0.5f, 2, 6)
                  .node(
                      "BatchNormalization",
                      "c gain offset mean variance",
                      "y",
                      "epsilon",
                      epsilon));
      assertEquals(1, graph.nodes().size());
    }
  }

  @Test
  void batchNormalizationAloneStays() {
    Graph graph =
        OnnxRuntimeComparison.check(
            new TestModel(9, 6, 2, 3)
                .random("gain", 6)
                .random("offset", 6)
                .random("mean", 6)
                .uniform("variance", 0.5f, 2, 6)
                .node("BatchNormalization", "x gain offset mean variance", "y"));
    assertEquals(4, graph.nodes().size());
  }

  @Test
  void batchNormalizationOfVectors() {
    OnnxRuntimeComparison.check(
        new TestModel(9, 6)
            .random("gain", 6)
            .random("offset", 6)
            .random("mean", 6)
            .uniform("variance", 0.5f, 2, 6)
            .node("BatchNormalization", "x gain offset mean variance", "y"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void localResponseNormalization(int size) {
    OnnxRuntimeComparison.check(
        new TestModel(13, 7, 3, 2)
            .node("LRN", "x", "y", "size", size, "alpha", 0.5f, "beta", 0.6f, "bias", 2f));
    OnnxRuntimeComparison.check(new TestModel(7, 7, 3, 2).node("LRN", "x", "y", "size", size));
  }

  @ParameterizedTest
  @CsvSource({"FLOAT16, 2", "BFLOAT16, 2", "DOUBLE, 8"})
  void weightsOfOtherWidths(DataType type, int size) {
    ByteBuffer raw = ByteBuffer.allocate(6 * size).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = {1, -0.5f, 0.25f, 3, 4, -8};
    for (float value : values) {
      if (type == DataType.DOUBLE) {
        raw.putDouble(value);
      } else {
        int brain = Float.floatToRawIntBits(value) >>> 16;
        raw.putShort(type == DataType.FLOAT16 ? HalfFloat.fromFloat(value) : (short) brain);
      }
    }
    TestModel model =
        new TestModel(13, 3).tensor("w", type, raw.array(), 3, 2).node("MatMul", "x w", "y");
    float[] result = GraphRun.run(model.read(), new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3);
    org.junit.jupiter.api.Assertions.assertArrayEquals(values, result);
  }
}

package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.qcnn.onnx.TestModel.ints;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Graph;

/** Reshaping, cutting and joining, and the shape arithmetic of exporters, against ONNX Runtime. */
class ShapeImportTest {
  private static TestModel images(int opset) {
    return new TestModel(opset, 4, 6, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,-1", "-1,120", "0,0,30", "0,2,2,6,5", "0,4,-1", "-1,4,30"})
  void reshape(String target) {
    String[] numbers = target.split(",", -1);
    long[] shape = new long[numbers.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Long.parseLong(numbers[i]);
    }
    OnnxRuntimeComparison.check(images(13).integers("s", shape).node("Reshape", "x s", "y"));
  }

  @Test
  void reshapeOfAFixedBatch() {
    for (int batch : new int[] {1, 3}) {
      TestModel model = images(13).batch(batch);
      OnnxRuntimeComparison.check(
          model.integers("s", batch, -1).node("Reshape", "x s", "y"), batch);
    }
  }

  /** {@code x.view(x.size(0), -1)} as PyTorch exports it. */
  @ParameterizedTest
  @ValueSource(ints = {9, 11, 13, 17, 21})
  void viewWithTheSizeOfTheBatch(int opset) {
    TestModel model =
        images(opset).scalar("zero", 0).node("Shape", "x", "s").node("Gather", "s zero", "n");
    if (opset < 13) {
      model.node("Unsqueeze", "n", "u", "axes", ints(0));
    } else {
      model.integers("first", 0).node("Unsqueeze", "n first", "u");
    }
    Graph graph =
        OnnxRuntimeComparison.check(
            model
                .integers("rest", -1)
                .node("Concat", "u rest", "t", "axis", 0)
                .node("Reshape", "x t", "r")
                .node("Relu", "r", "y"));
    assertEquals(2, graph.nodes().size());
  }

  /** The shuffle of channels in ShuffleNet, with sizes computed from the shape. */
  @Test
  void channelShuffle() {
    TestModel model = images(13).integers("two", 2).integers("zero", 0).integers("one", 1);
    model
        .node("Shape", "x", "s")
        .integers("hw0", 2)
        .integers("hw1", 9223372036854775807L)
        .node("Slice", "s zero one", "n")
        .node("Slice", "s one two", "c")
        .node("Slice", "s hw0 hw1", "hw")
        .node("Cast", "c", "ci", "to", 6)
        .node("Cast", "ci", "cl", "to", 7)
        .node("Div", "cl two", "half")
        .node("Mul", "half two", "all")
        .node("Sub", "all all", "none")
        .node("Add", "all none", "back")
        .node("Concat", "n two half hw", "t5", "axis", 0)
        .node("Reshape", "x t5", "five")
        .node("Transpose", "five", "swapped", "perm", ints(0, 2, 1, 3, 4))
        .node("Concat", "n back hw", "t4", "axis", 0)
        .node("Reshape", "swapped t4", "y");
    Graph graph = OnnxRuntimeComparison.check(model);
    assertEquals(3, graph.nodes().size());
  }

  @Test
  void constantOfShape() {
    OnnxRuntimeComparison.check(
        images(13)
            .integers("s", 4, 1, 1)
            .node("ConstantOfShape", "s", "c")
            .node("Add", "x c", "a")
            .node("Relu", "a", "y"));
  }

  @ParameterizedTest
  @CsvSource({"7, 1", "11, 1", "13, -3", "13, 1"})
  void flatten(int opset, int axis) {
    OnnxRuntimeComparison.check(
        images(opset).node("Relu", "x", "r").node("Flatten", "r", "y", "axis", axis));
  }

  @Test
  void squeezeAndUnsqueeze() {
    OnnxRuntimeComparison.check(
        images(11)
            .node("GlobalAveragePool", "x", "g")
            .node("Squeeze", "g", "s", "axes", ints(2, -1))
            .node("Unsqueeze", "s", "y", "axes", ints(1, 3)));
    OnnxRuntimeComparison.check(
        images(13)
            .integers("two", 2)
            .node("GlobalAveragePool", "x", "g")
            .node("Squeeze", "g two", "s")
            .node("Unsqueeze", "s two", "y"));
  }

  @Test
  void transposeFromAndToChannelsLast() {
    OnnxRuntimeComparison.check(
        images(13)
            .node("Transpose", "x", "t", "perm", ints(0, 2, 3, 1))
            .node("Relu", "t", "r")
            .node("Transpose", "r", "y", "perm", ints(0, 3, 2, 1)));
  }

  @Test
  void sliceByAttributes() {
    OnnxRuntimeComparison.check(
        images(9)
            .node(
                "Slice",
                "x",
                "y",
                "starts",
                ints(1, -3),
                "ends",
                ints(-1, 1000),
                "axes",
                ints(1, 3)));
    OnnxRuntimeComparison.check(
        images(7).node("Slice", "x", "y", "starts", ints(0, 1), "ends", ints(2147483647, 3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 13, 21})
  void sliceByInputs(int opset) {
    OnnxRuntimeComparison.check(
        images(opset)
            .integers("starts", 0, -5, 1)
            .integers("ends", 9223372036854775807L, 5, -1)
            .integers("axes", 0, 2, 3)
            .integers("steps", 1, 2, 3)
            .node("Slice", "x starts ends axes steps", "y"));
  }

  @Test
  void splitAndJoin() {
    OnnxRuntimeComparison.check(
        images(11)
            .node("Split", "x", "a b", "axis", 1, "split", ints(1, 3))
            .node("Concat", "b a x", "y", "axis", 1));
    OnnxRuntimeComparison.check(
        images(13)
            .integers("parts", 2, 4)
            .node("Split", "x parts", "a b", "axis", -2)
            .node("Concat", "b a", "y", "axis", -2));
    OnnxRuntimeComparison.check(
        images(13).node("Split", "x", "a b", "axis", 1).node("Sub", "a b", "y"));
    OnnxRuntimeComparison.check(
        images(18)
            .node("Split", "x", "a b", "axis", 3, "num_outputs", 2)
            .node("Concat", "b a", "y", "axis", 3));
  }

  @Test
  void joinWithAConstantWhenTheBatchIsOne() {
    OnnxRuntimeComparison.check(
        images(13).batch(1).random("c", 1, 2, 6, 5).node("Concat", "x c", "y", "axis", 1), 1);
  }

  @Test
  void pad() {
    OnnxRuntimeComparison.check(
        images(7).node("Pad", "x", "y", "pads", ints(0, 0, 1, 2, 0, 3, 0, 1), "value", 0.5f));
    OnnxRuntimeComparison.check(
        images(13)
            .integers("pads", 0, 0, 1, 2, 0, 3, 0, 1)
            .floats("v", new float[] {-2})
            .node("Pad", "x pads v", "y", "mode", "constant"));
    OnnxRuntimeComparison.check(
        images(11).integers("pads", 0, 1, 0, 0, 0, 1, 0, 0).node("Pad", "x pads", "y"));
    OnnxRuntimeComparison.check(
        images(18)
            .integers("pads", 1, 2, 3, 4)
            .integers("axes", 1, -1)
            .node("Pad", "x pads - axes", "y"));
  }

  @Test
  void castOfAnImageToFloat() {
    OnnxRuntimeComparison.check(images(13).node("Cast", "x", "y", "to", 1));
  }

  @Test
  void shapeOfPartOfTheAxes() {
    OnnxRuntimeComparison.check(
        images(15)
            .node("Shape", "x", "n", "end", 1)
            .node("Shape", "x", "w", "start", -1)
            .integers("rest", -1)
            .node("Concat", "n rest w", "t", "axis", 0)
            .node("Reshape", "x t", "y"));
  }
}

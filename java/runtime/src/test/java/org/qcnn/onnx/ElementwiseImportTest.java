package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations, arithmetic and Softmax against ONNX Runtime. */
class ElementwiseImportTest {
  @ParameterizedTest
  @CsvSource({
    "Relu, 7", "Relu, 14", "Sigmoid, 7", "Sigmoid, 13", "LeakyRelu, 7", "LeakyRelu, 16",
    "HardSigmoid, 7", "HardSigmoid, 13", "HardSwish, 14", "Clip, 7", "Clip, 11", "Clip, 13",
    "Identity, 13", "Dropout, 7", "Dropout, 10", "Dropout, 13"
  })
  void defaults(String type, int opset) {
    OnnxRuntimeComparison.check(new TestModel(opset, 3, 4, 5).node(type, "x", "y"));
  }

  @Test
  void parametersOfActivations() {
    OnnxRuntimeComparison.check(new TestModel(13, 9).node("LeakyRelu", "x", "y", "alpha", 0.3f));
    OnnxRuntimeComparison.check(
        new TestModel(13, 9).node("HardSigmoid", "x", "y", "alpha", 0.4f, "beta", 0.1f));
    OnnxRuntimeComparison.check(
        new TestModel(7, 9).node("Clip", "x", "y", "min", -0.5f, "max", 0.7f));
    OnnxRuntimeComparison.check(new TestModel(7, 9).node("Clip", "x", "y", "min", -0.5f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x low high", "x low", "x - high", "x", "x zero"})
  void clipWithInputs(String inputs) {
    OnnxRuntimeComparison.check(
        new TestModel(13, 9)
            .floats("low", new float[] {-0.5f})
            .floats("high", new float[] {0.7f})
            .floats("zero", new float[] {0})
            .node("Clip", inputs, "y"));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 9, 16})
  void parametricRelu(int opset) {
    OnnxRuntimeComparison.check(
        new TestModel(opset, 3, 4, 5).random("slope", 3, 1, 1).node("PRelu", "x slope", "y"));
    OnnxRuntimeComparison.check(
        new TestModel(opset, 3, 4, 5).random("slope", 1).node("PRelu", "x slope", "y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div"})
  void arithmeticWithConstants(String type) {
    long[][] shapes = {{3, 1, 1}, {1, 3, 1, 1}, {1}, {}, {5}, {4, 5}, {3, 4, 5}, {1, 1, 4, 1}};
    for (long[] shape : shapes) {
      OnnxRuntimeComparison.check(
          new TestModel(13, 3, 4, 5).uniform("c", 1, 2, shape).node(type, "x c", "y"));
      OnnxRuntimeComparison.check(
          new TestModel(7, 3, 4, 5)
              .uniform("c", 1, 2, shape)
              .node("Sigmoid", "x", "s")
              .node(type, "c s", "y"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Max", "Sum"})
  void arithmeticOfImages(String type) {
    OnnxRuntimeComparison.check(
        new TestModel(13, 3, 4, 5)
            .node("Sigmoid", "x", "s")
            .node(type, "x s", "a")
            .node("Relu", "a", "y"));
    OnnxRuntimeComparison.check(
        new TestModel(13, 3, 4, 5)
            .node("Sigmoid", "x", "s")
            .node("GlobalMaxPool", "s", "g")
            .node(type, "x g", "y"));
  }

  @Test
  void maximumOfThree() {
    OnnxRuntimeComparison.check(
        new TestModel(13, 3, 4, 5)
            .random("c", 3, 1, 1)
            .node("Sigmoid", "x", "s")
            .node("Max", "x s c", "y"));
  }

  @ParameterizedTest
  @CsvSource({"7, 1", "9, 1", "11, 2", "11, 3", "11, -1", "13, 1", "13, 2", "13, -1", "21, -3"})
  void softmax(int opset, int axis) {
    OnnxRuntimeComparison.check(
        new TestModel(opset, 3, 4, 5).node("Softmax", "x", "y", "axis", axis));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 11, 13, 21})
  void softmaxOfTheDefaultAxis(int opset) {
    OnnxRuntimeComparison.check(new TestModel(opset, 3, 4, 5).node("Softmax", "x", "y"));
    OnnxRuntimeComparison.check(new TestModel(opset, 7).node("Softmax", "x", "y"));
  }

  @Test
  void constantsAreComputedWhileReading() {
    assertEquals(
        2,
        OnnxRuntimeComparison.check(
                new TestModel(13, 3, 4, 5)
                    .random("a", 3, 1, 1)
                    .random("b", 4, 5)
                    .node("Add", "a b", "c")
                    .node("Mul", "c a", "d")
                    .node("Add", "x d", "y"))
            .nodes()
            .size());
  }
}

package org.qcnn.onnx;

import static org.qcnn.onnx.TestModel.ints;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Poolings against ONNX Runtime. */
class PoolingImportTest {
  private static TestModel pool(int opset, String type, Object... attributes) {
    return new TestModel(opset, 3, 9, 8).node(type, "x", "y", attributes);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 2, 0, 0",
    "3, 2, 1, 0",
    "3, 2, 1, 1",
    "2, 3, 0, 1",
    "3, 3, 1, 1",
    "2, 2, 0, 1",
    "5, 4, 2, 1",
    "2, 1, 1, 0"
  })
  void windowsAndRounding(int kernel, int stride, int pad, int ceil) {
    long[] shape = ints(kernel, kernel);
    long[] strides = ints(stride, stride);
    long[] pads = ints(pad, pad, pad, 0);
    OnnxRuntimeComparison.check(
        pool(
            13,
            "MaxPool",
            "kernel_shape",
            shape,
            "strides",
            strides,
            "pads",
            pads,
            "ceil_mode",
            ceil));
    for (int count = 0; count < 2; count++) {
      OnnxRuntimeComparison.check(
          pool(
              19,
              "AveragePool",
              "kernel_shape",
              shape,
              "strides",
              strides,
              "pads",
              pads,
              "ceil_mode",
              ceil,
              "count_include_pad",
              count));
    }
  }

  @ParameterizedTest
  @CsvSource({"SAME_UPPER, 2", "SAME_LOWER, 2", "SAME_UPPER, 1", "SAME_LOWER, 3", "VALID, 2"})
  void automaticPadding(String automatic, int stride) {
    for (String type : new String[] {"MaxPool", "AveragePool"}) {
      OnnxRuntimeComparison.check(
          pool(
              12,
              type,
              "kernel_shape",
              ints(3, 2),
              "auto_pad",
              automatic,
              "strides",
              ints(stride, stride)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 8, 10, 11, 12, 17, 19, 21})
  void everyOperatorSet(int opset) {
    OnnxRuntimeComparison.check(pool(opset, "MaxPool", "kernel_shape", ints(2, 3)));
    OnnxRuntimeComparison.check(pool(opset, "AveragePool", "kernel_shape", ints(2, 3)));
    OnnxRuntimeComparison.check(pool(opset, "GlobalMaxPool"));
    OnnxRuntimeComparison.check(pool(opset, "GlobalAveragePool"));
  }

  @Test
  void dilatedMaximum() {
    OnnxRuntimeComparison.check(
        pool(10, "MaxPool", "kernel_shape", ints(3, 2), "dilations", ints(2, 3)));
  }

  @Test
  void dilatedAverage() {
    OnnxRuntimeComparison.check(
        pool(19, "AveragePool", "kernel_shape", ints(3, 2), "dilations", ints(2, 3)));
  }

  @ParameterizedTest
  @CsvSource({"7, 1", "11, 0", "13, 1", "17, 0"})
  void meanOverHeightAndWidth(int opset, int keep) {
    OnnxRuntimeComparison.check(pool(opset, "ReduceMean", "axes", ints(2, 3), "keepdims", keep));
    if (opset >= 11) {
      OnnxRuntimeComparison.check(
          pool(opset, "ReduceMean", "axes", ints(-1, -2), "keepdims", keep));
    }
  }

  @Test
  void meanWithAxesAsInput() {
    OnnxRuntimeComparison.check(
        new TestModel(18, 3, 4, 5)
            .integers("axes", 2, 3)
            .node("ReduceMean", "x axes", "y", "keepdims", 0));
  }
}

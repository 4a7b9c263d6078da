package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The names are part of the file format: changing one breaks every file that was ever written. */
class QuantizedOperatorsTest {
  @Test
  void namesStayAsTheyAre() throws IllegalAccessException {
    TreeMap<String, Object> names = new TreeMap<>();
    for (Field field : QuantizedOperators.class.getFields()) {
      names.put(field.getName(), field.get(null));
    }
    assertEquals(
        List.of(
            "CHANNELS=channels",
            "DILATIONS=dilations",
            "DOMAIN=org.qcnn",
            "GROUP=group",
            "INPUT_BOUNDS=input_bounds",
            "INPUT_RANGE=input_range",
            "KERNEL_SHAPE=kernel_shape",
            "LUT_CONV=LutConv",
            "LUT_GEMM=LutGemm",
            "PADS=pads",
            "RESPONSE_RANGE=response_range",
            "STRIDES=strides",
            "TABLE_SHIFTS=table_shifts",
            "VERSION=1"),
        names.entrySet().stream()
            .map(Object::toString)
            .collect(java.util.stream.Collectors.toList()));
  }
}

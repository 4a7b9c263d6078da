package org.qcnn.benchmarks.int8;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.TensorProto.DataType;
import org.qcnn.onnx.proto.TypeProto;
import org.qcnn.onnx.proto.ValueInfoProto;

/** Finds the ranges of activations by running the float network in ONNX Runtime. */
final class Calibration {
  private Calibration() {}

  /**
   * Returns the range of each value over all images.
   *
   * @param images each a tensor of {@code shape}, batch included
   */
  static Map<String, Range> ranges(
      ModelProto model, Set<String> values, long[] shape, List<float[]> images)
      throws OrtException {
    String input = model.getGraph().getInput(0).getName();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, Range> ranges = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session =
            environment.createSession(exposing(model, values).toByteArray(), options)) {
      for (float[] image : images) {
        FloatBuffer pixels = FloatBuffer.wrap(image);
        extend(ranges, input, pixels);
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, pixels, shape);
            OrtSession.Result result = session.run(Map.of(input, tensor))) {
          result.forEach(
              value ->
                  extend(ranges, value.getKey(), ((OnnxTensor) value.getValue()).getFloatBuffer()));
        }
      }
    }
    return ranges;
  }

  private static void extend(Map<String, Range> ranges, String value, FloatBuffer seen) {
    ranges.put(value, ranges.getOrDefault(value, Range.ZERO).with(seen));
  }

  /** Returns the network with these values as its outputs. */
  private static ModelProto exposing(ModelProto model, Set<String> values) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearOutput();
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).build();
    for (String value : values) {
      if (!value.equals(graph.getInput(0).getName())) {
        graph.addOutput(
            ValueInfoProto.newBuilder()
                .setName(value)
                .setType(TypeProto.newBuilder().setTensorType(type)));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }
}

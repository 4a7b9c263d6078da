package org.qcnn.writer;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.qcnn.graph.Graph;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Runs files in ONNX Runtime, which knows nothing of us: what it computes is what a file says. */
public final class ReferenceRuntime {
  private ReferenceRuntime() {}

  /** Writes the graph into a temporary file, runs that and returns its first output. */
  public static Tensor run(Graph graph, int batch, float[] images)
      throws IOException, OrtException {
    Path file = Files.createTempFile("qcnn", ".onnx");
    try {
      OnnxWriter.write(graph, file);
      return run(file, graph.inputShape(), batch, images);
    } finally {
      Files.delete(file);
    }
  }

  /** Runs a file and returns its first output, whose first axis is the batch. */
  public static Tensor run(Path file, Shape inputShape, int batch, float[] images)
      throws OrtException {
    // The environment is one for the whole process and never closed.
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(file.toString(), options)) {
      NodeInfo input = session.getInputInfo().values().iterator().next();
      long[] shape = batched(batch, inputShape);
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
          OrtSession.Result result = session.run(Map.of(input.getName(), tensor))) {
        OnnxTensor output = (OnnxTensor) result.get(0);
        float[] values = new float[output.getFloatBuffer().remaining()];
        output.getFloatBuffer().get(values);
        long[] extents = output.getInfo().getShape();
        Shape outputShape = Shape.of(Arrays.stream(extents).mapToInt(Math::toIntExact).toArray());
        return Tensor.over(outputShape, values);
      }
    }
  }

  private static long[] batched(int batch, Shape image) {
    LongStream extents = Arrays.stream(image.extents()).asLongStream();
    return LongStream.concat(LongStream.of(batch), extents).toArray();
  }
}

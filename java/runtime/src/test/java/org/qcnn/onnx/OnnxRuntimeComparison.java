package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.Random;
import org.qcnn.graph.Graph;

/** Runs a model here and in ONNX Runtime on the same random images. */
final class OnnxRuntimeComparison {
  private OnnxRuntimeComparison() {}

  /** Checks that both compute the same, and returns the graph for further checks. */
  static Graph check(TestModel model) {
    return check(model, 3);
  }

  static Graph check(TestModel model, int batch) {
    byte[] bytes = model.bytes();
    int[] extents = model.imageExtents();
    long[] dims = new long[extents.length + 1];
    dims[0] = batch;
    for (int axis = 0; axis < extents.length; axis++) {
      dims[axis + 1] = extents[axis];
    }
    return check(bytes, "x", 2e-5f, randomImages(dims), dims);
  }

  static float[] randomImages(long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    float[] input = new float[count];
    Random random = new Random(2);
    for (int i = 0; i < input.length; i++) {
      input[i] = random.nextFloat() * 4 - 2;
    }
    return input;
  }

  /**
   * Checks the first output on these images; {@code tolerance} is relative to the largest value.
   */
  static Graph check(byte[] bytes, String inputName, float tolerance, float[] input, long... dims) {
    Graph graph = OnnxReader.read(ByteBuffer.wrap(bytes), ImportOptions.DEFAULT);
    float[] expected = runtime(bytes, inputName, input, dims);
    float[] actual = GraphRun.run(graph, input, (int) dims[0]);
    float largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertEquals(expected.length, actual.length, "number of values");
    assertArrayEquals(expected, actual, tolerance * largest);
    return graph;
  }

  static float[] runtime(byte[] bytes, String inputName, float[] input, long... dims) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(bytes, options);
          OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), dims);
          OrtSession.Result result = session.run(Collections.singletonMap(inputName, tensor))) {
        FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] output = new float[values.remaining()];
        values.get(output);
        return output;
      }
    } catch (OrtException failure) {
      throw new AssertionError("ONNX Runtime: " + failure.getMessage(), failure);
    }
  }
}

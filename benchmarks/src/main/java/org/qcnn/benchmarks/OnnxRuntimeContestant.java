package org.qcnn.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.qcnn.tensor.Shape;

/**
 * A model file in ONNX Runtime, one image at a time on one thread, with all the optimizations that
 * make it faster. Input and output are allocated once.
 */
public final class OnnxRuntimeContestant implements Contestant {
  /** Says what {@link #options} sets. */
  static final String SETTINGS =
      "intra-op 1, inter-op 1, sequential, all optimizations but QDQPropagationTransformer, batch 1"
          + " known beforehand";

  private final String name;
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  /**
   * Opens a session.
   *
   * @param image direct values of the input
   * @param classes the number of values of the output
   */
  public OnnxRuntimeContestant(String name, Path file, Shape shape, FloatBuffer image, int classes)
      throws OrtException {
    this.name = name;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = options()) {
      session = environment.createSession(file.toString(), options);
    }
    inputs =
        Map.of(
            session.getInputNames().iterator().next(),
            OnnxTensor.createTensor(environment, image, batchOfOne(shape)));
    outputs =
        Map.of(
            session.getOutputNames().iterator().next(),
            OnnxTensor.createTensor(
                environment, RandomImage.directFloats(classes), new long[] {1, classes}));
  }

  /** Returns the settings of the benchmarks, which the caller closes. */
  public static SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
    // What OnnxWriter calls the batch: known beforehand it leaves nothing to be found out in a run.
    options.setSymbolicDimensionValue("N", 1);
    // It pools AlexNet's normalized maps as integers, for which there is only a slow kernel: 2 ms
    // more.
    options.addConfigEntry(
        "optimization.disable_specified_optimizers", "QDQPropagationTransformer");
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }

  static long[] batchOfOne(Shape image) {
    long[] shape = new long[image.rank() + 1];
    Arrays.fill(shape, 1);
    for (int axis = 0; axis < image.rank(); axis++) {
      shape[axis + 1] = image.extent(axis);
    }
    return shape;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run() {
    try (OrtSession.Result result = session.run(inputs, outputs)) {
      // The values are in our own tensor; the result only has to be closed.
      assert result.size() == 1;
    } catch (OrtException failure) {
      throw new IllegalStateException(name + ": " + failure.getMessage(), failure);
    }
  }

  /** Returns the scores of the last run. */
  public FloatBuffer scores() {
    return outputs.values().iterator().next().getFloatBuffer();
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException failure) {
      throw new IllegalStateException(name + ": " + failure.getMessage(), failure);
    }
  }
}

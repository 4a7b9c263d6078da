package org.qcnn.benchmarks.int8;

import ai.onnxruntime.OrtException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.TensorShapeProto.Dimension;
import org.qcnn.writer.AtomicFile;

/**
 * Quantizes a network to 8 bits for ONNX Runtime the way its own tools do: weights symmetric with a
 * scale for each output, activations by their range over a few images, biases as 32-bit integers.
 */
public final class Int8Quantizer {
  private static final int OLDEST_OPERATORS = 13;

  private final ModelProto model;
  private final QuantizationPlan plan;
  private final Map<String, Range> ranges;

  private Int8Quantizer(ModelProto model, QuantizationPlan plan, Map<String, Range> ranges) {
    this.model = model;
    this.plan = plan;
    this.ranges = ranges;
  }

  /**
   * Returns a quantizer for a network that has run on these images.
   *
   * @param source an ONNX file with dense float weights, one input and operators of version 13 or
   *     later
   * @param images at least one, each without the batch axis
   * @throws IllegalArgumentException saying why the file cannot be quantized
   */
  public static Int8Quantizer calibrate(Path source, List<float[]> images)
      throws IOException, OrtException {
    ModelProto model;
    try (InputStream file = new BufferedInputStream(Files.newInputStream(source))) {
      model = ModelProto.parseFrom(file);
    }
    requireOperators(source, model);
    QuantizationPlan plan = new QuantizationPlan(model.getGraph());
    long[] shape = shapeOfOneImage(model.getGraph());
    return new Int8Quantizer(model, plan, Calibration.ranges(model, plan.values(), shape, images));
  }

  private static void requireOperators(Path source, ModelProto model) {
    boolean known =
        model.getOpsetImportList().stream()
            .anyMatch(set -> set.getDomain().isEmpty() && set.getVersion() >= OLDEST_OPERATORS);
    if (!known) {
      throw new IllegalArgumentException(
          source + " is written for standard operators before version " + OLDEST_OPERATORS);
    }
  }

  private static long[] shapeOfOneImage(GraphProto graph) {
    List<Dimension> dims = graph.getInput(0).getType().getTensorType().getShape().getDimList();
    long[] shape = dims.stream().mapToLong(Dimension::getDimValue).toArray();
    shape[0] = 1;
    return shape;
  }

  /** Writes the quantized network, completely or not at all. */
  public void write(Path target, Int8Format format) throws IOException {
    GraphProto graph = new QdqRewriter(model.getGraph(), plan, ranges, format).rewrite();
    ModelProto quantized = model.toBuilder().setGraph(graph).build();
    AtomicFile.write(target, quantized::writeTo);
  }
}

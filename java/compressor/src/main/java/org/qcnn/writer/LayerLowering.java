package org.qcnn.writer;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.BitPlanes;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.graph.Window;
import org.qcnn.onnx.QuantizedOperators;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.tensor.HalfFloat;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Writes a layer with weights, without its activation: dense ones as Conv or Gemm, quantized ones
 * as LutConv or LutGemm.
 */
final class LayerLowering {
  private final OnnxGraphBuilder onnx;
  private final String name;
  private final String input;
  private final String output;

  /** Lowers the layer {@code name} that reads {@code input} and writes {@code output}. */
  LayerLowering(OnnxGraphBuilder onnx, String name, String input, String output) {
    this.onnx = onnx;
    this.name = name;
    this.input = input;
    this.output = output;
  }

  void lower(Convolution layer) {
    Window window = layer.window();
    AttributeProto kernel = WindowAttributes.kernel(window);
    AttributeProto strides = WindowAttributes.strides(window);
    AttributeProto pads = WindowAttributes.pads(window);
    AttributeProto dilations = WindowAttributes.dilations(window);
    AttributeProto group = Attributes.integer(QuantizedOperators.GROUP, layer.groups());
    if (layer.weights() instanceof QuantizedWeights weights) {
      onnx.quantizedNode(
          name,
          QuantizedOperators.LUT_CONV,
          quantizedInputs(weights, layer.bias()),
          output,
          attributes(weights, kernel, strides, pads, dilations, group));
    } else {
      onnx.node(
          name,
          "Conv",
          denseInputs(layer.weights(), layer.bias()),
          output,
          kernel,
          strides,
          pads,
          dilations,
          group);
    }
  }

  void lower(FullyConnected layer) {
    if (layer.weights() instanceof QuantizedWeights weights) {
      onnx.quantizedNode(
          name,
          QuantizedOperators.LUT_GEMM,
          quantizedInputs(weights, layer.bias()),
          output,
          attributes(weights));
    } else {
      onnx.node(
          name,
          "Gemm",
          denseInputs(layer.weights(), layer.bias()),
          output,
          Attributes.integer("transB", 1));
    }
  }

  private List<String> denseInputs(Weights weights, float[] bias) {
    return List.of(input, onnx.floats(name + ".weight", weights.decode()), bias(bias));
  }

  private List<String> quantizedInputs(QuantizedWeights weights, float[] bias) {
    BitPlanes codes = BitPlanes.pack(weights.assignments(), weights.bitsPerAssignment());
    return List.of(
        input,
        codebooks(weights),
        onnx.add(Initializer.bitPlanes(onnx.freshName(name + ".codes"), codes)),
        bias(bias),
        scales(weights));
  }

  private String codebooks(QuantizedWeights weights) {
    Tensor codebooks = weights.codebooks();
    String wanted = onnx.freshName(name + ".codebooks");
    if (codebooks.bytes() != null) {
      return onnx.add(
          Initializer.signedBytes(
              wanted,
              codebooks.bytes().bytes(),
              weights.subCodewords(),
              weights.subCodewordSize()));
    }
    checkHalfFloats(codebooks);
    return onnx.add(Initializer.halfFloats(wanted, codebooks));
  }

  /** Returns the scales of codebooks, {@code [M, 1, 1]}; of half floats it is a single 1. */
  private String scales(QuantizedWeights weights) {
    ScaledBytes bytes = weights.codebooks().bytes();
    float[] scales = bytes == null ? new float[] {1} : bytes.scales();
    return onnx.floats(name + ".scales", Tensor.over(Shape.of(scales.length, 1, 1), scales));
  }

  private String bias(float[] bias) {
    return onnx.floats(name + ".bias", Tensor.over(Shape.of(bias.length), bias));
  }

  private void checkHalfFloats(Tensor codebooks) {
    FloatBuffer values = codebooks.values();
    while (values.hasRemaining()) {
      float value = values.get();
      if (!Float.isFinite(HalfFloat.round(value))) {
        throw new IllegalArgumentException(
            String.format(
                "node %s: the codebook value %s is beyond the half floats of the file (%s at most)",
                name, value, HalfFloat.MAX_VALUE));
      }
    }
  }

  /** Returns what is said about quantized weights, behind what is said about the window. */
  private static List<AttributeProto> attributes(
      QuantizedWeights weights, AttributeProto... window) {
    List<AttributeProto> attributes = new ArrayList<>(List.of(window));
    attributes.add(Attributes.integer(QuantizedOperators.CHANNELS, weights.shape().extent(1)));
    attributes.add(Attributes.real(QuantizedOperators.INPUT_RANGE, weights.inputRange()));
    attributes.add(Attributes.real(QuantizedOperators.RESPONSE_RANGE, weights.responseRange()));
    byte[] shifts = weights.tableShifts();
    if (shifts.length > 0) {
      long[] values = new long[shifts.length];
      Arrays.setAll(values, m -> shifts[m]);
      attributes.add(Attributes.integers(QuantizedOperators.TABLE_SHIFTS, values));
    }
    float[] bounds = weights.inputBounds();
    if (bounds.length > 0) {
      attributes.add(Attributes.reals(QuantizedOperators.INPUT_BOUNDS, bounds));
    }
    return attributes;
  }
}

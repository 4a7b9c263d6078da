package org.qcnn.writer;

import static org.qcnn.onnx.QuantizedOperators.CHANNELS;
import static org.qcnn.onnx.QuantizedOperators.DILATIONS;
import static org.qcnn.onnx.QuantizedOperators.GROUP;
import static org.qcnn.onnx.QuantizedOperators.INPUT_BOUNDS;
import static org.qcnn.onnx.QuantizedOperators.INPUT_RANGE;
import static org.qcnn.onnx.QuantizedOperators.KERNEL_SHAPE;
import static org.qcnn.onnx.QuantizedOperators.PADS;
import static org.qcnn.onnx.QuantizedOperators.RESPONSE_RANGE;
import static org.qcnn.onnx.QuantizedOperators.STRIDES;
import static org.qcnn.onnx.QuantizedOperators.TABLE_SHIFTS;

import java.util.List;
import org.qcnn.onnx.QuantizedOperators;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.AttributeProto.AttributeType;
import org.qcnn.onnx.proto.FunctionProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.OperatorSetIdProto;
import org.qcnn.onnx.proto.TensorProto.DataType;

/**
 * What LutConv and LutGemm mean, told in standard ONNX operators: rebuild the dense weights from
 * codebooks and codes, then Conv or Gemm. With these functions in the file, a runtime that has
 * never heard of us can run it; one that folds constants does so at dense speed.
 *
 * <p>All sizes come from the shapes of the inputs, so that one function serves every layer.
 */
final class LutFunctions {
  /** The version of the standard operators that all nodes of our files are written for. */
  static final long STANDARD_OPERATORS = 17;

  private final FunctionProto.Builder function;

  private LutFunctions(String operator, String... attributes) {
    function =
        FunctionProto.newBuilder()
            .setDomain(QuantizedOperators.DOMAIN)
            .setName(operator)
            .addAllInput(List.of("X", "codebooks", "codes", "bias", "scales"))
            .addOutput("Y")
            .addAllAttribute(List.of(attributes))
            .addOpsetImport(operatorSet("", STANDARD_OPERATORS))
            .addOpsetImport(operatorSet(QuantizedOperators.DOMAIN, QuantizedOperators.VERSION));
  }

  static OperatorSetIdProto operatorSet(String domain, long version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  /** Returns the function of {@link QuantizedOperators#LUT_CONV}. */
  static FunctionProto convolution() {
    LutFunctions body =
        new LutFunctions(
            QuantizedOperators.LUT_CONV,
            KERNEL_SHAPE,
            STRIDES,
            PADS,
            DILATIONS,
            GROUP,
            CHANNELS,
            INPUT_RANGE,
            RESPONSE_RANGE,
            TABLE_SHIFTS,
            INPUT_BOUNDS);
    body.layerSizes();
    body.node("kernel", "Constant", List.of(), ofCaller("value_ints", KERNEL_SHAPE));
    body.node("code_shape", "Concat", List.of("outputs", "kernel", "subspaces"), axis(0));
    body.assignments();
    // [Ct, kh, kw, channels] -> [Ct, channels, kh, kw]
    body.decodedWeights(3);
    body.node("weights", "Transpose", List.of("decoded"), Attributes.integers("perm", 0, 3, 1, 2));
    body.node(
        "Y",
        "Conv",
        List.of("X", "weights", "bias"),
        ofCaller(KERNEL_SHAPE, KERNEL_SHAPE),
        ofCaller(STRIDES, STRIDES),
        ofCaller(PADS, PADS),
        ofCaller(DILATIONS, DILATIONS),
        Attributes.reference(GROUP, AttributeType.INT, GROUP));
    return body.function.build();
  }

  /** Returns the function of {@link QuantizedOperators#LUT_GEMM}. */
  static FunctionProto gemm() {
    LutFunctions body =
        new LutFunctions(QuantizedOperators.LUT_GEMM, CHANNELS, INPUT_RANGE, RESPONSE_RANGE);
    body.layerSizes();
    body.node("code_shape", "Concat", List.of("outputs", "subspaces"), axis(0));
    body.assignments();
    body.decodedWeights(1);
    body.node("Y", "Gemm", List.of("X", "decoded", "bias"), Attributes.integer("transB", 1));
    return body.function.build();
  }

  /** outputs = [Ct], subspaces = [M], sub_codewords = [K], planes = [bits of a code]. */
  private void layerSizes() {
    node("outputs", "Shape", List.of("bias"));
    node("numbers", "Cast", List.of("codebooks"), type(DataType.FLOAT));
    // Codebooks of one subspace times the scales of all: [1, K, Cs'] * [M, 1, 1].
    node("scaled_codebooks", "Mul", List.of("numbers", "scales"));
    node("subspaces", "Shape", List.of("scaled_codebooks"), from(0), to(1));
    node("sub_codewords", "Shape", List.of("scaled_codebooks"), from(1), to(2));
    node("planes", "Shape", List.of("codes"), from(0), to(1));
  }

  /**
   * assignments = the codes in their code_shape, int32. Shifts isolate the bits (a bitwise and came
   * only with operator set 18); each plane counts with its power of two.
   */
  private void assignments() {
    integers("zero", 0);
    integers("one", 1);
    integers("two", 2);
    integers("all_bits", 0, -1);
    bytes("shifts_to_top", 7, 6, 5, 4, 3, 2, 1, 0);
    bytes("shift_to_bottom", 7);
    bytes("powers_of_two", 1, 2, 4, 8, 16, 32, 64, 128);
    node("code_bytes", "Unsqueeze", List.of("codes", "two"));
    node("top_bits", "BitShift", List.of("code_bytes", "shifts_to_top"), direction("LEFT"));
    node("bits", "BitShift", List.of("top_bits", "shift_to_bottom"), direction("RIGHT"));
    node("bit_planes", "Reshape", List.of("bits", "all_bits"));
    node("weights_of_planes", "Slice", List.of("powers_of_two", "zero", "planes"));
    node("row_of_planes", "Unsqueeze", List.of("weights_of_planes", "zero"));
    node("padded_codes", "MatMulInteger", List.of("row_of_planes", "bit_planes"));
    node("code_count", "ReduceProd", List.of("code_shape"));
    node("flat_codes", "Slice", List.of("padded_codes", "zero", "code_count", "one"));
    node("assignments", "Reshape", List.of("flat_codes", "code_shape"));
  }

  /**
   * decoded = the sub-codewords that the assignments choose, side by side along the axis after
   * {@code axes} others, without the channels that pad the last subspace.
   */
  private void decodedWeights(int axes) {
    long[] joined = new long[axes + 1];
    joined[axes] = -1;
    integers("joined", joined);
    integers("channel_axis", axes);
    node("scalar_subspaces", "Squeeze", List.of("subspaces"));
    node("scalar_sub_codewords", "Squeeze", List.of("sub_codewords"));
    integer("first", 0);
    node("all_words", "Mul", List.of("scalar_subspaces", "scalar_sub_codewords"));
    node("first_words", "Range", List.of("first", "all_words", "scalar_sub_codewords"));
    node("offsets", "Cast", List.of("first_words"), type(DataType.INT32));
    node("words", "Add", List.of("assignments", "offsets"));
    node("table", "Flatten", List.of("scaled_codebooks"), axis(2));
    node("sub_vectors", "Gather", List.of("table", "words"));
    node("padded", "Reshape", List.of("sub_vectors", "joined"));
    node(
        "channels",
        "Constant",
        List.of(),
        Attributes.reference("value_int", AttributeType.INT, CHANNELS));
    node("channel_count", "Unsqueeze", List.of("channels", "zero"));
    node("decoded", "Slice", List.of("padded", "zero", "channel_count", "channel_axis"));
  }

  private void node(
      String output, String operator, List<String> inputs, AttributeProto... attributes) {
    function.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
  }

  private void integers(String output, long... values) {
    node(output, "Constant", List.of(), Attributes.integers("value_ints", values));
  }

  private void integer(String output, long value) {
    node(output, "Constant", List.of(), Attributes.integer("value_int", value));
  }

  private void bytes(String output, int... values) {
    node(output, "Constant", List.of(), Attributes.bytes("value", values));
  }

  private static AttributeProto ofCaller(String name, String attribute) {
    return Attributes.reference(name, AttributeType.INTS, attribute);
  }

  private static AttributeProto axis(int axis) {
    return Attributes.integer("axis", axis);
  }

  private static AttributeProto from(int axis) {
    return Attributes.integer("start", axis);
  }

  private static AttributeProto to(int axis) {
    return Attributes.integer("end", axis);
  }

  private static AttributeProto direction(String direction) {
    return Attributes.text("direction", direction);
  }

  private static AttributeProto type(DataType type) {
    return Attributes.integer("to", type.getNumber());
  }
}

package org.qcnn.onnx;

/**
 * Names of the two operators in which a model file keeps quantized layers; each is one node with
 * the inputs X, codebooks, codes, bias and scales of the codebooks. They are part of the file
 * format.
 */
public final class QuantizedOperators {
  /** The domain of both operators. */
  public static final String DOMAIN = "org.qcnn";

  /** The version of the domain. */
  public static final int VERSION = 1;

  /** A quantized convolution. */
  public static final String LUT_CONV = "LutConv";

  /** A quantized fully-connected layer. */
  public static final String LUT_GEMM = "LutGemm";

  /** Attribute of a convolution: kernel height and width. */
  public static final String KERNEL_SHAPE = "kernel_shape";

  /** Attribute of a convolution: strides along height and width. */
  public static final String STRIDES = "strides";

  /** Attribute of a convolution: top, left, bottom and right padding. */
  public static final String PADS = "pads";

  /** Attribute of a convolution: dilations along height and width. */
  public static final String DILATIONS = "dilations";

  /** Attribute of a convolution: the number of groups. */
  public static final String GROUP = "group";

  /** Attribute: the input channels of one group. */
  public static final String CHANNELS = "channels";

  /** Attribute: the largest absolute input seen in calibration. */
  public static final String INPUT_RANGE = "input_range";

  /** Attribute: the largest absolute response, without bias, seen in calibration. */
  public static final String RESPONSE_RANGE = "response_range";

  /**
   * Attribute of a convolution, optional: per subspace, the power of two by which an entry of its
   * 8-bit lookup table is larger than a unit of the sum.
   */
  public static final String TABLE_SHIFTS = "table_shifts";

  /**
   * Attribute of a convolution, optional: per subspace, the least and the largest input that 8-bit
   * integers stand for. Without it they reach {@link #INPUT_RANGE} on both sides if there are
   * {@link #TABLE_SHIFTS}, and have 16 bits if there are none.
   */
  public static final String INPUT_BOUNDS = "input_bounds";

  private QuantizedOperators() {}
}

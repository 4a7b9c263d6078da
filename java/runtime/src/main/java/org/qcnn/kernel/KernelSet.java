package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.tensor.Shape;

/**
 * A way to compute operators: {@link JavaKernels}, the oracle that runs everywhere, or {@link
 * NativeKernels}. Both follow one contract, which one abstract test checks for both.
 */
public interface KernelSet {
  /** The system property that chooses between {@code native} and {@code java}. */
  String PROPERTY = "qcnn.kernels";

  /**
   * Returns the kernels that {@link #PROPERTY} names, otherwise the native ones. The slower Java
   * kernels are never chosen silently.
   *
   * @throws KernelException if the native library cannot be loaded, or the property names neither
   */
  static KernelSet best() {
    String choice = System.getProperty(PROPERTY, "native");
    switch (choice) {
      case "native":
        return NativeKernels.load();
      case "java":
        return new JavaKernels();
      default:
        throw new KernelException(
            "the system property " + PROPERTY + " must be native or java, not " + choice);
    }
  }

  /** Returns what computes, for people: {@code native avx512} or {@code java}. */
  String description();

  /**
   * Returns the way in which this set is estimated to compute a quantized convolution fastest, one
   * image at a time on one thread. Without an estimate that is by lookup tables.
   *
   * @param input the shape of one image
   */
  default Way fastestWay(Convolution layer, Shape input) {
    return Way.LOOKUP;
  }

  /**
   * Returns whether this set can compute a quantized convolution by {@link Way#PRODUCTS}.
   *
   * @param input the shape of one image
   */
  default boolean multiplies(Convolution layer, Shape input) {
    return false;
  }

  /** Returns the estimates of how long convolutions take; empty if there are none for this set. */
  default Optional<ConvolutionCost> cost() {
    return Optional.empty();
  }

  /** Allocates zeroed, 64-byte aligned memory for the buffers of {@link KernelArguments}. */
  Memory allocate(long bytes);

  /**
   * Returns whether kernels can read a caller's buffer where it lies, from its position on; others
   * have to be copied.
   */
  default boolean canRead(FloatBuffer buffer) {
    return buffer.isDirect() && buffer.order() == ByteOrder.nativeOrder();
  }

  /**
   * Turns a camera picture upright and into red, green, blue: three bytes a pixel, row by row, from
   * the buffer's position on.
   *
   * @param rgb direct, at least {@link YuvPicture#rgbBytes} bytes
   * @throws KernelException if the buffer is not direct or too small
   */
  default void toRgb(YuvPicture picture, ByteBuffer rgb) {
    if (!rgb.isDirect() || rgb.isReadOnly() || rgb.remaining() < picture.rgbBytes()) {
      throw new KernelException(
          "a picture of "
              + picture.uprightWidth()
              + "x"
              + picture.uprightHeight()
              + " pixels needs a direct, writable buffer of "
              + picture.rgbBytes()
              + " bytes, not "
              + rgb);
    }
    convert(picture, rgb);
  }

  /**
   * Does what {@link #toRgb} says, with arguments that were checked; plainly, unless overridden.
   */
  default void convert(YuvPicture picture, ByteBuffer rgb) {
    PlainYuv.toRgb(picture, rgb);
  }

  /**
   * Makes an operator ready to run, quantized weights with lookup tables. {@code Reshaping} and
   * {@code Constant} move no data and have no kernel.
   *
   * @param inputs what the operator will read, in its order
   * @throws KernelException if this set cannot run the operator on these inputs
   */
  Kernel compile(Operator operator, List<Operand> inputs);

  /** Returns whether this set can pool the output of a convolution as that is computed. */
  default boolean pools(FusedConvolution convolution, Pooling pooling) {
    return false;
  }

  /** Returns whether a convolution can hand its output over to another one that reads it. */
  default boolean handsOver(FusedConvolution convolution, FusedConvolution reader) {
    return false;
  }

  /**
   * Makes a convolution ready to run with what else {@link #pools} and {@link #handsOver} say that
   * it can do. The result has the bits of one after the other.
   *
   * @throws KernelException if this set cannot run it
   */
  default Kernel compile(FusedConvolution convolution) {
    if (!convolution.isPlain() || convolution.way() == Way.PRODUCTS) {
      throw new KernelException(convolution.layer().name() + " runs by itself only");
    }
    return compile(convolution.layer(), convolution.inputs());
  }
}

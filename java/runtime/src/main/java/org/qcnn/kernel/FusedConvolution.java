package org.qcnn.kernel;

import java.util.List;
import java.util.Optional;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Pooling;
import org.qcnn.kernel.support.Operands;
import org.qcnn.tensor.Shape;

/**
 * A convolution, the way to compute it and what its kernel does besides: it may pool its output; it
 * may hand that over to the one convolution that reads it, in the form in which that one needs it.
 * Immutable.
 */
public final class FusedConvolution {
  private final Convolution layer;
  private final List<Operand> inputs;
  private final Way way;
  private final Optional<Pooling> pooling;
  private final Optional<Kernel> reader;
  private final boolean handedInput;

  private FusedConvolution(
      Convolution layer,
      List<Operand> inputs,
      Way way,
      Optional<Pooling> pooling,
      Optional<Kernel> reader,
      boolean handedInput) {
    this.layer = layer;
    this.inputs = List.copyOf(inputs);
    this.way = way;
    this.pooling = pooling;
    this.reader = reader;
    this.handedInput = handedInput;
  }

  /**
   * Returns a convolution that does nothing besides.
   *
   * @param way of quantized weights, by tables or by products; dense ones know one way only
   */
  public static FusedConvolution of(Convolution layer, List<Operand> inputs, Way way) {
    return new FusedConvolution(layer, inputs, way, Optional.empty(), Optional.empty(), false);
  }

  /** Returns the same with the pooling of its output, which is then never written as such. */
  public FusedConvolution pooledBy(Pooling after) {
    return new FusedConvolution(layer, inputs, way, Optional.of(after), reader, handedInput);
  }

  /** Returns the same with its output, pooled or not, handed over to this kernel. */
  public FusedConvolution handingOverTo(Kernel next) {
    return new FusedConvolution(layer, inputs, way, pooling, Optional.of(next), handedInput);
  }

  /** Returns the same with an input that another convolution hands over. */
  public FusedConvolution ofHandedInput() {
    return new FusedConvolution(layer, inputs, way, pooling, reader, true);
  }

  /** Returns the convolution. */
  public Convolution layer() {
    return layer;
  }

  /** Returns what the convolution reads. */
  public List<Operand> inputs() {
    return inputs;
  }

  /** Returns the way of quantized weights. */
  public Way way() {
    return way;
  }

  /** Returns what its output is pooled by. */
  public Optional<Pooling> pooling() {
    return pooling;
  }

  /** Returns the kernel that its output is handed over to. */
  public Optional<Kernel> reader() {
    return reader;
  }

  /** Returns whether another convolution hands the input over. */
  public boolean hasHandedInput() {
    return handedInput;
  }

  /** Returns whether it is a convolution like others. */
  boolean isPlain() {
    return !pooling.isPresent() && !reader.isPresent() && !handedInput;
  }

  /**
   * Returns the shape of what is computed for one image, pooled if it is.
   *
   * @throws KernelException if the inputs do not fit the convolution
   */
  public Shape outputShape() {
    Shape output = Operands.outputShape(layer, inputs);
    return pooling.isPresent() ? pooling.get().outputShape(List.of(output)) : output;
  }
}

package org.qcnn.kernel;

import java.nio.IntBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Pooling;
import org.qcnn.kernel.support.Operands;
import org.qcnn.tensor.Shape;

/**
 * What else the quantized convolutions of an instruction set can do than to compute their outputs.
 */
final class LookupFusion {
  // Then the largest response makes the largest output.
  private static final Set<Activation.Kind> NEVER_FALL =
      EnumSet.of(Activation.Kind.NONE, Activation.Kind.RELU, Activation.Kind.CLIP);

  private static final Set<Activation.Kind> HANDED_OVER =
      EnumSet.of(Activation.Kind.NONE, Activation.Kind.RELU);

  private LookupFusion() {}

  /** Returns the {@code qcnn_lookup_convolution} of a quantized layer. */
  static IntBuffer shape(FusedConvolution convolution) {
    Shape output = Operands.outputShape(convolution.layer(), convolution.inputs());
    Shape input = convolution.inputs().get(0).shape();
    PooledOutputs pooled = PooledOutputs.NONE;
    if (convolution.pooling().isPresent()) {
      pooled =
          PooledOutputs.of(convolution.pooling().get(), output)
              .orElseThrow(
                  () ->
                      new KernelException(
                          convolution.layer().name() + " cannot take this pooling along"));
    }
    return LookupWork.shape(convolution.layer(), input, output, pooled, convolution.way());
  }

  /** Returns whether a layer can be computed by products. */
  static boolean multiplies(Convolution layer, Shape input, int isa) {
    Shape output = layer.outputShape(List.of(input));
    IntBuffer shape = LookupWork.shape(layer, input, output, PooledOutputs.NONE, Way.PRODUCTS);
    return NativeBinding.qcnn_lookup_convolution_table_positions(shape, isa) > 0;
  }

  /** Returns whether a quantized convolution can take a pooling of its sums along: a single one. */
  static boolean pools(FusedConvolution convolution, Pooling pooling, int isa) {
    return !convolution.pooling().isPresent()
        && PooledOutputs.of(pooling, convolution.outputShape()).isPresent()
        && NEVER_FALL.contains(convolution.layer().activation().kind)
        && NativeBinding.qcnn_lookup_convolution_tasks(shape(convolution.pooledBy(pooling)), isa, 1)
            > 0;
  }

  /** Returns whether a quantized convolution can write its output as another one's input. */
  static boolean handsOver(FusedConvolution convolution, FusedConvolution reader, int isa) {
    return HANDED_OVER.contains(convolution.layer().activation().kind)
        && NativeBinding.qcnn_lookup_convolution_hands_over(shape(convolution), shape(reader), isa)
            > 0;
  }
}

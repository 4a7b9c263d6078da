package org.qcnn.baseline;

import java.nio.ByteBuffer;
import java.util.List;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Operand;
import org.qcnn.tensor.Shape;

/** The activation behind a matrix product, in place, by the native kernels. */
final class FollowingActivation implements AutoCloseable {
  private final Kernel kernel;

  FollowingActivation(Activation activation, Shape output, KernelSet kernels) {
    kernel =
        activation.isNone()
            ? null
            : kernels.compile(new Activate(activation), List.of(Operand.perImage(output)));
  }

  /** Applies the function to all of the output. */
  void apply(KernelArguments layer, ByteBuffer threadScratch) {
    if (kernel != null) {
      KernelArguments inPlace =
          new KernelArguments(
              layer.batch, List.of(layer.output), layer.output, layer.sharedScratch);
      kernel.run(0, inPlace, threadScratch, 0, kernel.tasks(0, layer.batch));
    }
  }

  @Override
  public void close() {
    if (kernel != null) {
      kernel.close();
    }
  }
}

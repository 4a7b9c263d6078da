package org.qcnn.kernel;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.support.Movement;
import org.qcnn.kernel.support.MovementKernel;

/** Fills and copies by C. */
final class NativeMovement extends MovementKernel {
  private final List<IntBuffer> stridesOfInputs = new ArrayList<>();

  NativeMovement(Operator operator, List<Operand> inputs, Movement movement) {
    super(operator, inputs, movement);
    for (Movement.Copy copy : movement.copies) {
      stridesOfInputs.add(NativeStruct.of(copy.strides.toArray()));
    }
  }

  @Override
  protected void fill(KernelArguments arguments, float value, int first, int last) {
    NativeStatus.check(name(), NativeBinding.qcnn_fill_run(value, arguments.output, first, last));
  }

  @Override
  protected void copy(
      KernelArguments arguments, Movement.Copy copy, int from, int to, int first, int last) {
    FloatBuffer input = arguments.inputs.get(copy.input);
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_copy_run(
            stridesOfInputs.get(copy.input),
            BufferPart.of(input, from),
            BufferPart.of(arguments.output, to),
            first,
            last));
  }
}

package org.qcnn.kernel.plain;

import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.Movement;
import org.qcnn.kernel.support.MovementKernel;
import org.qcnn.kernel.support.Strides;

/** Fills and copies element by element. */
final class PlainMovement extends MovementKernel {
  PlainMovement(Operator operator, List<Operand> inputs, Movement movement) {
    super(operator, inputs, movement);
  }

  @Override
  protected void fill(KernelArguments arguments, float value, int first, int last) {
    for (int i = first; i < last; i++) {
      arguments.output.put(i, value);
    }
  }

  @Override
  protected void copy(
      KernelArguments arguments, Movement.Copy copy, int from, int to, int first, int last) {
    FloatBuffer input = arguments.inputs.get(copy.input);
    Strides strides = copy.strides;
    strides.forEachRow(
        first,
        last,
        (a, b, row) -> {
          for (int i = 0; i < strides.rowLength(); i++) {
            float value = input.get(from + a + i * strides.aStep());
            arguments.output.put(to + b + i * strides.bStep(), value);
          }
        });
  }
}

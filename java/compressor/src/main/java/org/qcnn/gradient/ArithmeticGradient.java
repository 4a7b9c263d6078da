package org.qcnn.gradient;

import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.tensor.Shape;

/**
 * The derivative of elementwise arithmetic. An input that is repeated along an axis takes the sum
 * of the gradients along it.
 */
final class ArithmeticGradient implements OperatorGradient {
  private final Arithmetic.Kind kind;
  private final Activation activation;
  private final int[] extents;
  private final int[][] strides;

  /** Returns the derivative; the activation must be one that is known from its output. */
  ArithmeticGradient(Arithmetic operator, List<Shape> inputs) {
    kind = operator.kind();
    activation = operator.activation();
    Shape output = operator.outputShape(inputs);
    Broadcast broadcast = Broadcast.of(output, inputs.get(0), inputs.get(1));
    extents = broadcast.extents();
    strides = new int[][] {broadcast.strides(0), broadcast.strides(1)};
  }

  @Override
  public boolean readsInputs() {
    return kind != Arithmetic.Kind.ADD && kind != Arithmetic.Kind.SUBTRACT;
  }

  @Override
  public boolean readsOutput() {
    return !activation.isNone();
  }

  @Override
  public void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs) {
    int inner = extents[extents.length - 1];
    int lines = 1;
    for (int axis = 0; axis < extents.length - 1; axis++) {
      lines *= extents[axis];
    }
    Activations.multiplyByDerivative(activation, output, gradient, lines * inner);
    for (int line = 0; line < lines; line++) {
      int a = offset(line, strides[0]);
      int b = offset(line, strides[1]);
      for (int operand = 0; operand < 2; operand++) {
        if (ofInputs[operand] != null) {
          addLine(operand, inputs, a, b, gradient, line * inner, inner, ofInputs[operand]);
        }
      }
    }
  }

  private int offset(int line, int[] stride) {
    int offset = 0;
    int rest = line;
    for (int axis = extents.length - 2; axis >= 0; axis--) {
      offset += rest % extents[axis] * stride[axis];
      rest /= extents[axis];
    }
    return offset;
  }

  private void addLine(
      int operand,
      float[][] inputs,
      int a,
      int b,
      float[] gradient,
      int first,
      int count,
      float[] target) {
    int stepA = strides[0][extents.length - 1];
    int stepB = strides[1][extents.length - 1];
    int place = operand == 0 ? a : b;
    int step = operand == 0 ? stepA : stepB;
    if (kind == Arithmetic.Kind.ADD && step == 1) {
      for (int i = 0; i < count; i++) {
        target[place + i] += gradient[first + i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      float x = readsInputs() ? inputs[0][a + i * stepA] : 0f;
      float y = readsInputs() ? inputs[1][b + i * stepB] : 0f;
      target[place + i * step] += gradient[first + i] * partial(operand, x, y);
    }
  }

  /** Returns the derivative with respect to the first (0) or second (1) operand. */
  private float partial(int operand, float a, float b) {
    boolean first = operand == 0;
    return switch (kind) {
      case ADD -> 1f;
      case SUBTRACT -> first ? 1f : -1f;
      case MULTIPLY -> first ? b : a;
      case DIVIDE -> first ? 1f / b : -a / (b * b);
      case MAXIMUM -> first == (a >= b) ? 1f : 0f;
      case PARAMETRIC_RELU -> a >= 0f ? (first ? 1f : 0f) : (first ? b : a);
    };
  }
}

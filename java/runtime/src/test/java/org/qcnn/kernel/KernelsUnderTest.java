package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.support.Operands;
import org.qcnn.tensor.Shape;

/** What every part of the contract needs: the kernels, and a comparison with the formula. */
interface KernelsUnderTest {
  /** Returns the kernels; skips the test where this machine does not have them. */
  KernelSet kernels();

  /** Runs an operator on random inputs, with 1 and 3 images, and compares it with its formula. */
  default void check(Operator operator, Operand... operands) {
    for (int batch : new int[] {1, 3}) {
      Samples samples = new Samples(7L * batch);
      List<float[]> inputs = KernelRun.randomInputs(List.of(operands), batch, samples);
      check(operator, batch, inputs, operands);
    }
  }

  /** Runs an operator and compares it with its formula. */
  default void check(Operator operator, int batch, List<float[]> inputs, Operand... operands) {
    List<Operand> list = List.of(operands);
    float[] found = new KernelRun(kernels(), operator, list, batch, inputs).output();
    double[] expected = expected(operator, list, batch, inputs);
    double tolerance = 1e-5 * (1 + Arrays.stream(expected).map(Math::abs).max().getAsDouble());
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], tolerance, operator.name() + " element " + i);
    }
  }

  /** Returns the output by the formula. */
  static double[] expected(
      Operator operator, List<Operand> operands, int batch, List<float[]> inputs) {
    List<Shape> shapes = Operands.shapes(operands);
    Shape output = operator.outputShape(shapes);
    double[] expected = new double[batch * output.count()];
    for (int image = 0; image < batch; image++) {
      List<float[]> one = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        int count = shapes.get(i).count();
        int begin = operands.get(i).isConstant() ? 0 : image * count;
        one.add(Arrays.copyOfRange(inputs.get(i), begin, begin + count));
      }
      for (int number = 0; number < output.count(); number++) {
        NaiveFormula formula = new NaiveFormula(shapes, one, NaiveFormula.index(output, number));
        expected[image * output.count() + number] = operator.accept(formula);
      }
    }
    return expected;
  }

  /** Returns an operand with one tensor per image. */
  static Operand images(int... extents) {
    return Operand.perImage(Shape.of(extents));
  }

  /** Returns an operand that is the same for all images. */
  static Operand constant(int... extents) {
    return Operand.constant(Shape.of(extents));
  }
}

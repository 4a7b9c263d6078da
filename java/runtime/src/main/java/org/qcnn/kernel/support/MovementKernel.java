package org.qcnn.kernel.support;

import java.nio.ByteBuffer;
import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;

/**
 * A kernel that moves elements. The tasks of the copying stage are the outermost extents of all
 * copies of the first image, then those of the second image, and so on.
 */
public abstract class MovementKernel extends CheckedKernel {
  private static final Blocks FILLED = new Blocks(16384);

  private final Movement movement;
  private final int copyTasks;

  /** Returns a kernel of this operator, whose movement was found before. */
  protected MovementKernel(Operator operator, List<Operand> inputs, Movement movement) {
    super(operator, inputs);
    this.movement = movement;
    int tasks = 0;
    for (Movement.Copy copy : movement.copies) {
      tasks += copy.strides.outermost();
    }
    this.copyTasks = tasks;
  }

  /** Fills the elements {@code first <= element < last} of the output. */
  protected abstract void fill(KernelArguments arguments, float value, int first, int last);

  /**
   * Makes one copy for {@code first <= i0 < last}.
   *
   * @param from the element where the image's part begins in the input of the copy
   * @param to the element where it begins in the output
   */
  protected abstract void copy(
      KernelArguments arguments, Movement.Copy copy, int from, int to, int first, int last);

  @Override
  public final int stages() {
    return movement.fills ? 2 : 1;
  }

  @Override
  public final int tasks(int stage, int batch) {
    return isFilling(stage)
        ? FILLED.count(Math.multiplyExact(batch, output().count()))
        : Math.multiplyExact(batch, copyTasks);
  }

  private boolean isFilling(int stage) {
    return movement.fills && stage == 0;
  }

  @Override
  protected final void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    if (isFilling(stage)) {
      int elements = arguments.batch * output().count();
      fill(arguments, movement.value, FILLED.begin(first), FILLED.end(last, elements));
    } else {
      Images.split(
          copyTasks, first, last, (image, begin, end) -> copyAll(arguments, image, begin, end));
    }
  }

  private void copyAll(KernelArguments arguments, int image, int first, int last) {
    int before = 0;
    for (Movement.Copy copy : movement.copies) {
      int begin = Math.max(first - before, 0);
      int end = Math.min(last - before, copy.strides.outermost());
      if (begin < end) {
        int from = inputOffset(copy.input, image) + copy.from;
        copy(arguments, copy, from, outputOffset(image) + copy.to, begin, end);
      }
      before += copy.strides.outermost();
    }
  }
}

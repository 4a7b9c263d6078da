package org.qcnn.gradient;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Memory;
import org.qcnn.kernel.Operand;
import org.qcnn.tensor.Shape;

/** An operator without weights: forward by the engine's kernel, backward image by image. */
final class KernelStep implements Step {
  // Parts that the tasks of a kernel are cut into.
  private static final int PARTS = 16;

  private final Operator operator;
  private final List<BatchValue> inputs;
  private final BatchValue output;
  private final Lanes lanes;
  private final OperatorGradient derivative;
  private final KernelSet kernels;
  private final Kernel kernel;
  private final Memory shared;
  private final List<Memory> own = new ArrayList<>();

  KernelStep(
      Operator operator,
      List<BatchValue> inputs,
      BatchValue output,
      int capacity,
      KernelSet kernels,
      Lanes lanes) {
    this.operator = operator;
    this.inputs = inputs;
    this.output = output;
    this.lanes = lanes;
    this.kernels = kernels;
    List<Shape> shapes = inputs.stream().map(BatchValue::shape).toList();
    derivative = OperatorGradients.of(operator, shapes);
    List<Operand> operands =
        inputs.stream()
            .map(
                input ->
                    input.isConstant()
                        ? Operand.constant(input.shape())
                        : Operand.perImage(input.shape()))
            .toList();
    kernel = kernels.compile(operator, operands);
    shared = allocate(kernel.sharedScratchBytes(capacity));
    for (int thread = 0; thread < lanes.workers().threads(); thread++) {
      own.add(allocate(kernel.threadScratchBytes(capacity)));
    }
  }

  private Memory allocate(long bytes) {
    return kernels.allocate(Math.max(64, bytes));
  }

  private static ByteBuffer bytes(Memory memory) {
    return memory.bytes(0, Math.toIntExact(memory.size()));
  }

  @Override
  public void forward(int images) {
    List<FloatBuffer> views = new ArrayList<>();
    for (BatchValue input : inputs) {
      views.add(input.values().values());
    }
    KernelArguments arguments =
        new KernelArguments(images, views, output.values().values(), bytes(shared));
    for (int stage = 0; stage < kernel.stages(); stage++) {
      int current = stage;
      int tasks = kernel.tasks(stage, images);
      int parts = Math.min(tasks, PARTS);
      lanes
          .workers()
          .run(
              parts,
              (part, thread) ->
                  kernel.run(
                      current,
                      arguments,
                      bytes(own.get(thread)),
                      (int) ((long) part * tasks / parts),
                      (int) ((part + 1L) * tasks / parts)));
    }
  }

  @Override
  public void backward(int images) {
    lanes.workers().run(images, this::backward);
  }

  private void backward(int image, int thread) {
    int next = 0;
    float[] gradient = lanes.row(thread, next++, output.shape().count());
    output.readGradient(image, gradient);
    float[] values = new float[0];
    if (derivative.readsOutput()) {
      values = lanes.row(thread, next++, output.shape().count());
      output.readValues(image, values);
    }
    float[][] ofInputs = new float[inputs.size()][];
    float[][] inputValues = new float[inputs.size()][0];
    for (int i = 0; i < inputs.size(); i++) {
      BatchValue input = inputs.get(i);
      if (derivative.readsInputs()) {
        inputValues[i] = lanes.row(thread, next++, input.shape().count());
        input.readValues(image, inputValues[i]);
      }
      if (input.hasGradient()) {
        // The same value may be read twice: it then has one array for both.
        int same = firstSharing(i);
        ofInputs[i] = same < i ? ofInputs[same] : lanes.row(thread, next++, input.shape().count());
        input.readGradient(image, ofInputs[i]);
      }
    }
    derivative.add(inputValues, values, gradient, ofInputs);
    for (int i = 0; i < inputs.size(); i++) {
      if (ofInputs[i] != null) {
        inputs.get(i).writeGradient(image, ofInputs[i]);
      }
    }
  }

  private int firstSharing(int index) {
    int first = 0;
    while (first < index && !inputs.get(first).sharesGradientWith(inputs.get(index))) {
      first++;
    }
    return first;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public void refresh() {}

  @Override
  public void clearGradients() {}

  @Override
  public void collectGradients() {}

  @Override
  public Operator current() {
    return operator;
  }

  @Override
  public void close() {
    kernel.close();
    shared.close();
    own.forEach(Memory::close);
  }
}

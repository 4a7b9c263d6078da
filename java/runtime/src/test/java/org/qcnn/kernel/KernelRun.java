package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.support.Operands;
import org.qcnn.tensor.Shape;

/**
 * Runs an operator in every way an engine may: all tasks at once, each task alone in any order, and
 * ranges on several threads. All must give the same output, keep to their memory and not depend on
 * what it held before.
 */
final class KernelRun {
  private static final int GUARD_FLOATS = 16;
  private static final float GUARD = 12345.5f;

  private final KernelSet kernels;
  private final Operator operator;
  private final List<Operand> operands;
  private final int batch;
  private final List<float[]> inputs;
  private final Way way;

  KernelRun(
      KernelSet kernels,
      Operator operator,
      List<Operand> operands,
      int batch,
      List<float[]> inputs) {
    this(kernels, operator, operands, batch, inputs, Way.LOOKUP);
  }

  /** Prepares runs of a convolution with quantized weights in this way, or of another operator. */
  KernelRun(
      KernelSet kernels,
      Operator operator,
      List<Operand> operands,
      int batch,
      List<float[]> inputs,
      Way way) {
    this.way = way;
    this.kernels = kernels;
    this.operator = operator;
    this.operands = operands;
    this.batch = batch;
    this.inputs = inputs;
  }

  private Kernel compile() {
    return way == Way.LOOKUP
        ? kernels.compile(operator, operands)
        : kernels.compile(FusedConvolution.of((Convolution) operator, operands, way));
  }

  /** Returns random inputs of the right sizes. */
  static List<float[]> randomInputs(List<Operand> operands, int batch, Samples samples) {
    List<float[]> inputs = new ArrayList<>();
    for (Operand operand : operands) {
      inputs.add(samples.floats(operand.shape().count() * (operand.isConstant() ? 1 : batch)));
    }
    return inputs;
  }

  float[] output() {
    try (Kernel kernel = compile()) {
      float[] whole = run(kernel, List::of);
      assertArrayEquals(whole, run(kernel, KernelRun::single), "task by task");
      assertArrayEquals(whole, run(kernel, KernelRun::ranges), "ranges on threads");
      return whole;
    }
  }

  private interface Partition {
    List<int[]> of(int[] allTasks);
  }

  private static List<int[]> single(int[] all) {
    List<int[]> parts = new ArrayList<>();
    IntStream.range(0, all[1]).forEach(task -> parts.add(new int[] {task, task + 1}));
    Collections.shuffle(parts, new Random(1));
    return parts;
  }

  private static List<int[]> ranges(int[] all) {
    Random random = new Random(2);
    List<int[]> parts = new ArrayList<>();
    int first = 0;
    while (first < all[1]) {
      int last = Math.min(all[1], first + 1 + random.nextInt(1 + all[1] / 3));
      parts.add(new int[] {first, last});
      first = last;
    }
    return parts;
  }

  private float[] run(Kernel kernel, Partition partition) {
    Shape shape = operator.outputShape(Operands.shapes(operands));
    int count = batch * shape.count();
    List<Memory> inputMemory = new ArrayList<>();
    for (float[] input : inputs) {
      inputMemory.add(guarded(input));
    }
    try (Memory output = guarded(filled(count, Float.NaN));
        Memory shared = scratch(kernel.sharedScratchBytes(batch))) {
      KernelArguments arguments =
          new KernelArguments(
              batch,
              inputMemory.stream().map(KernelRun::inner).collect(Collectors.toList()),
              inner(output),
              scratchView(shared));
      for (int stage = 0; stage < kernel.stages(); stage++) {
        int current = stage;
        List<int[]> parts = partition.of(new int[] {0, kernel.tasks(stage, batch)});
        parts.parallelStream().forEach(part -> run(kernel, current, arguments, part));
      }
      checkScratch(shared);
      for (int i = 0; i < inputs.size(); i++) {
        assertArrayEquals(inputs.get(i), values(inputMemory.get(i)), "input " + i + " unchanged");
      }
      return values(output);
    } finally {
      inputMemory.forEach(Memory::close);
    }
  }

  private void run(Kernel kernel, int stage, KernelArguments arguments, int[] part) {
    try (Memory scratch = scratch(kernel.threadScratchBytes(batch))) {
      kernel.run(stage, arguments, scratchView(scratch), part[0], part[1]);
      checkScratch(scratch);
    }
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  private Memory guarded(float[] values) {
    Memory memory = kernels.allocate((values.length + 2L * GUARD_FLOATS) * Float.BYTES);
    memory.floats().put(filled(values.length + 2 * GUARD_FLOATS, GUARD));
    inner(memory).put(values);
    return memory;
  }

  private static FloatBuffer inner(Memory memory) {
    int count = (int) (memory.size() / Float.BYTES) - 2 * GUARD_FLOATS;
    return memory.floats((long) GUARD_FLOATS * Float.BYTES, count);
  }

  private static float[] values(Memory memory) {
    FloatBuffer all = memory.floats();
    for (int i = 0; i < GUARD_FLOATS; i++) {
      assertEquals(GUARD, all.get(i), "guard in front");
      assertEquals(GUARD, all.get(all.limit() - 1 - i), "guard behind");
    }
    float[] values = new float[all.limit() - 2 * GUARD_FLOATS];
    inner(memory).get(values);
    return values;
  }

  private Memory scratch(long bytes) {
    Memory memory = kernels.allocate(bytes + 64);
    ByteBuffer all = memory.bytes(0, (int) memory.size());
    while (all.hasRemaining()) {
      all.put((byte) 0x7f);
    }
    return memory;
  }

  private static ByteBuffer scratchView(Memory scratch) {
    return scratch.bytes(0, (int) scratch.size() - 64);
  }

  private static void checkScratch(Memory scratch) {
    ByteBuffer guard = scratch.bytes(scratch.size() - 64, 64);
    while (guard.hasRemaining()) {
      assertEquals(0x7f, guard.get(), "guard behind scratch memory");
    }
  }
}

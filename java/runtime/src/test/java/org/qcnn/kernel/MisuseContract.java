package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.qcnn.kernel.KernelsUnderTest.constant;
import static org.qcnn.kernel.KernelsUnderTest.images;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Transposition;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Mistakes of the caller become exceptions that say what is wrong; memory behaves. */
interface MisuseContract extends KernelsUnderTest {
  default void refuses(Operator operator, Operand... operands) {
    KernelSet kernels = kernels();
    assertThrows(KernelException.class, () -> kernels.compile(operator, List.of(operands)));
  }

  @Test
  default void whatHasNoKernelIsRefused() {
    refuses(new Reshaping(Shape.of(6)), images(2, 3));
    refuses(new Constant(Tensor.over(Shape.of(1), 1f)));
  }

  @Test
  default void inputsThatDoNotFitAreRefused() {
    Samples samples = new Samples(1);
    Convolution convolution =
        new Convolution(
            Window.square(3, 1, 0), 1, samples.dense(2, 3, 3, 3), new float[2], Activation.NONE);
    refuses(convolution, images(4, 8, 8));
    refuses(convolution, images(3, 2, 2));
    refuses(convolution, constant(3, 8, 8));
    refuses(convolution);
    refuses(
        new Transposition(13, 11, 9, 7, 5, 3, 1, 12, 10, 8, 6, 4, 2, 0),
        images(2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2));
  }

  @Test
  default void rangesThatFitNoTableAreRefused() {
    Samples samples = new Samples(1);
    for (float range : new float[] {Float.MIN_VALUE, 1e-40f}) {
      QuantizedWeights connected = samples.quantized(4, 2, range, 1f, 3, 6);
      refuses(new FullyConnected(connected, new float[3], Activation.NONE), images(6));
      QuantizedWeights convolved = samples.quantized(4, 2, range, 1f, 3, 6, 1, 1);
      Window window = Window.square(1, 1, 0);
      refuses(
          new Convolution(window, 1, convolved, new float[3], Activation.NONE), images(6, 2, 2));
    }
  }

  @Test
  default void windowsTooLargeForEightBitTablesAreRefused() {
    QuantizedWeights weights =
        Samples.shifted(new Samples(1).quantized(4, 2, 1f, 1f, 3, 6, 7, 73), 0, 0, 0);
    Window window = LayerContract.window(7, 73, 1, 1, 0, 0, 0, 0, 1, 1);
    refuses(new Convolution(window, 1, weights, new float[3], Activation.NONE), images(6, 7, 73));
  }

  @Test
  default void buffersThatDoNotFitAreRefused() {
    try (Memory memory = kernels().allocate(400);
        Kernel kernel = kernels().compile(new Activate(Activation.RELU), List.of(images(10)))) {
      FloatBuffer good = memory.floats(0, 20);
      FloatBuffer small = memory.floats(0, 19);
      kernel.run(0, arguments(2, good, good), null, 0, 1);
      assertRefused(kernel, 0, arguments(2, small, good), 0, 1, "input");
      assertRefused(kernel, 0, arguments(2, good, small), 0, 1, "output");
      assertRefused(kernel, 0, arguments(2, FloatBuffer.allocate(20), good), 0, 1, "direct");
      assertRefused(kernel, 0, arguments(0, good, good), 0, 1, "batch");
      assertRefused(kernel, 0, arguments(2, good, good), -1, 1, "tasks");
      assertRefused(kernel, 0, arguments(2, good, good), 0, 2, "tasks");
      assertRefused(kernel, 0, arguments(2, good, good), 1, 0, "tasks");
      assertRefused(kernel, 1, arguments(2, good, good), 0, 1, "stage");
      KernelArguments none = new KernelArguments(2, List.of(), good, null);
      assertRefused(kernel, 0, none, 0, 1, "inputs");
    }
  }

  @Test
  default void missingScratchIsRefused() {
    Samples samples = new Samples(1);
    FullyConnected layer =
        new FullyConnected(samples.quantized(4, 2, 1f, 1f, 3, 6), new float[3], Activation.NONE);
    try (Memory memory = kernels().allocate(400);
        Kernel kernel = kernels().compile(layer, List.of(images(6)))) {
      assertTrue(kernel.sharedScratchBytes(2) > 0);
      FloatBuffer values = memory.floats();
      assertRefused(kernel, 0, arguments(2, values, values), 0, 1, "shared scratch");
      ByteBuffer small = memory.bytes(0, 1);
      KernelArguments arguments = new KernelArguments(2, List.of(values), values, small);
      assertRefused(kernel, 0, arguments, 0, 1, "shared scratch");
    }
  }

  @Test
  default void closedKernelIsRefused() {
    Kernel kernel = kernels().compile(new Activate(Activation.RELU), List.of(images(10)));
    kernel.close();
    kernel.close();
    try (Memory memory = kernels().allocate(400)) {
      KernelArguments arguments = arguments(1, memory.floats(), memory.floats());
      assertThrows(IllegalStateException.class, () -> kernel.run(0, arguments, null, 0, 1));
    }
  }

  private static KernelArguments arguments(int batch, FloatBuffer input, FloatBuffer output) {
    return new KernelArguments(batch, List.of(input), output, null);
  }

  private static void assertRefused(
      Kernel kernel, int stage, KernelArguments arguments, int first, int last, String word) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> kernel.run(stage, arguments, null, first, last));
    assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
  }

  @Test
  default void memoryIsZeroedAndBounded() {
    try (Memory memory = kernels().allocate(1000)) {
      assertEquals(1000, memory.size());
      ByteBuffer all = memory.bytes(0, 1000);
      while (all.hasRemaining()) {
        assertEquals(0, all.get());
      }
      memory.floats(8, 3).put(2, 1.5f);
      assertEquals(1.5f, memory.bytes(16, 4).getFloat(0));
      assertEquals(0, memory.bytes(1000, 0).remaining());
      assertThrows(IndexOutOfBoundsException.class, () -> memory.bytes(1, 1000));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.bytes(-1, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.bytes(0, -1));
    }
    assertThrows(KernelException.class, () -> kernels().allocate(-1));
  }

  @Test
  default void freedMemoryIsNotHandedOut() {
    Memory memory = kernels().allocate(64);
    memory.close();
    memory.close();
    assertThrows(IllegalStateException.class, () -> memory.bytes(0, 1));
    assertThrows(IllegalStateException.class, () -> memory.floats(0, 1));
  }
}

package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.qcnn.onnx.TestModel.ints;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.GraphException;

/** Damaged files give a {@link GraphException} or another valid graph: nothing else, and soon. */
class DamagedModelTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static byte[] model() {
    return new TestModel(13, 3, 8, 8)
        .random("w", 4, 3, 3, 3)
        .random("gain", 4)
        .uniform("variance", 1, 2, 4)
        .random("dense", 16, 5)
        .integers("zero", 0)
        .integers("rest", -1)
        .metadata("key", "value")
        .node("Conv", "x w", "c", "pads", ints(1, 1, 1, 1), "strides", ints(2, 2))
        .node("BatchNormalization", "c gain gain gain variance", "n")
        .node("Relu", "n", "r")
        .node("MaxPool", "r", "p", "kernel_shape", ints(2, 2), "strides", ints(2, 2))
        .node("Shape", "p", "s")
        .node("Gather", "s zero", "batch")
        .node("Concat", "batch rest", "t", "axis", 0)
        .node("Reshape", "p t", "flat")
        .node("MatMul", "flat dense", "m")
        .node("Softmax", "m", "y")
        .bytes();
  }

  private static boolean reads(byte[] bytes) {
    try {
      OnnxReader.read(ByteBuffer.wrap(bytes), ImportOptions.DEFAULT);
      return true;
    } catch (GraphException refusal) {
      assertTrue(refusal.getMessage().length() > 10);
      return false;
    }
  }

  @Test
  void cutOffAtEveryLength() {
    byte[] whole = model();
    assertTrue(reads(whole));
    assertTimeout(
        LIMIT,
        () -> {
          for (int length = 0; length < whole.length; length++) {
            reads(Arrays.copyOf(whole, length));
          }
        });
  }

  @Test
  void bytesChangedAtRandom() {
    byte[] whole = model();
    Random random = new Random(4);
    assertTimeout(
        LIMIT,
        () -> {
          for (int attempt = 0; attempt < 2000; attempt++) {
            byte[] damaged = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
              damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            reads(damaged);
          }
        });
  }

  @Test
  void bitsFlippedAtEveryByte() {
    byte[] whole = model();
    assertTimeout(
        LIMIT,
        () -> {
          for (int position = 0; position < whole.length; position++) {
            byte[] damaged = whole.clone();
            damaged[position] ^= (byte) (1 << (position & 7));
            reads(damaged);
          }
        });
  }
}

package org.qcnn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Reshaping;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;

/** Images are read where a caller has them, if kernels can; else they are copied. */
class SessionInputTest {
  private static final int VALUES = 60; // of an image
  private static final int BATCH = 2;

  /** Every value doubled, and what the images look like as one row. */
  private static Graph doubling(String... outputs) {
    Arithmetic sum = new Arithmetic(Arithmetic.Kind.ADD, Activation.NONE);
    return new Graph(
        "image",
        Shape.of(3, 4, 5),
        List.of(
            new Node("flat", new Reshaping(Shape.of(VALUES)), List.of("image"), "flat"),
            new Node("sum", sum, List.of("flat", "flat"), "doubled")),
        List.of(outputs),
        Map.of());
  }

  private static KernelSet kernels(String name) {
    return name.equals("java") ? new JavaKernels() : KernelSet.best();
  }

  /** Room for images at some byte offset, with other values around them. */
  private static FloatBuffer room(int byteOffset, ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.allocateDirect((BATCH * VALUES + 8) * Float.BYTES);
    bytes.position(byteOffset);
    FloatBuffer floats = bytes.slice().order(order).asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      floats.put(i, Float.NaN);
    }
    floats.position(3);
    floats.limit(3 + BATCH * VALUES);
    return floats;
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "best"})
  void anyBufferGivesTheSame(String kernels) {
    try (Model model = Model.of(doubling("doubled"), kernels(kernels));
        Session session = model.newSession(2)) {
      checkTwice(session, FloatBuffer.allocate(BATCH * VALUES));
      checkTwice(session, room(0, ByteOrder.nativeOrder()));
      checkTwice(session, room(4, ByteOrder.nativeOrder()));
      checkTwice(session, room(1, ByteOrder.nativeOrder())); // hidden from C
      checkTwice(session, room(0, ByteOrder.BIG_ENDIAN));
      checkTwice(session, room(0, ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** Runs on a buffer and a read-only view of it, with different images. */
  private static void checkTwice(Session session, FloatBuffer images) {
    check(session, images, images, 1);
    check(session, images, images.asReadOnlyBuffer(), 2);
  }

  private static void check(Session session, FloatBuffer images, FloatBuffer view, int seed) {
    float[] values = fill(images, seed);
    int begin = view.position();
    FloatBuffer doubled = FloatBuffer.allocate(BATCH * VALUES);
    session.run(view, doubled);
    assertEquals(begin, view.position());
    for (int i = 0; i < values.length; i++) {
      assertEquals(2 * values[i], doubled.get(i));
      assertEquals(values[i], images.get(begin + i), "the image was changed");
    }
  }

  private static float[] fill(FloatBuffer images, int seed) {
    Random random = new Random(seed);
    float[] values = new float[BATCH * VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    images.duplicate().put(values);
    return values;
  }

  @Test
  void anOutputThatIsTheInputShowsTheLastImages() {
    try (Model model = Model.of(doubling("flat", "doubled"), KernelSet.best());
        Session session = model.newSession()) {
      FloatBuffer images = room(0, ByteOrder.nativeOrder());
      for (int seed = 0; seed < 2; seed++) {
        float[] values = fill(images, seed);
        FloatBuffer flat = FloatBuffer.allocate(BATCH * VALUES);
        session.run(images, flat);
        assertArrayEquals(values, flat.array());
        images.put(images.position(), -1);
        assertNotEquals(-1, session.output("flat").get(0), "an output changes with the caller's");
        assertEquals(2 * values[0], session.output("doubled").get(0));
      }
    }
  }
}

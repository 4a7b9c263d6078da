package org.qcnn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;

class JoinsTest {
  private static final Shape IMAGE = Shape.of(3, 5, 5);

  /** Branches of an image, two of them joined twice. */
  private final List<Node> branches =
      List.of(
          node("relu", new Activate(Activation.RELU), "image"),
          node("max", pooling(Pooling.Kind.MAXIMUM), "image"),
          node("first", new Concatenation(0), "relu", "max"),
          node("average", pooling(Pooling.Kind.AVERAGE), "image"),
          node("second", new Concatenation(0), "average", "first"));

  @Test
  void partsLieBehindEachOtherInTheOutermostResult() {
    try (Model model = model("second")) {
      Joins joins = new Joins(model, 1);
      for (String part : List.of("relu", "max", "first", "average", "second")) {
        assertEquals("second", joins.block(part));
      }
      assertEquals(0, joins.offset("average"));
      assertEquals(75 * 4, joins.offset("first"));
      assertEquals(75 * 4, joins.offset("relu"));
      assertEquals(150 * 4, joins.offset("max"));
      assertTrue(joins.isJoined(model.graph().nodes().get(2)));
      assertTrue(joins.isJoined(model.graph().nodes().get(4)));
    }
  }

  @Test
  void whatSomebodyElseReadsIsCopied() {
    try (Model model = model("second", "first")) {
      Joins joins = new Joins(model, 1);
      assertFalse(joins.isJoined(model.graph().nodes().get(4)));
      assertTrue(joins.isJoined(model.graph().nodes().get(2)));
      assertEquals("first", joins.block("relu"));
    }
  }

  @Test
  void imagesTwiceTheSameAndInnerAxesAreCopied() {
    for (Node join :
        List.of(
            node("join", new Concatenation(0), "relu", "image"),
            node("join", new Concatenation(0), "relu", "relu"),
            node("join", new Concatenation(1), "relu", "max"))) {
      Graph graph =
          new Graph(
              "image",
              IMAGE,
              List.of(branches.get(0), branches.get(1), join),
              List.of("join"),
              Map.of());
      try (Model model = Model.of(graph, new JavaKernels())) {
        assertFalse(new Joins(model, 1).isJoined(join));
      }
    }
  }

  @Test
  void severalImagesAreCopiedAndGiveTheSame() {
    float[] images = new float[4 * IMAGE.count()];
    Random random = new Random(3);
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextFloat() - 0.5f;
    }
    for (KernelSet kernels : List.of(new JavaKernels(), KernelSet.best())) {
      try (Model model = Model.of(graph("second"), kernels);
          Session session = model.newSession(2)) {
        assertFalse(new Joins(model, 2).isJoined(model.graph().nodes().get(4)));
        float[] together = run(session, images);
        for (int i = 0; i < 4; i++) {
          float[] alone = run(session, Arrays.copyOfRange(images, i * 75, i * 75 + 75));
          assertArrayEquals(Arrays.copyOfRange(together, i * 225, i * 225 + 225), alone);
        }
      }
    }
  }

  private static float[] run(Session session, float[] images) {
    FloatBuffer output = FloatBuffer.allocate(images.length * 3);
    session.run(FloatBuffer.wrap(images), output);
    return output.array();
  }

  private Model model(String... outputs) {
    return Model.of(graph(outputs), new JavaKernels());
  }

  private Graph graph(String... outputs) {
    return new Graph("image", IMAGE, branches, List.of(outputs), Map.of());
  }

  private static Pooling pooling(Pooling.Kind kind) {
    return new Pooling(kind, Window.square(3, 1, 1), false, false);
  }

  private static Node node(String name, Operator operator, String... inputs) {
    return new Node(name, operator, List.of(inputs), name);
  }
}

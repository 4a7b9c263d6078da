package org.qcnn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class GraphCleanerTest {
  private final List<Node> nodes = new ArrayList<>();

  private GraphCleanerTest node(Operator operator, String output, String... inputs) {
    nodes.add(new Node(output, operator, List.of(inputs), output));
    return this;
  }

  private GraphCleanerTest constant(String name, Shape shape, float... values) {
    return node(new Constant(Tensor.over(shape, values)), name);
  }

  private static Arithmetic arithmetic(Arithmetic.Kind kind) {
    return new Arithmetic(kind, Activation.NONE);
  }

  private static FullyConnected layer() {
    Tensor weights = Tensor.over(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    return new FullyConnected(new DenseWeights(weights), new float[] {1, 2}, Activation.NONE);
  }

  private List<Node> cleaned(Shape input, String... outputs) {
    Graph graph = new Graph("x", input, nodes, List.of(outputs), Map.of());
    Graph cleaned = GraphCleaner.clean(graph);
    assertEquals(List.of(outputs), cleaned.outputs());
    return cleaned.nodes();
  }

  @Test
  void aRunOfArithmeticIsFoldedWithItsActivation() {
    node(layer(), "a", "x")
        .constant("two", Shape.of(), 2)
        .constant("each", Shape.of(2), 10, 20)
        .node(arithmetic(Arithmetic.Kind.SUBTRACT), "b", "each", "a")
        .node(arithmetic(Arithmetic.Kind.DIVIDE), "c", "b", "two")
        .node(new Activate(Activation.RELU), "y", "c");
    List<Node> kept = cleaned(Shape.of(3), "y");
    assertEquals(1, kept.size());
    assertEquals("a", kept.get(0).name());
    assertEquals("y", kept.get(0).output());
    FullyConnected folded = (FullyConnected) kept.get(0).operator();
    assertEquals(Activation.RELU, folded.activation());
    assertEquals(4.5f, folded.bias()[0]);
    assertEquals(9f, folded.bias()[1]);
    assertEquals(-0.5f, folded.weights().decode().value(0));
    assertEquals(-3f, folded.weights().decode().value(5));
  }

  @Test
  void whatAnotherNodeReadsIsNotFolded() {
    node(layer(), "a", "x")
        .constant("two", Shape.of(), 2)
        .node(arithmetic(Arithmetic.Kind.MULTIPLY), "b", "a", "two")
        .node(arithmetic(Arithmetic.Kind.ADD), "y", "a", "b");
    assertEquals(4, cleaned(Shape.of(3), "y").size());
  }

  @Test
  void anOutputIsNotFolded() {
    node(layer(), "a", "x").node(new Activate(Activation.RELU), "y", "a");
    assertEquals(2, cleaned(Shape.of(3), "y", "a").size());
  }

  @Test
  void divisionByZeroStaysAsItIs() {
    node(layer(), "a", "x")
        .constant("zero", Shape.of(), 0)
        .node(arithmetic(Arithmetic.Kind.DIVIDE), "y", "a", "zero");
    assertEquals(3, cleaned(Shape.of(3), "y").size());
  }

  @Test
  void aBiasAloneKeepsTheWeights() {
    FullyConnected layer = layer();
    node(layer, "a", "x")
        .constant("b", Shape.of(2), 5, 6)
        .node(arithmetic(Arithmetic.Kind.ADD), "y", "a", "b");
    Operator folded = cleaned(Shape.of(3), "y").get(0).operator();
    assertSame(layer.weights().decode(), folded.weights().decode());
  }

  @Test
  void constantsAreEvaluated() {
    constant("a", Shape.of(2, 1), 1, 2)
        .constant("b", Shape.of(2, 2), 1, 2, 3, 4)
        .node(arithmetic(Arithmetic.Kind.MULTIPLY), "c", "a", "b")
        .node(arithmetic(Arithmetic.Kind.ADD), "y", "x", "c");
    List<Node> kept = cleaned(Shape.of(2, 2), "y");
    assertEquals(2, kept.size());
    Tensor value = ((Constant) kept.get(0).operator()).value();
    assertEquals(2f, value.value(1));
    assertEquals(6f, value.value(2));
  }

  @Test
  void whatDoesNothingGoesAway() {
    constant("one", Shape.of(1), 1)
        .constant("zeros", Shape.of(2, 2), 0, 0, 0, 0)
        .node(new Activate(Activation.RELU), "a", "x")
        .node(arithmetic(Arithmetic.Kind.MULTIPLY), "b", "one", "a")
        .node(arithmetic(Arithmetic.Kind.ADD), "c", "b", "zeros")
        .node(new Reshaping(Shape.of(2, 2)), "d", "c")
        .node(new Padding(new int[2], new int[2], 0), "e", "d")
        .node(new Slicing(new int[2], new int[] {1, 1}, new int[] {2, 2}), "f", "e")
        .node(new Concatenation(0), "g", "f")
        .node(new Transposition(0, 1), "y", "g");
    List<Node> kept = cleaned(Shape.of(2, 2), "y");
    assertEquals(1, kept.size());
    assertEquals("y", kept.get(0).output());
  }

  @Test
  void reshapingOfAReshapingReadsTheFirstInput() {
    node(new Activate(Activation.RELU), "a", "x")
        .node(new Reshaping(Shape.of(4)), "b", "a")
        .node(new Reshaping(Shape.of(1, 4)), "c", "b")
        .node(new Reshaping(Shape.of(2, 2)), "d", "c")
        .node(new Transposition(1, 0), "y", "d");
    assertEquals(2, cleaned(Shape.of(2, 2), "y").size());
  }

  @Test
  void twoOutputsOfOneValueStayTwo() {
    node(new Activate(Activation.RELU), "y", "x").node(new Reshaping(Shape.of(2)), "z", "y");
    assertEquals(2, cleaned(Shape.of(2), "y", "z").size());
    nodes.clear();
    node(new Reshaping(Shape.of(2)), "y", "x");
    assertEquals(1, cleaned(Shape.of(2), "y").size());
  }

  @Test
  void anOutputIsRenamedForAllItsReaders() {
    node(new Activate(Activation.RELU), "a", "x")
        .node(new Activate(Activation.RELU), "b", "a")
        .node(new Reshaping(Shape.of(2)), "y", "a")
        .node(arithmetic(Arithmetic.Kind.ADD), "z", "b", "y");
    assertEquals(3, cleaned(Shape.of(2), "y", "z").size());
  }

  @Test
  void deadNodesGoAway() {
    node(new Activate(Activation.RELU), "y", "x").node(new Activate(Activation.RELU), "b", "x");
    assertEquals(1, cleaned(Shape.of(2), "y").size());
  }
}

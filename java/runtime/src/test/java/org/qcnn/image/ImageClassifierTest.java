package org.qcnn.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Softmax;
import org.qcnn.tensor.Shape;

class ImageClassifierTest {
  @Test
  void softmaxIsFoundBehindChangesOfShape() {
    assertTrue(ImageClassifier.endsInSoftmax(chain(new Softmax(0, 0))));
    assertTrue(
        ImageClassifier.endsInSoftmax(
            chain(
                new Softmax(0, 0), new Reshaping(Shape.of(4)), new Reshaping(Shape.of(4, 1, 1)))));
    assertFalse(
        ImageClassifier.endsInSoftmax(
            chain(new Softmax(0, 0), new org.qcnn.graph.Padding(new int[3], new int[3], 0))));
    assertFalse(ImageClassifier.endsInSoftmax(chain(new Reshaping(Shape.of(4)))));
  }

  @Test
  void softmaxMakesProbabilitiesOfAnyScores() {
    assertArrayEquals(
        new float[] {0.5f, 0.5f, 0}, ImageClassifier.softmax(new float[] {1000, 1000, -1000}));
    assertEquals(1, ImageClassifier.softmax(new float[] {-3e38f})[0]);
  }

  private static Graph chain(Operator... operators) {
    List<Node> nodes = new java.util.ArrayList<>();
    String value = "input";
    for (int i = 0; i < operators.length; i++) {
      nodes.add(new Node("node" + i, operators[i], List.of(value), "value" + i));
      value = "value" + i;
    }
    return new Graph("input", Shape.of(4, 1, 1), nodes, List.of(value), Map.of());
  }
}

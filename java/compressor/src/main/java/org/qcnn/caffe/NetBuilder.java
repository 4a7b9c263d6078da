package org.qcnn.caffe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * The graph while it grows, layer by layer. Caffe's layers may overwrite their input (top equal to
 * bottom); here every value is written once, so a name in the file ("blob") stands for the value
 * that was written to it last.
 */
final class NetBuilder {
  private final Blobs blobs;
  private final Map<String, String> valueOfBlob = new HashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private String input;

  NetBuilder(Blobs blobs) {
    this.blobs = blobs;
  }

  /** Returns how errors call a layer. */
  static String describe(LayerParameter layer) {
    String name = layer.getName().isEmpty() ? "without a name" : layer.getName();
    return "layer " + name + " (" + layer.getType() + ")";
  }

  /** Declares the network's input. */
  void input(String blob, Shape shape) {
    if (input != null) {
      throw new IllegalArgumentException(
          "the network has a second input, "
              + blob
              + " beside "
              + input
              + "; only one is supported");
    }
    input = blob;
    shapes.put(blob, shape);
    valueOfBlob.put(blob, blob);
  }

  /** Returns the weights that the file holds for a layer, checked to have this shape. */
  float[] blob(LayerParameter layer, int index, int... shape) {
    return blobs.read(layer, index, shape);
  }

  /** Returns the only value that a layer reads. */
  String bottom(LayerParameter layer) {
    if (layer.getBottomCount() != 1) {
      throw new IllegalArgumentException(
          "expected one bottom, found " + layer.getBottomCount() + " " + layer.getBottomList());
    }
    return bottom(layer, 0);
  }

  /** Returns one of the values that a layer reads. */
  String bottom(LayerParameter layer, int index) {
    String value = valueOfBlob.get(layer.getBottom(index));
    if (value == null) {
      throw new IllegalArgumentException(
          "reads "
              + layer.getBottom(index)
              + ", which no layer before it writes"
              + (input == null ? "; the file declares no input, give the deploy.prototxt" : ""));
    }
    return value;
  }

  Shape shape(String value) {
    return shapes.get(value);
  }

  /** Adds the node whose value is the layer's top. */
  void top(LayerParameter layer, Operator operator, String... inputs) {
    if (layer.getTopCount() != 1) {
      throw new IllegalArgumentException(
          "expected one top, found " + layer.getTopCount() + " " + layer.getTopList());
    }
    String value = unused(layer.getTop(0));
    add(layer.getName(), operator, value, inputs);
    valueOfBlob.put(layer.getTop(0), value);
  }

  /** Lets the layer's tops stand for a value that is there already. */
  void alias(LayerParameter layer, String value) {
    for (String top : layer.getTopList()) {
      valueOfBlob.put(top, value);
    }
  }

  /** Adds a node inside a layer and returns its value. */
  String step(LayerParameter layer, String suffix, Operator operator, String... inputs) {
    String name = layer.getName() + "/" + suffix;
    String value = unused(name);
    add(name, operator, value, inputs);
    return value;
  }

  /** Adds a fixed tensor inside a layer and returns its value. */
  String constant(LayerParameter layer, String suffix, Shape shape, float... values) {
    return step(layer, suffix, new Constant(Tensor.over(shape, values)));
  }

  private void add(String name, Operator operator, String value, String... inputs) {
    List<Shape> inputShapes = new ArrayList<>();
    for (String each : inputs) {
      inputShapes.add(shapes.get(each));
    }
    shapes.put(value, operator.outputShape(inputShapes));
    nodes.add(new Node(name, operator, List.of(inputs), value));
  }

  private String unused(String wanted) {
    String name = wanted;
    for (int copy = 2; shapes.containsKey(name); copy++) {
      name = wanted + "#" + copy;
    }
    return name;
  }

  Graph build() {
    if (input == null) {
      throw new GraphException("the file declares no input; give the deploy.prototxt");
    }
    Set<String> read = new HashSet<>();
    List<String> outputs = new ArrayList<>();
    for (Node node : nodes) {
      read.addAll(node.inputs());
    }
    for (Node node : nodes) {
      if (!read.contains(node.output())) {
        outputs.add(node.output());
      }
    }
    // With auxiliary classifiers the real one comes last.
    Collections.reverse(outputs);
    return new Graph(input, shapes.get(input), nodes, outputs, Map.of());
  }
}

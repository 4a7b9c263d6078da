package org.qcnn.onnx;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of an ONNX model: its inputs, outputs and attributes, checked at access. The methods throw
 * IllegalArgumentException if something is missing or of the wrong type; whoever lowers the node
 * adds the node's name.
 */
final class OnnxNode {
  private final String name;
  private final String type;
  private final String domain;
  private final List<String> inputs;
  private final List<String> outputs;
  private final Map<String, Message> attributes = new HashMap<>();
  private final int opset;

  OnnxNode(Message node, int opset) {
    this.name = node.text(OnnxFields.NODE_NAME);
    this.type = node.text(OnnxFields.NODE_TYPE);
    this.domain = node.text(OnnxFields.NODE_DOMAIN);
    this.inputs = node.texts(OnnxFields.NODE_INPUTS);
    this.outputs = node.texts(OnnxFields.NODE_OUTPUTS);
    for (Message attribute : node.messages(OnnxFields.NODE_ATTRIBUTES)) {
      attributes.put(attribute.text(OnnxFields.ATTRIBUTE_NAME), attribute);
    }
    this.opset = opset;
  }

  /** Returns the version of the standard operators that the model is written for. */
  int opset() {
    return opset;
  }

  String type() {
    return type;
  }

  /** Returns the domain of the type; empty for the standard operators. */
  String domain() {
    return domain;
  }

  /** Returns the node's own name or, where it has none, the name of the value that it writes. */
  String name() {
    return name.isEmpty() && !outputs.isEmpty() ? outputs.get(0) : name;
  }

  /** Returns what errors call a node: {@code node conv1 (Conv)}. */
  @Override
  public String toString() {
    return "node " + name() + " (" + type() + ")";
  }

  /** Returns the names of all inputs; an empty one stands for an input that is left out. */
  List<String> inputs() {
    return inputs;
  }

  /** Returns the names of all outputs; an empty one stands for an output that is left out. */
  List<String> outputs() {
    return outputs;
  }

  int inputCount() {
    return inputs.size();
  }

  boolean hasInput(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty();
  }

  /** Returns the name of an input that must be there. */
  String input(int index) {
    if (!hasInput(index)) {
      throw new IllegalArgumentException("its input number " + (index + 1) + " is missing");
    }
    return inputs.get(index);
  }

  int outputCount() {
    return outputs.size();
  }

  /** Returns the name of an output; empty if the model leaves it out. */
  String output(int index) {
    if (index >= outputs.size()) {
      throw new IllegalArgumentException("its output number " + (index + 1) + " is missing");
    }
    return outputs.get(index);
  }

  boolean hasAttribute(String name) {
    return attributes.containsKey(name);
  }

  private Message attribute(String name) {
    Message attribute = attributes.get(name);
    if (attribute == null) {
      throw new IllegalArgumentException("its attribute " + name + " is missing");
    }
    return attribute;
  }

  long integer(String name) {
    Message attribute = attribute(name);
    check(name, attribute.hasInteger(OnnxFields.ATTRIBUTE_INTEGER), "an integer");
    return attribute.integer(OnnxFields.ATTRIBUTE_INTEGER);
  }

  long integer(String name, long fallback) {
    return hasAttribute(name) ? integer(name) : fallback;
  }

  boolean flag(String name) {
    return integer(name, 0) != 0;
  }

  float number(String name) {
    Message attribute = attribute(name);
    check(name, attribute.hasFloat(OnnxFields.ATTRIBUTE_FLOAT), "a float");
    return attribute.number(OnnxFields.ATTRIBUTE_FLOAT);
  }

  float number(String name, float fallback) {
    return hasAttribute(name) ? number(name) : fallback;
  }

  String text(String name, String fallback) {
    if (!hasAttribute(name)) {
      return fallback;
    }
    check(name, attribute(name).hasBytes(OnnxFields.ATTRIBUTE_TEXT), "a string");
    return attribute(name).text(OnnxFields.ATTRIBUTE_TEXT);
  }

  Message tensor(String name) {
    Message attribute = attribute(name);
    check(name, attribute.hasBytes(OnnxFields.ATTRIBUTE_TENSOR), "a tensor");
    return attribute.message(OnnxFields.ATTRIBUTE_TENSOR);
  }

  FloatBuffer numbers(String name) {
    return attribute(name).floats(OnnxFields.ATTRIBUTE_FLOATS).asFloatBuffer();
  }

  long[] integers(String name) {
    return attribute(name).integers(OnnxFields.ATTRIBUTE_INTEGERS);
  }

  /** Returns {@code length} integers, or as many times {@code fallback} if there are none. */
  int[] integers(String name, int length, int fallback) {
    int[] values = new int[length];
    long[] given = hasAttribute(name) ? integers(name) : null;
    if (given != null && given.length != length) {
      throw new IllegalArgumentException(
          "its attribute "
              + name
              + " has "
              + given.length
              + " numbers; for two-dimensional images"
              + " it needs "
              + length);
    }
    for (int i = 0; i < length; i++) {
      values[i] = given == null ? fallback : toInt(given[i], name);
    }
    return values;
  }

  /** Returns the value as an int if it is one. */
  static int toInt(long value, String what) {
    if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          value == ConstantTensor.BATCH
              ? what + " depends on the number of images in the batch"
              : what + " is out of range: " + value);
    }
    return (int) value;
  }

  private static void check(String name, boolean holds, String kind) {
    if (!holds) {
      throw new IllegalArgumentException("its attribute " + name + " must be " + kind);
    }
  }
}

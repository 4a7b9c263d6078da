package org.qcnn.onnx;

import java.util.HashMap;
import java.util.Map;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.TensorProto;

/**
 * A node of an ONNX model: its inputs, outputs and attributes, checked at access. The methods throw
 * IllegalArgumentException if something is missing or of the wrong type; whoever lowers the node
 * adds the node's name.
 */
final class OnnxNode {
  private final NodeProto proto;
  private final int opset;
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  OnnxNode(NodeProto proto, int opset) {
    this.proto = proto;
    this.opset = opset;
    for (AttributeProto attribute : proto.getAttributeList()) {
      attributes.put(attribute.getName(), attribute);
    }
  }

  /** Returns the version of the standard operators that the model is written for. */
  int opset() {
    return opset;
  }

  String type() {
    return proto.getOpType();
  }

  /** Returns the node's own name or, where it has none, the name of the value that it writes. */
  String name() {
    return proto.getName().isEmpty() && proto.getOutputCount() > 0
        ? proto.getOutput(0)
        : proto.getName();
  }

  /** Returns what errors call a node: {@code node conv1 (Conv)}. */
  @Override
  public String toString() {
    return "node " + name() + " (" + type() + ")";
  }

  int inputCount() {
    return proto.getInputCount();
  }

  boolean hasInput(int index) {
    return index < proto.getInputCount() && !proto.getInput(index).isEmpty();
  }

  /** Returns the name of an input that must be there. */
  String input(int index) {
    if (!hasInput(index)) {
      throw new IllegalArgumentException("its input number " + (index + 1) + " is missing");
    }
    return proto.getInput(index);
  }

  int outputCount() {
    return proto.getOutputCount();
  }

  /** Returns the name of an output; empty if the model leaves it out. */
  String output(int index) {
    if (index >= proto.getOutputCount()) {
      throw new IllegalArgumentException("its output number " + (index + 1) + " is missing");
    }
    return proto.getOutput(index);
  }

  boolean hasAttribute(String name) {
    return attributes.containsKey(name);
  }

  private AttributeProto attribute(String name) {
    AttributeProto attribute = attributes.get(name);
    if (attribute == null) {
      throw new IllegalArgumentException("its attribute " + name + " is missing");
    }
    return attribute;
  }

  long integer(String name) {
    AttributeProto attribute = attribute(name);
    check(name, attribute.hasI(), "an integer");
    return attribute.getI();
  }

  long integer(String name, long fallback) {
    return hasAttribute(name) ? integer(name) : fallback;
  }

  boolean flag(String name) {
    return integer(name, 0) != 0;
  }

  float number(String name) {
    AttributeProto attribute = attribute(name);
    check(name, attribute.hasF(), "a float");
    return attribute.getF();
  }

  float number(String name, float fallback) {
    return hasAttribute(name) ? number(name) : fallback;
  }

  String text(String name, String fallback) {
    if (!hasAttribute(name)) {
      return fallback;
    }
    check(name, attribute(name).hasS(), "a string");
    return attribute(name).getS().toStringUtf8();
  }

  TensorProto tensor(String name) {
    AttributeProto attribute = attribute(name);
    check(name, attribute.hasT(), "a tensor");
    return attribute.getT();
  }

  float[] numbers(String name) {
    AttributeProto attribute = attribute(name);
    float[] values = new float[attribute.getFloatsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attribute.getFloats(i);
    }
    return values;
  }

  long[] integers(String name) {
    AttributeProto attribute = attribute(name);
    long[] values = new long[attribute.getIntsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attribute.getInts(i);
    }
    return values;
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

package org.qcnn.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Random;
import org.qcnn.graph.Graph;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.AttributeProto.AttributeType;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.OperatorSetIdProto;
import org.qcnn.onnx.proto.StringStringEntryProto;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorShapeProto;
import org.qcnn.onnx.proto.TypeProto;
import org.qcnn.onnx.proto.ValueInfoProto;

/** Builds a small ONNX model: the input is called x, the output y, the batch is open. */
final class TestModel {
  private final ModelProto.Builder model = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final Random random = new Random(1);
  private final int[] imageExtents;
  private final long[] inputDims;

  /** Starts a model of one operator set for images of this shape. */
  TestModel(int opset, int... imageExtents) {
    this.imageExtents = imageExtents;
    model.setIrVersion(opset < 10 ? 4 : 8);
    addOpset("", opset);
    inputDims = new long[imageExtents.length + 1];
    for (int axis = 1; axis < inputDims.length; axis++) {
      inputDims[axis] = imageExtents[axis - 1];
    }
  }

  int[] imageExtents() {
    return imageExtents;
  }

  ModelProto.Builder model() {
    return model;
  }

  GraphProto.Builder graph() {
    return graph;
  }

  TestModel addOpset(String domain, int version) {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
    return this;
  }

  /** Fixes the batch to a number of images. */
  TestModel batch(int images) {
    return dimension(0, images);
  }

  /** Changes one dimension of the input; 0 leaves it open. */
  TestModel dimension(int axis, long extent) {
    inputDims[axis] = extent;
    return this;
  }

  TestModel metadata(String key, String value) {
    model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    return this;
  }

  /**
   * Adds a node named after type and output, {@code Conv_y}; inputs and outputs are separated by
   * spaces, "-" stands for one left out.
   */
  TestModel node(String type, String inputs, String outputs, Object... attributes) {
    graph.addNode(proto(type, inputs, outputs, attributes));
    return this;
  }

  static NodeProto.Builder proto(String type, String inputs, String outputs, Object... attributes) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(type);
    node.setName(type + "_" + outputs.split(" ", -1)[0]);
    for (String input : inputs.isEmpty() ? new String[0] : inputs.split(" ", -1)) {
      node.addInput(input.equals("-") ? "" : input);
    }
    for (String output : outputs.split(" ", -1)) {
      node.addOutput(output.equals("-") ? "" : output);
    }
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    return node;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer) {
      attribute.setType(AttributeType.INT).setI((Integer) value);
    } else if (value instanceof Float) {
      attribute.setType(AttributeType.FLOAT).setF((Float) value);
    } else if (value instanceof String) {
      attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8((String) value));
    } else if (value instanceof TensorProto) {
      attribute.setType(AttributeType.TENSOR).setT((TensorProto) value);
    } else if (value instanceof float[]) {
      attribute.setType(AttributeType.FLOATS);
      for (float number : (float[]) value) {
        attribute.addFloats(number);
      }
    } else {
      attribute.setType(AttributeType.INTS);
      for (long number : (long[]) value) {
        attribute.addInts(number);
      }
    }
    return attribute.build();
  }

  static long[] ints(long... values) {
    return values;
  }

  /** Adds an initializer of random numbers between -1 and 1. */
  TestModel random(String name, long... dims) {
    return uniform(name, -1, 1, dims);
  }

  TestModel uniform(String name, float least, float most, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = least + random.nextFloat() * (most - least);
    }
    return floats(name, values, dims);
  }

  TestModel floats(String name, float[] values, long... dims) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor(name, TensorProto.DataType.FLOAT, raw.array(), dims);
  }

  TestModel tensor(String name, TensorProto.DataType type, byte[] raw, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    tensor.setDataType(type.getNumber()).setRawData(ByteString.copyFrom(raw));
    graph.addInitializer(tensor);
    return this;
  }

  /** Adds a vector of 64-bit integers. */
  TestModel integers(String name, long... values) {
    graph.addInitializer(vector(values).toBuilder().setName(name));
    return this;
  }

  static TensorProto vector(long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  /** Adds a node Constant that holds a scalar integer. */
  TestModel scalar(String name, long value) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addInt64Data(value)
            .build();
    return node("Constant", "", name, "value", tensor);
  }

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dim == 0 ? dimension.setDimParam("N") : dimension.setDimValue(dim));
    }
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    if (dims.length > 0) {
      type.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** Returns the file with the output y. */
  byte[] bytes() {
    GraphProto.Builder complete = graph.build().toBuilder().addInput(0, value("x", inputDims));
    if (complete.getOutputCount() == 0) {
      complete.addOutput(value("y"));
    }
    return model.setGraph(complete).build().toByteArray();
  }

  TestModel output(String name) {
    graph.addOutput(value(name));
    return this;
  }

  Graph read() {
    return OnnxReader.read(ByteBuffer.wrap(bytes()), ImportOptions.DEFAULT);
  }
}

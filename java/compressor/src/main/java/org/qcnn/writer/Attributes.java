package org.qcnn.writer;

import com.google.protobuf.ByteString;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.AttributeProto.AttributeType;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorProto.DataType;

/** The attributes of ONNX nodes, one method for each type in use. */
final class Attributes {
  private Attributes() {}

  static AttributeProto integer(String name, long value) {
    return named(name, AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute = named(name, AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  static AttributeProto real(String name, float value) {
    return named(name, AttributeType.FLOAT).setF(value).build();
  }

  static AttributeProto reals(String name, float... values) {
    AttributeProto.Builder attribute = named(name, AttributeType.FLOATS);
    for (float value : values) {
      attribute.addFloats(value);
    }
    return attribute.build();
  }

  static AttributeProto text(String name, String value) {
    return named(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
  }

  /** Returns a list of unsigned bytes, as a tensor of one axis. */
  static AttributeProto bytes(String name, int... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(DataType.UINT8.getNumber()).addDims(values.length);
    for (int value : values) {
      tensor.addInt32Data(value);
    }
    return named(name, AttributeType.TENSOR).setT(tensor).build();
  }

  /**
   * Returns an attribute inside a function that takes the calling node's attribute {@code from}.
   */
  static AttributeProto reference(String name, AttributeType type, String from) {
    return named(name, type).setRefAttrName(from).build();
  }

  private static AttributeProto.Builder named(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }
}

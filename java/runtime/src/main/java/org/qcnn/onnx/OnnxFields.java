package org.qcnn.onnx;

/** The fields of the messages of an ONNX file that are read, by their numbers in onnx.proto. */
final class OnnxFields {
  static final int MODEL_GRAPH = 7;
  static final int MODEL_OPERATOR_SETS = 8;
  static final int MODEL_METADATA = 14;

  static final int OPERATOR_SET_DOMAIN = 1;
  static final int OPERATOR_SET_VERSION = 2;

  static final int ENTRY_KEY = 1;
  static final int ENTRY_VALUE = 2;

  static final int GRAPH_NODES = 1;
  static final int GRAPH_INITIALIZERS = 5;
  static final int GRAPH_INPUTS = 11;
  static final int GRAPH_OUTPUTS = 12;

  static final int NODE_INPUTS = 1;
  static final int NODE_OUTPUTS = 2;
  static final int NODE_NAME = 3;
  static final int NODE_TYPE = 4;
  static final int NODE_ATTRIBUTES = 5;
  static final int NODE_DOMAIN = 7;

  static final int ATTRIBUTE_NAME = 1;
  static final int ATTRIBUTE_FLOAT = 2;
  static final int ATTRIBUTE_INTEGER = 3;
  static final int ATTRIBUTE_TEXT = 4;
  static final int ATTRIBUTE_TENSOR = 5;
  static final int ATTRIBUTE_FLOATS = 7;
  static final int ATTRIBUTE_INTEGERS = 8;

  static final int TENSOR_DIMENSIONS = 1;
  static final int TENSOR_DATA_TYPE = 2;
  static final int TENSOR_SEGMENT = 3;
  static final int TENSOR_FLOATS = 4;
  static final int TENSOR_INTEGERS_32 = 5;
  static final int TENSOR_INTEGERS_64 = 7;
  static final int TENSOR_NAME = 8;
  static final int TENSOR_RAW_DATA = 9;
  static final int TENSOR_DOUBLES = 10;
  static final int TENSOR_UNSIGNED_64 = 11;
  static final int TENSOR_EXTERNAL_DATA = 13;
  static final int TENSOR_DATA_LOCATION = 14;

  static final int VALUE_NAME = 1;
  static final int VALUE_TYPE = 2;
  static final int TYPE_TENSOR = 1;
  static final int TENSOR_TYPE_ELEMENT = 1;
  static final int TENSOR_TYPE_SHAPE = 2;
  static final int SHAPE_DIMENSIONS = 1;
  static final int DIMENSION_EXTENT = 1;

  private OnnxFields() {}
}

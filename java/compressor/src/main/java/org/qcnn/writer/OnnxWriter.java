package org.qcnn.writer;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.onnx.QuantizedOperators;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.StringStringEntryProto;
import org.qcnn.onnx.proto.TensorProto.DataType;
import org.qcnn.onnx.proto.TensorShapeProto;
import org.qcnn.onnx.proto.TensorShapeProto.Dimension;
import org.qcnn.onnx.proto.TypeProto;
import org.qcnn.onnx.proto.ValueInfoProto;
import org.qcnn.tensor.Shape;

/**
 * Writes graphs as standard ONNX files (IR version 8, operator set 17). A quantized layer becomes
 * one node of {@link QuantizedOperators}; the file defines those operators by standard ones, so
 * that every ONNX runtime can run it. The size of a batch stays open.
 */
public final class OnnxWriter {
  private static final long IR_VERSION = 8;
  private static final String BATCH = "N";

  /** Protobuf reads no message beyond this, and neither does anyone else. */
  private static final long MAX_FILE_BYTES = Integer.MAX_VALUE;

  private OnnxWriter() {}

  /**
   * Writes a file, completely or not at all; see {@link AtomicFile}.
   *
   * @throws IOException naming the file and the cause
   * @throws IllegalArgumentException naming the node, if a codebook value is beyond half floats, or
   *     if the file would exceed the 2 GB that ONNX allows
   */
  public static void write(Graph graph, Path file) throws IOException {
    OnnxGraphBuilder onnx = NodeLowering.lower(graph);
    AtomicFile.write(file, out -> writeModel(graph, onnx, out));
  }

  /**
   * Writes what {@link #write} puts into a file to a stream, which stays open; networks beyond 2 GB
   * are written, too, though nothing reads them.
   */
  public static void encode(Graph graph, OutputStream stream) throws IOException {
    OnnxGraphBuilder onnx = NodeLowering.lower(graph);
    writeFields(header(graph, onnx), body(graph, onnx), onnx, stream);
  }

  private static void writeModel(Graph graph, OnnxGraphBuilder onnx, OutputStream stream)
      throws IOException {
    ModelProto header = header(graph, onnx);
    GraphProto body = body(graph, onnx);
    long bodyBytes = body.getSerializedSize() + initializerBytes(onnx);
    if (header.getSerializedSize() + bodyBytes > MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          "the network takes " + bodyBytes + " bytes, an ONNX file holds at most 2 GB");
    }
    writeFields(header, body, onnx, stream);
  }

  /** Writes the fields of the ModelProto, those of the graph last. */
  private static void writeFields(
      ModelProto header, GraphProto body, OnnxGraphBuilder onnx, OutputStream stream)
      throws IOException {
    long bodyBytes = body.getSerializedSize() + initializerBytes(onnx);
    CodedOutputStream out = CodedOutputStream.newInstance(stream);
    header.writeTo(out);
    writeMessageHead(out, ModelProto.GRAPH_FIELD_NUMBER, bodyBytes);
    body.writeTo(out);
    for (Initializer initializer : onnx.initializers()) {
      writeMessageHead(out, GraphProto.INITIALIZER_FIELD_NUMBER, initializer.size());
      initializer.writeTo(out);
    }
    out.flush();
  }

  /** Returns the bytes of a file without the elements of its constants. */
  public static long bytesBesidesElements(Graph graph) {
    OnnxGraphBuilder onnx = NodeLowering.lower(graph);
    long elements = 0;
    for (Initializer initializer : onnx.initializers()) {
      elements += initializer.elementBytes();
    }
    return header(graph, onnx).getSerializedSize()
        + body(graph, onnx).getSerializedSize()
        + initializerBytes(onnx)
        - elements;
  }

  private static long initializerBytes(OnnxGraphBuilder onnx) {
    long bytes = 0;
    for (Initializer initializer : onnx.initializers()) {
      bytes += CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER);
      bytes += CodedOutputStream.computeUInt64SizeNoTag(initializer.size());
      bytes += initializer.size();
    }
    return bytes;
  }

  private static void writeMessageHead(CodedOutputStream out, int field, long bytes)
      throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt64NoTag(bytes);
  }

  /** Returns the model without its graph. */
  private static ModelProto header(Graph graph, OnnxGraphBuilder onnx) {
    ModelProto.Builder model =
        ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("qcnn");
    model.setProducerVersion(
        Objects.requireNonNullElse(
            OnnxWriter.class.getPackage().getImplementationVersion(), "development"));
    // Sorted, so that the same graph always gives the same file.
    Map<String, String> metadata = new TreeMap<>(graph.metadata());
    model.addOpsetImport(LutFunctions.operatorSet("", LutFunctions.STANDARD_OPERATORS));
    if (!onnx.quantizedOperators().isEmpty()) {
      model.addOpsetImport(
          LutFunctions.operatorSet(QuantizedOperators.DOMAIN, QuantizedOperators.VERSION));
      metadata.put(Metadata.FORMAT_VERSION, Metadata.CURRENT_FORMAT);
    }
    if (onnx.quantizedOperators().contains(QuantizedOperators.LUT_CONV)) {
      model.addFunctions(LutFunctions.convolution());
    }
    if (onnx.quantizedOperators().contains(QuantizedOperators.LUT_GEMM)) {
      model.addFunctions(LutFunctions.gemm());
    }
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  /** Returns the graph without its initializers. */
  private static GraphProto body(Graph graph, OnnxGraphBuilder onnx) {
    GraphProto.Builder body = GraphProto.newBuilder().setName("qcnn").addAllNode(onnx.nodes());
    body.addInput(valueInfo(graph.input(), graph.inputShape()));
    for (String output : graph.outputs()) {
      body.addOutput(valueInfo(output, graph.shape(output)));
    }
    return body.build();
  }

  private static ValueInfoProto valueInfo(String name, Shape shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    dims.addDim(Dimension.newBuilder().setDimParam(BATCH));
    for (int extent : shape.extents()) {
      dims.addDim(Dimension.newBuilder().setDimValue(extent));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(dims);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}

package org.qcnn.onnx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphCleaner;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.OperatorSetIdProto;
import org.qcnn.onnx.proto.StringStringEntryProto;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.ValueInfoProto;

/** The way of one parsed model to a graph. */
final class ModelImport {
  /** What every model may compute while it is read, beyond what its size allows it. */
  private static final long FREE_ELEMENTS = 1 << 20;

  private final ModelFile file;
  private final ModelProto model;
  private final GraphProto proto;
  private final ModelInput input;
  private final int opset;
  private final GraphBuilder builder;

  ModelImport(ModelFile file, ImportOptions options) {
    this.file = file;
    this.model = file.model();
    if (!model.hasGraph()) {
      throw new GraphException("this is not an ONNX model: it has no graph");
    }
    this.proto = model.getGraph();
    FormatVersion.check(metadata().get(Metadata.FORMAT_VERSION));
    this.opset = opset();
    refuseUnsupportedNodes();
    this.input = ModelInput.find(proto, options);
    this.builder = new GraphBuilder(valueNames(), input.batch(), FREE_ELEMENTS + 3 * file.size());
  }

  /** Returns the cleaned graph. */
  Graph graph() {
    for (int i = 0; i < proto.getInitializerCount(); i++) {
      define(proto.getInitializer(i), file.rawData(i));
    }
    try {
      builder.defineImage(input.name(), input.shape());
    } catch (IllegalArgumentException misfit) {
      throw new GraphException("input " + input.name() + ": " + misfit.getMessage(), misfit);
    }
    explainOrder();
    for (NodeProto node : proto.getNodeList()) {
      lower(node);
    }
    Graph graph = new Graph(input.name(), input.shape(), builder.nodes(), outputs(), metadata());
    return GraphCleaner.clean(graph);
  }

  /** Prepares what to say about a node that reads a value before it is written. */
  private void explainOrder() {
    for (NodeProto node : proto.getNodeList()) {
      for (String output : node.getOutputList()) {
        builder.explain(
            output,
            "written by "
                + new OnnxNode(node, opset)
                + " further down; the nodes of an ONNX model"
                + " must be in topological order");
      }
    }
  }

  private void define(TensorProto initializer, ByteBuffer rawData) {
    try {
      builder.defineConstant(initializer.getName(), TensorDecoder.decode(initializer, rawData));
    } catch (IllegalArgumentException misfit) {
      throw new GraphException(
          "initializer " + initializer.getName() + ": " + misfit.getMessage(), misfit);
    }
  }

  private void lower(NodeProto proto) {
    OnnxNode node = new OnnxNode(proto, opset);
    try {
      SupportedOperators.Folding folding =
          SupportedOperators.folding(proto.getDomain(), proto.getOpType());
      Lowering lowering = SupportedOperators.lowering(proto.getDomain(), proto.getOpType());
      if (folding != null && (lowering == null || readsConstants(proto))) {
        reserveInputs(proto);
        builder.defineConstant(node.output(0), folding.fold(node, builder));
      } else {
        lowering.lower(node, builder);
      }
    } catch (IllegalArgumentException | ArithmeticException misfit) {
      throw new GraphException(node + ": " + misfit.getMessage(), misfit);
    }
    for (int output = 0; output < node.outputCount(); output++) {
      builder.explain(
          node.output(output),
          "output number " + (output + 1) + " of " + node + "; only its first output is supported");
    }
  }

  private boolean readsConstants(NodeProto node) {
    for (String name : node.getInputList()) {
      if (!name.isEmpty() && !builder.isConstant(name)) {
        return false;
      }
    }
    return true;
  }

  /** Counts what a folding reads, so that many nodes cannot read one large constant in vain. */
  private void reserveInputs(NodeProto node) {
    for (String name : node.getInputList()) {
      if (builder.isConstant(name)) {
        builder.reserve(builder.constant(name).count());
      }
    }
  }

  private List<String> outputs() {
    Set<String> names = new LinkedHashSet<>();
    for (ValueInfoProto output : proto.getOutputList()) {
      String name = output.getName();
      try {
        builder.shape(name);
      } catch (IllegalArgumentException missing) {
        throw new GraphException("output " + name + ": " + missing.getMessage(), missing);
      }
      names.add(name);
    }
    return new ArrayList<>(names);
  }

  private Set<String> valueNames() {
    Set<String> names = new HashSet<>();
    names.add(input.name());
    for (TensorProto initializer : proto.getInitializerList()) {
      names.add(initializer.getName());
    }
    for (NodeProto node : proto.getNodeList()) {
      names.addAll(node.getOutputList());
    }
    return names;
  }

  private Map<String, String> metadata() {
    Map<String, String> metadata = new HashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    return metadata;
  }

  private int opset() {
    long version = 0;
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        version = set.getVersion();
      }
    }
    if (version < SupportedOperators.OLDEST_OPSET || version > SupportedOperators.NEWEST_OPSET) {
      throw new GraphException(
          (version == 0
                  ? "the model does not say which operator set it is written for"
                  : "the model is written for operator set " + version)
              + "; supported are "
              + SupportedOperators.OLDEST_OPSET
              + " to "
              + SupportedOperators.NEWEST_OPSET
              + ", so export or convert it again");
    }
    return (int) version;
  }

  private void refuseUnsupportedNodes() {
    Map<String, Integer> unsupported = new LinkedHashMap<>();
    for (NodeProto node : proto.getNodeList()) {
      if (!SupportedOperators.supports(node.getDomain(), node.getOpType())) {
        String domain = node.getDomain().isEmpty() ? "" : " of domain " + node.getDomain();
        unsupported.merge(new OnnxNode(node, opset) + domain, 1, Integer::sum);
      }
    }
    if (!unsupported.isEmpty()) {
      throw new GraphException(
          "the model uses operators that are not supported: "
              + unsupported.keySet()
              + "; supported are "
              + SupportedOperators.names());
    }
  }
}

package org.qcnn.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphCleaner;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;

/** The way of one parsed model to a graph. */
final class ModelImport {
  /** What every model may compute while it is read, beyond what its size allows it. */
  private static final long FREE_ELEMENTS = 1 << 20;

  private final Message model;
  private final Message content;
  private final List<Message> initializers;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final ModelInput input;
  private final GraphBuilder builder;

  /** Begins with a parsed model, whose file has this many bytes. */
  ModelImport(Message model, long fileSize, ImportOptions options) {
    this.model = model;
    if (!model.hasBytes(OnnxFields.MODEL_GRAPH)) {
      throw new GraphException("this is not an ONNX model: it has no graph");
    }
    this.content = model.message(OnnxFields.MODEL_GRAPH);
    this.initializers = content.messages(OnnxFields.GRAPH_INITIALIZERS);
    FormatVersion.check(metadata().get(Metadata.FORMAT_VERSION));
    int opset = opset();
    for (Message node : content.messages(OnnxFields.GRAPH_NODES)) {
      nodes.add(new OnnxNode(node, opset));
    }
    refuseUnsupportedNodes();
    this.input = ModelInput.find(content, initializerNames(), options);
    this.builder = new GraphBuilder(valueNames(), input.batch(), FREE_ELEMENTS + 3 * fileSize);
  }

  /** Returns the cleaned graph. */
  Graph graph() {
    for (Message initializer : initializers) {
      define(initializer);
    }
    try {
      builder.defineImage(input.name(), input.shape());
    } catch (IllegalArgumentException misfit) {
      throw new GraphException("input " + input.name() + ": " + misfit.getMessage(), misfit);
    }
    explainOrder();
    for (OnnxNode node : nodes) {
      lower(node);
    }
    Graph graph = new Graph(input.name(), input.shape(), builder.nodes(), outputs(), metadata());
    return GraphCleaner.clean(graph);
  }

  /** Prepares what to say about a node that reads a value before it is written. */
  private void explainOrder() {
    for (OnnxNode node : nodes) {
      for (String output : node.outputs()) {
        builder.explain(
            output,
            "written by "
                + node
                + " further down; the nodes of an ONNX model"
                + " must be in topological order");
      }
    }
  }

  private void define(Message initializer) {
    String name = initializer.text(OnnxFields.TENSOR_NAME);
    try {
      builder.defineConstant(name, TensorDecoder.decode(initializer));
    } catch (IllegalArgumentException misfit) {
      throw new GraphException("initializer " + name + ": " + misfit.getMessage(), misfit);
    }
  }

  private void lower(OnnxNode node) {
    try {
      boolean constant =
          SupportedOperators.folds(node.domain(), node.type()) && readsConstants(node);
      // What is not lowered has to be constant: folding says what about it is not.
      if (constant || !SupportedOperators.lower(node, builder)) {
        reserveInputs(node);
        builder.defineConstant(node.output(0), SupportedOperators.fold(node, builder));
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

  private boolean readsConstants(OnnxNode node) {
    for (String name : node.inputs()) {
      if (!name.isEmpty() && !builder.isConstant(name)) {
        return false;
      }
    }
    return true;
  }

  /** Counts what a folding reads, so that many nodes cannot read one large constant in vain. */
  private void reserveInputs(OnnxNode node) {
    for (String name : node.inputs()) {
      if (builder.isConstant(name)) {
        builder.reserve(builder.constant(name).count());
      }
    }
  }

  private List<String> outputs() {
    Set<String> names = new LinkedHashSet<>();
    for (Message output : content.messages(OnnxFields.GRAPH_OUTPUTS)) {
      String name = output.text(OnnxFields.VALUE_NAME);
      try {
        builder.shape(name);
      } catch (IllegalArgumentException missing) {
        throw new GraphException("output " + name + ": " + missing.getMessage(), missing);
      }
      names.add(name);
    }
    return new ArrayList<>(names);
  }

  private Set<String> initializerNames() {
    Set<String> names = new HashSet<>();
    for (Message initializer : initializers) {
      names.add(initializer.text(OnnxFields.TENSOR_NAME));
    }
    return names;
  }

  private Set<String> valueNames() {
    Set<String> names = initializerNames();
    names.add(input.name());
    for (OnnxNode node : nodes) {
      names.addAll(node.outputs());
    }
    return names;
  }

  private Map<String, String> metadata() {
    Map<String, String> metadata = new HashMap<>();
    for (Message entry : model.messages(OnnxFields.MODEL_METADATA)) {
      metadata.put(entry.text(OnnxFields.ENTRY_KEY), entry.text(OnnxFields.ENTRY_VALUE));
    }
    return metadata;
  }

  private int opset() {
    long version = 0;
    for (Message set : model.messages(OnnxFields.MODEL_OPERATOR_SETS)) {
      String domain = set.text(OnnxFields.OPERATOR_SET_DOMAIN);
      if (domain.isEmpty() || domain.equals("ai.onnx")) {
        version = set.integer(OnnxFields.OPERATOR_SET_VERSION);
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
    Set<String> unsupported = new LinkedHashSet<>();
    for (OnnxNode node : nodes) {
      if (!SupportedOperators.supports(node.domain(), node.type())) {
        unsupported.add(node + (node.domain().isEmpty() ? "" : " of domain " + node.domain()));
      }
    }
    if (!unsupported.isEmpty()) {
      throw new GraphException(
          "the model uses operators that are not supported: "
              + unsupported
              + "; supported are "
              + SupportedOperators.NAMES);
    }
  }
}

package org.qcnn.engine;

import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.FusedConvolution;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.Way;

/** A step of a run before it is compiled: a node with the operator that computes it. Immutable. */
final class PlannedStep {
  final Node node;
  private final Operator operator;
  private final List<Operand> operands;
  final FusedConvolution convolution; // null: the operator is none

  /** Plans a step that computes one node; way: of a convolution with quantized weights. */
  PlannedStep(Node node, Operator operator, List<Operand> operands, Way way) {
    this(
        node,
        operator,
        operands,
        operator instanceof Convolution
            ? FusedConvolution.of((Convolution) operator, operands, way)
            : null);
  }

  private PlannedStep(
      Node node, Operator operator, List<Operand> operands, FusedConvolution convolution) {
    this.node = node;
    this.operator = operator;
    this.operands = operands;
    this.convolution = convolution;
  }

  /** Returns the same step of a convolution with more to do. */
  PlannedStep with(FusedConvolution more) {
    return new PlannedStep(node, operator, operands, more);
  }

  /** Returns the same step of a convolution with more to do, and another output. */
  PlannedStep with(FusedConvolution more, String output) {
    Node renamed = new Node(node.name(), node.operator(), node.inputs(), output);
    return new PlannedStep(renamed, operator, operands, more);
  }

  /**
   * Makes the step ready to run.
   *
   * @throws KernelException naming the node, if the kernels cannot run it
   */
  Model.Step compiled(KernelSet kernels) {
    try {
      Kernel kernel =
          convolution == null ? kernels.compile(operator, operands) : kernels.compile(convolution);
      return new Model.Step(node, kernel);
    } catch (KernelException failure) {
      throw new KernelException("node " + node + ": " + failure.getMessage(), failure);
    }
  }
}

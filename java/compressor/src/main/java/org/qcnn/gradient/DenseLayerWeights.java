package org.qcnn.gradient;

import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.Weights;
import org.qcnn.tensor.Tensor;

/** Weights that are the parameter themselves, or stay as they are. */
final class DenseLayerWeights extends LayerWeights {
  private final Tensor fixed;
  private final Parameter parameter;

  DenseLayerWeights(String node, Tensor weights, boolean learnt) {
    super(weights.shape(), learnt);
    fixed = weights;
    parameter = learnt ? new Parameter(node, Parameter.Kind.WEIGHTS, weights.toArray()) : null;
    matrix().values().put(weights.values());
  }

  @Override
  Optional<Parameter> parameter() {
    return Optional.ofNullable(parameter);
  }

  @Override
  void refresh(Workers workers) {
    if (parameter != null) {
      matrix().values().put(parameter.values());
    }
  }

  @Override
  void collectGradient(Workers workers) {
    if (parameter != null) {
      System.arraycopy(gradient(), 0, parameter.gradient(), 0, gradient().length);
    }
  }

  @Override
  Weights current() {
    return new DenseWeights(
        parameter == null ? fixed : Tensor.over(shape(), parameter.values().clone()));
  }
}

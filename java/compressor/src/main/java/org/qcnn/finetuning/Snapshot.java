package org.qcnn.finetuning;

import java.util.List;
import org.qcnn.gradient.Parameter;

/** The values of parameters at one time. */
final class Snapshot {
  private final List<Parameter> parameters;
  private final List<float[]> values;

  private Snapshot(List<Parameter> parameters, List<float[]> values) {
    this.parameters = parameters;
    this.values = values;
  }

  static Snapshot of(List<Parameter> parameters) {
    return new Snapshot(parameters, parameters.stream().map(p -> p.values().clone()).toList());
  }

  /** Gives the parameters their values back. */
  void restore() {
    for (int i = 0; i < values.size(); i++) {
      System.arraycopy(values.get(i), 0, parameters.get(i).values(), 0, values.get(i).length);
    }
  }
}

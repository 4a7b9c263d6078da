package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** Maximum or average over each whole channel: {@code [C, H, W] -> [C, 1, 1]}. */
public final class GlobalPooling extends Operator {
  private final Pooling.Kind kind;

  public GlobalPooling(Pooling.Kind kind) {
    this.kind = kind;
  }

  @Override
  public String name() {
    return kind == Pooling.Kind.MAXIMUM ? "GlobalMaxPool" : "GlobalAveragePool";
  }

  public Pooling.Kind kind() {
    return kind;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(map(inputs, name()).extent(0), 1, 1);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}

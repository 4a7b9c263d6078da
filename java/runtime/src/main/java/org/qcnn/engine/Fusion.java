package org.qcnn.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Pooling;
import org.qcnn.kernel.FusedConvolution;
import org.qcnn.kernel.KernelSet;

/**
 * Finds what nodes can do together, as one alone reads what the other computes: convolutions take
 * the poolings of their outputs with them, and hand outputs over to the convolutions that read
 * them.
 */
final class Fusion {
  private final KernelSet kernels;
  private final Map<String, Integer> reads = new HashMap<>();

  /** Counts who reads what. */
  Fusion(Graph graph, KernelSet kernels) {
    this.kernels = kernels;
    for (Node node : graph.nodes()) {
      count(node.inputs());
    }
    // Twice, so that what is read once is read by a node.
    count(graph.outputs());
    count(graph.outputs());
  }

  private void count(List<String> values) {
    for (String value : values) {
      reads.put(value, reads.getOrDefault(value, 0) + 1);
    }
  }

  private boolean isReadOnce(String value) {
    return reads.getOrDefault(value, 0) == 1;
  }

  /**
   * Returns the steps with poolings done by the convolutions before them where that is possible.
   */
  List<PlannedStep> pool(List<PlannedStep> steps) {
    List<PlannedStep> pooled = new ArrayList<>();
    for (PlannedStep step : steps) {
      PlannedStep before = pooled.isEmpty() ? null : pooled.get(pooled.size() - 1);
      if (before != null && pools(before, step)) {
        Pooling pooling = (Pooling) step.node.operator();
        pooled.set(
            pooled.size() - 1,
            before.with(before.convolution.pooledBy(pooling), step.node.output()));
      } else {
        pooled.add(step);
      }
    }
    return pooled;
  }

  private boolean pools(PlannedStep step, PlannedStep next) {
    return step.convolution != null
        && next.node.operator() instanceof Pooling
        && next.node.inputs().get(0).equals(step.node.output())
        && isReadOnce(step.node.output())
        && kernels.pools(step.convolution, (Pooling) next.node.operator());
  }

  /** Returns for each step which one its output is handed over to; -1 for none. */
  int[] readers(List<PlannedStep> steps) {
    Map<String, Integer> writers = new HashMap<>();
    int[] readers = new int[steps.size()];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = -1;
      PlannedStep step = steps.get(i);
      writers.put(step.node.output(), i);
      String input = step.node.inputs().isEmpty() ? null : step.node.inputs().get(0);
      Integer writer = writers.get(input);
      if (writer != null && isReadOnce(input) && handsOver(steps.get(writer), step)) {
        readers[writer] = i;
      }
    }
    return readers;
  }

  private boolean handsOver(PlannedStep step, PlannedStep reader) {
    FusedConvolution convolution = step.convolution;
    return convolution != null
        && reader.convolution != null
        && kernels.handsOver(convolution, reader.convolution);
  }
}

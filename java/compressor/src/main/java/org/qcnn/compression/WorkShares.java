package org.qcnn.compression;

import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.tensor.Shape;

/**
 * How much of a walk through a network lies before each step, so that progress and the remaining
 * time that is extrapolated from it are honest: running a node costs its multiply-adds for every
 * image, training it costs what its moments, sweeps and look for codes take.
 */
final class WorkShares {
  /** What all shares add up to. */
  static final int WHOLE = 1000;

  // Roughly, in multiply-adds of a matrix product, whose rate processors differ by more: one of a
  // convolution kernel, and one of the search for the best sub-codeword.
  private static final double RUN = 1.5;
  private static final double SEARCH = 4;
  // Reading and writing a value of an activation file.
  private static final double VALUE = 20;
  private static final double BLOCK_WIDTH = 96;

  private final double[] before;

  /** Returns shares of so many steps, of whose cost nothing is known yet. */
  WorkShares(int steps) {
    before = new double[steps + 1];
  }

  /** Notes the cost of a step; steps come in their order, each once. */
  void add(int index, double cost) {
    before[index + 1] = before[index] + cost;
  }

  /** Returns the share of the work that lies before a step, of {@link #WHOLE}. */
  int before(int index) {
    double all = before[before.length - 1];
    return all > 0 ? (int) (WHOLE * before[index] / all) : 0;
  }

  /** Returns the cost of running a node for a number of images. */
  static double running(Graph graph, Node node, long images) {
    double values = graph.shape(node.output()).count();
    for (Shape input : graph.inputShapes(node)) {
      values += input.count();
    }
    double multiplyAdds = node.operator().multiplyAdds(graph.inputShapes(node));
    return images * (RUN * multiplyAdds + VALUE * values);
  }

  /**
   * Returns the cost of training a layer.
   *
   * @param samples it is trained on
   * @param sweeps over all of its subspaces
   */
  static double training(Node node, LayerSetting setting, double samples, int sweeps) {
    Shape weights = node.operator().weights().shape();
    double outputs = weights.extent(0);
    double inputs = weights.count(1, weights.rank());
    double rows = Math.min(samples, inputs);
    double moments = samples < inputs ? 0 : samples * inputs * (inputs / 2 + outputs);
    double search = outputs * inputs * (setting.subCodewords() + BLOCK_WIDTH);
    double gradient = inputs * rows * outputs;
    return moments + sweeps * (SEARCH * search + gradient);
  }
}

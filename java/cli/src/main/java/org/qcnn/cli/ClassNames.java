package org.qcnn.cli;

import java.util.List;
import org.qcnn.data.DataException;
import org.qcnn.graph.Graph;

/** What a network's classes are called. */
final class ClassNames {
  private ClassNames() {}

  /** Returns the number of classes that a network tells apart. */
  static int count(Graph graph) {
    return graph.shape(graph.outputs().get(0)).count();
  }

  /**
   * Returns the names if there is one for each class.
   *
   * @param origin where they come from, for the error
   */
  static List<String> checked(List<String> names, Graph graph, Object origin) {
    if (names.size() != count(graph)) {
      throw new DataException(
          origin + " names " + names.size() + " classes, the network has " + count(graph));
    }
    return names;
  }
}

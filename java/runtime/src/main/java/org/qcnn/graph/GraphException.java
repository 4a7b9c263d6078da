package org.qcnn.graph;

/** A network that cannot be built or read; the message names the node and what is wrong with it. */
public final class GraphException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public GraphException(String message) {
    super(message);
  }

  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }
}

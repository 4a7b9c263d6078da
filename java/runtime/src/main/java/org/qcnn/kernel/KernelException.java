package org.qcnn.kernel;

/** A kernel that cannot be made or run; the message says which and what to do. */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public KernelException(String message) {
    super(message);
  }

  public KernelException(String message, Throwable cause) {
    super(message, cause);
  }
}

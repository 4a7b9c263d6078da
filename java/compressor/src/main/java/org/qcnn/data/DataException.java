package org.qcnn.data;

/**
 * Images, labels or a preprocessing that cannot be used; the message names the file and the fault.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}

package org.qcnn.cli;

/** Options that do not go together or make no sense; the message says what to write. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}

package org.qcnn.compression;

/** Hears how a compression gets on; called from the thread that compresses. */
public interface CompressionProgress {
  /** Nobody listens. */
  CompressionProgress NONE = (done, total, step) -> {};

  /**
   * Some work is done.
   *
   * @param done layers and passes behind us, of {@code total}
   * @param step what is being done now
   */
  void update(int done, int total, String step);
}

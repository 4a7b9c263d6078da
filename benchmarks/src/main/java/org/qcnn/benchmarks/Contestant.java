package org.qcnn.benchmarks;

/** Something to be timed against others that do the same. */
public interface Contestant extends AutoCloseable {
  /** Returns what the results call it. */
  String name();

  /** Does the work once. */
  void run();

  @Override
  void close();
}

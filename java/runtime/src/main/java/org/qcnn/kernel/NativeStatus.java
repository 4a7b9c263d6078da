package org.qcnn.kernel;

/** Turns what the C functions return, {@code qcnn_status}, into exceptions. */
final class NativeStatus {
  private NativeStatus() {}

  /**
   * Returns if a function of the kernel called {@code name} succeeded.
   *
   * @throws KernelException if the status is not 0
   */
  static void check(String name, int status) {
    if (status != 0) {
      throw new KernelException(name + ": " + describe(status));
    }
  }

  /** Returns a size or number of tasks, or throws if it is a negated status. */
  static long size(String name, long size) {
    if (size < 0) {
      check(name, (int) -size);
    }
    return size;
  }

  /** Returns a number of tasks, or throws if it is a negated status. */
  static int tasks(String name, int tasks) {
    return (int) size(name, tasks);
  }

  private static String describe(int status) {
    switch (status) {
      case 1:
        return "the native kernel cannot work on these extents (QCNN_BAD_SHAPE)";
      case 2:
        return "the native library has no such instruction set here (QCNN_BAD_ISA)";
      case 3:
        return "the packed weights belong to another layer or machine (QCNN_BAD_PACKED)";
      case 4:
        return "tasks, assignments, codebooks or calibrated ranges are out of bounds"
            + " (QCNN_BAD_RANGE)";
      default:
        return "the native kernel failed with status " + status;
    }
  }
}

package org.qcnn.compression;

import org.qcnn.graph.GraphException;

/** The largest absolute value that several threads have seen; positive, even if all were 0. */
final class LargestMagnitude {
  private final float[] ofThread;

  LargestMagnitude(int threads) {
    ofThread = new float[threads];
  }

  void see(float value, int thread) {
    ofThread[thread] = Math.max(ofThread[thread], Math.abs(value));
  }

  /**
   * Returns it.
   *
   * @param what the values are, for the error
   * @throws GraphException if one of them was infinite or not a number
   */
  float value(String what) {
    float largest = Float.MIN_NORMAL;
    for (float candidate : ofThread) {
      largest = Math.max(largest, candidate);
    }
    if (!Float.isFinite(largest)) {
      throw new GraphException(
          what
              + " are not all finite numbers on the calibration images: are the weights damaged,"
              + " or is the preprocessing another than the network's?");
    }
    return largest;
  }
}

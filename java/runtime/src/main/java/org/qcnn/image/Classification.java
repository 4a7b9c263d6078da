package org.qcnn.image;

import java.util.Locale;

/** One class that a network sees in an image, and how sure it is. */
public final class Classification {
  private final int index;
  private final String label;
  private final float score;

  Classification(int index, String label, float score) {
    this.index = index;
    this.label = label;
    this.score = score;
  }

  /** Returns the number of the class in the network's output, from 0. */
  public int index() {
    return index;
  }

  /** Returns the name of the class, {@code class 17} if the model carries no names. */
  public String label() {
    return label;
  }

  /** Returns the probability of the class, 0 to 1; all classes together have 1. */
  public float score() {
    return score;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s (%.1f %%)", label, score * 100);
  }
}

package org.qcnn.kernel.support;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The order in which a lookup convolution with 8-bit tables adds up its partial sums, one for each
 * subspace and each phase of the stride; {@code qcnn.h} has the same.
 *
 * <ul>
 *   <li>Subspaces come in the order of descending table shifts, those of equal shift as they are
 *       numbered, and each with its phases in theirs. The sum counts in units of the shift at hand,
 *       so it is doubled on the way from one shift to the next smaller one.
 *   <li>Partial sums are added in chunks, as many as have the same shift and together at most 24
 *       pairs of taps, or a single one. After a chunk, and when it is doubled, the sum is clamped
 *       to what leaves room for another chunk in 16 bits.
 * </ul>
 */
public final class SumOrder {
  private static final int CHUNK_PAIRS = 24;
  private static final int LARGEST_PAIR = 128;

  /** One partial sum. */
  public static final class Pass {
    /** Of the layer. */
    public final int subspace;

    /** In the order of {@link StridePhases}. */
    public final int phase;

    /** How many times the sum is doubled before. */
    public final int doublings;

    /** Whether it is the last one of its chunk. */
    public final boolean last;

    private Pass(int subspace, int phase, int doublings, boolean last) {
      this.subspace = subspace;
      this.phase = phase;
      this.doublings = doublings;
      this.last = last;
    }
  }

  private final List<Pass> passes = new ArrayList<>();
  private final int limit;

  /**
   * Finds the order.
   *
   * @param shifts table shifts, one per subspace
   * @param phases the taps of every phase
   */
  public SumOrder(byte[] shifts, List<int[]> phases) {
    this.limit = Short.MAX_VALUE - LARGEST_PAIR * Math.max(CHUNK_PAIRS, pairs(phases.get(0)));
    List<int[]> all = new ArrayList<>(); // of a subspace and a phase each
    for (int subspace : inOrder(shifts)) {
      for (int phase = 0; phase < phases.size(); phase++) {
        all.add(new int[] {subspace, phase});
      }
    }
    int chunk = 0; // pairs of taps
    for (int i = 0; i < all.size(); i++) {
      int[] pass = all.get(i);
      int shift = shifts[pass[0]];
      int doublings = i == 0 ? 0 : shifts[all.get(i - 1)[0]] - shift;
      chunk += pairs(phases.get(pass[1]));
      boolean last = i + 1 == all.size() || shifts[all.get(i + 1)[0]] != shift;
      last = last || chunk + pairs(phases.get(all.get(i + 1)[1])) > CHUNK_PAIRS;
      chunk = last ? 0 : chunk;
      passes.add(new Pass(pass[0], pass[1], doublings, last));
    }
  }

  private static List<Integer> inOrder(byte[] shifts) {
    List<Integer> subspaces = new ArrayList<>();
    for (int m = 0; m < shifts.length; m++) {
      subspaces.add(m);
    }
    subspaces.sort((a, b) -> shifts[b] - shifts[a]);
    return subspaces;
  }

  private static int pairs(int[] taps) {
    return (taps.length + 1) / 2;
  }

  /** Returns the partial sums in their order. */
  public List<Pass> passes() {
    return Collections.unmodifiableList(passes);
  }

  /** Returns the largest absolute sum. */
  public int limit() {
    return limit;
  }
}

package org.qcnn.kernel;

/**
 * What each count of {@link LookupWork}, {@link ProductsWork} and {@link DenseWork} takes, by
 * instruction set.
 *
 * <p>The rates of x86 are nanoseconds of one core of an AMD EPYC (Zen 5), those of AMX and AVX2 of
 * an Intel Xeon, fitted by {@code benchmarks/cost.sh} to several hundred layers: least squares of
 * relative errors, no rate below 0. Those of NEON are cycles of a Cortex-A72, as there was no such
 * machine to measure on: look-ups, table products and multiply-adds from llvm-mca's account of the
 * inner loops, the rest from counts of instructions under an emulator ({@code benchmarks/arm.sh}),
 * two a cycle. Their unit does not matter, as only estimates for the same instruction set are
 * compared. Those with the dot product are likewise cycles of a Cortex-A76 (llvm-mca's Neoverse
 * N1), three instructions a cycle.
 *
 * <p>16-bit tables of 8-bit operands were not among the layers; they have the rates of 16-bit
 * operands.
 */
final class CostRates {
  /**
   * What handing over an output by lookup tables saves both layers, in nanoseconds of that EPYC:
   * all of VGG-16 took 2.5 ms less for 8.9 million of them with AVX-512, and as much with AVX2 on
   * Zen 4. In NEON's cycles the same number is less; nothing was measured there.
   */
  static final double HANDED_OVER = 0.28;

  // As many 16-bit entries as one shuffle chooses among.
  private static final int FEW_ENTRIES = 64;

  private static final CostRates AMX =
      new CostRates(
          512,
          new double[] {0.0283, 0.0164, 0.0272, 0.0138, 0.00799, 0, 0.389, 0, 950},
          384,
          new double[] {0.0661, 0.0119, 0.0133, 0.00784, 0.0276, 0, 0.366, 0, 2150},
          new double[][] {
            {0.102, 0.0245, 0.013, 0.0105, 0, 0, 0.394, 0, 1360},
            {0.215, 0.00967, 0.0363, 0.021, 0, 0, 0.371, 0, 258},
            {0.254, 0.00501, 0.0499, 0.0275, 0, 0, 0.316, 0, 1510}
          },
          new double[] {0, 16.9, 0.0937, 0.044, 0.378, 0},
          new double[] {0.00971, 0.0302, 0.122, 4.27, 51.3, 1050});

  private static final CostRates AVX512 =
      new CostRates(
          512,
          new double[] {0.298, 0.0133, 0.0075, 0.0120, 0.0011, 0.54, 0.196, 3.82, 263},
          384,
          new double[] {0.11, 0.008, 0.0085, 0.0058, 0.0165, 0, 0.12, 4.58, 1100},
          new double[][] {
            {0.235, 0.0084, 0.0135, 0.0052, 0, 0, 0.223, 0, 2020},
            {0.348, 0.0034, 0.025, 0.0062, 0, 0, 0.218, 0, 2260},
            {0.308, 0.0055, 0.0267, 0.0079, 0, 0, 0.216, 0, 2420}
          },
          // Of a run by itself, when dense layers took 1.14 times what their rates say.
          new double[] {0.00182, 6.93, 0.229, 0.0386, 0.179, 125},
          new double[] {0.00846, 0.0302, 0.106, 3.49, 8.81, 1343});

  private static final CostRates AVX2 =
      new CostRates(
          192,
          new double[] {0.132, 0.0368, 0.0247, 0.0164, 0.00355, 1.13, 0.49, 3.05, 0},
          128,
          new double[] {0.0435, 0.0949, 0, 0.0116, 0.00667, 2.52, 0.297, 10.9, 0},
          new double[0][],
          new double[0],
          new double[] {0.0153, 0.0586, 0.191, 2.67, 75.5, 1080});

  private static final CostRates NEON =
      new CostRates(
          128,
          new double[] {3, 0.5, 0.25, 0.154, 0.25, 10, 2.5, 15, 5000},
          128,
          new double[] {3, 0.56, 0.15, 0.078, 0.35, 15, 3, 15, 5000},
          new double[0][],
          new double[0],
          new double[] {0.25, 0.5, 2, 15, 40, 5000});

  private static final CostRates NEON_DOTPROD =
      new CostRates(
          128,
          new double[] {2, 0.5, 0.15, 0.088, 0.15, 7, 1.7, 10, 3300},
          128,
          new double[] {2, 0.15, 0.3, 0.047, 0.2, 10, 2, 10, 3300},
          new double[0][],
          new double[0],
          new double[] {0.125, 0.3, 1.3, 10, 27, 3300});

  private static final CostRates SCALAR =
      new CostRates(
          128,
          new double[] {1.22, 0.635, 0.466, 0.585, 0, 0, 0.653, 0, 0},
          128,
          new double[] {0, 1.8, 0.999, 0.421, 0.631, 22.7, 2.46, 0, 0},
          new double[0][],
          new double[0],
          new double[] {0.137, 0.307, 1.05, 2.15, 334, 0});

  /** The positions whose sums the kernels for 16-bit tables hold in registers. */
  final int wordStrip;

  /** With 16-bit tables, in the order of {@link LookupWork#NAMES}. */
  final double[] words;

  /** The positions whose sums the kernels for 8-bit tables hold in registers. */
  final int byteStrip;

  /** With 8-bit tables, in the order of {@link LookupWork#NAMES}. */
  final double[] bytes;

  // With filters side by side: 8-bit tables, 16-bit ones of up to 64 entries, and of more.
  private final double[][] filters;

  /** By products, in the order of {@link ProductsWork#NAMES}; empty: there are no kernels. */
  final double[] products;

  /** In the order of {@link DenseWork#NAMES}. */
  final double[] dense;

  private CostRates(
      int wordStrip,
      double[] words,
      int byteStrip,
      double[] bytes,
      double[][] filters,
      double[] products,
      double[] dense) {
    this.wordStrip = wordStrip;
    this.words = words;
    this.byteStrip = byteStrip;
    this.bytes = bytes;
    this.filters = filters;
    this.products = products;
    this.dense = dense;
  }

  /**
   * Returns the rates where filters lie side by side, in the order of {@link LookupWork#NAMES}.
   *
   * @param tableBits of an entry of a table
   * @param subCodewords entries of a table
   */
  double[] filters(int tableBits, int subCodewords) {
    return filters[tableBits == 8 ? 0 : subCodewords <= FEW_ENTRIES ? 1 : 2];
  }

  /**
   * Returns the rates of an instruction set; of one that nobody measured yet, the plain C code's.
   */
  static CostRates of(String instructionSet) {
    switch (instructionSet) {
      case "avx512":
        return AVX512;
      case "amx":
        return AMX;
      case "avx2":
        return AVX2;
      case "neon":
        return NEON;
      case "neon-dotprod":
        return NEON_DOTPROD;
      default:
        return SCALAR;
    }
  }
}

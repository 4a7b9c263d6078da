package org.qcnn.kernel;

import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;

/**
 * Estimates how long a quantized convolution takes both ways, for one image on one thread: counts
 * of what the inner loops do ({@link LookupWork}, {@link DenseWork}) times fitted rates. A machine
 * may be faster or slower as a whole; the ratio of two estimates is what means something.
 */
public final class ConvolutionCost {
  /** Dense must take at most this part of the time of look-ups to be worth its memory. */
  private static final double WORTHWHILE = 0.95;

  /**
   * Decoded weights may take this many bytes: more would not stay in the second-level cache, and
   * the small memory of compressed networks would be lost.
   */
  private static final long LARGEST_DECODED_BYTES = 1 << 20;

  private final CostRates rates;
  private final int isa;

  /**
   * Returns the estimates for an instruction set.
   *
   * @param instructionSet its name, also of one that this machine does not have
   * @throws KernelException if the native library, which says how it cuts the work, cannot be
   *     loaded or does not know the instruction set
   */
  public ConvolutionCost(String instructionSet) {
    this.isa = InstructionSet.code(instructionSet);
    this.rates = CostRates.of(instructionSet);
  }

  /** Returns whether the decoded weights of a layer are small enough to run it dense. */
  public static boolean mayRunDense(Convolution layer) {
    return (long) layer.weights().shape().count() * Float.BYTES <= LARGEST_DECODED_BYTES;
  }

  /**
   * Returns the faster way for times in any unit; dense only if it is worth its memory.
   *
   * @param layer a quantized one
   */
  public static Way faster(Convolution layer, double lookup, double dense) {
    return dense <= WORTHWHILE * lookup && mayRunDense(layer) ? Way.DENSE : Way.LOOKUP;
  }

  /**
   * Returns the way that is estimated to be faster.
   *
   * @param layer a quantized one
   * @param input the shape of one image
   */
  public Way faster(Convolution layer, Shape input) {
    return faster(layer, lookupMilliseconds(layer, input), denseMilliseconds(layer, input));
  }

  /**
   * Returns which part of its time by lookup tables a layer takes if it hands its output over to
   * another one; that the other one saves counts here.
   *
   * @param output the shape of what is handed over, for one image
   */
  public double handingOver(Convolution layer, Shape input, Shape output) {
    double saved = output.count() * CostRates.HANDED_OVER / 1e6;
    return Math.max(0, 1 - saved / lookupMilliseconds(layer, input));
  }

  /** Returns what there is to do by lookup tables. */
  public LookupWork lookupWork(Convolution layer, Shape input) {
    boolean bytes = LookupWork.tableBits(layer) == 8;
    return new LookupWork(layer, input, isa, bytes ? rates.byteStrip : rates.wordStrip);
  }

  /** Returns the estimated time by lookup tables in milliseconds. */
  public double lookupMilliseconds(Convolution layer, Shape input) {
    LookupWork work = lookupWork(layer, input);
    int bits = LookupWork.tableBits(layer);
    if (work.filtersSideBySide()) {
      int subCodewords = ((QuantizedWeights) layer.weights()).subCodewords();
      return milliseconds(work.counts(), rates.filters(bits, subCodewords));
    }
    return milliseconds(work.counts(), bits == 8 ? rates.bytes : rates.words);
  }

  /** Returns the estimated time as a dense convolution in milliseconds. */
  public double denseMilliseconds(Convolution layer, Shape input) {
    return milliseconds(new DenseWork(layer, input).counts(), rates.dense);
  }

  private static double milliseconds(double[] counts, double[] nanoseconds) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * nanoseconds[i];
    }
    return sum / 1e6;
  }
}

package org.qcnn.kernel;

import java.util.EnumMap;
import java.util.Map;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;

/**
 * Estimates how long a quantized convolution takes each {@link Way}, for one image on one thread:
 * counts of what the inner loops do ({@link LookupWork}, {@link ProductsWork}, {@link DenseWork})
 * times fitted rates. A machine may be faster or slower as a whole; the ratio of two estimates is
 * what means something.
 */
public final class ConvolutionCost {
  /** Other ways must take at most this part of the time of look-ups to be worth their memory. */
  private static final double WORTHWHILE = 0.95;

  /**
   * Weights that are decoded to floats may take this many bytes: more would not stay in the
   * second-level cache, and the small memory of compressed networks would be lost.
   */
  private static final long LARGEST_DENSE_BYTES = 1 << 20;

  /**
   * Those that are decoded to integers take a quarter or half of that, for several times the speed.
   */
  private static final long LARGEST_PRODUCT_BYTES = 8 << 20;

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

  /** Returns whether the decoded weights of a layer are small enough to run it so. */
  public static boolean mayRun(Convolution layer, Way way) {
    switch (way) {
      case DENSE:
        return layer.weights().shape().count() * (long) Float.BYTES <= LARGEST_DENSE_BYTES;
      case PRODUCTS:
        return ProductsWork.weightBytes(layer) <= LARGEST_PRODUCT_BYTES;
      default:
        return true;
    }
  }

  /**
   * Returns the fastest way for times in any unit; others than look-ups only if they are worth
   * their memory.
   *
   * @param layer a quantized one
   * @param times of the ways that there are, look-ups among them
   */
  public static Way fastest(Convolution layer, Map<Way, Double> times) {
    Way fastest = Way.LOOKUP;
    double least = WORTHWHILE * times.get(Way.LOOKUP);
    for (Map.Entry<Way, Double> other : times.entrySet()) {
      boolean decoded = other.getKey() != Way.LOOKUP && mayRun(layer, other.getKey());
      if (decoded && other.getValue() <= least) {
        fastest = other.getKey();
        least = other.getValue();
      }
    }
    return fastest;
  }

  /**
   * Returns the way that is estimated to be fastest.
   *
   * @param layer a quantized one
   * @param input the shape of one image
   */
  public Way fastest(Convolution layer, Shape input) {
    return fastest(layer, milliseconds(layer, input));
  }

  /** Returns the estimated times of all ways that there are for a layer, in milliseconds. */
  public Map<Way, Double> milliseconds(Convolution layer, Shape input) {
    Map<Way, Double> times = new EnumMap<>(Way.class);
    times.put(Way.LOOKUP, lookupMilliseconds(layer, input));
    times.put(Way.DENSE, denseMilliseconds(layer, input));
    // Without rates there are no kernels but the scalar ones.
    if (rates.products.length > 0 && LookupFusion.multiplies(layer, input, isa)) {
      times.put(Way.PRODUCTS, milliseconds(productsWork(layer, input).counts(), rates.products));
    }
    return times;
  }

  /**
   * Returns which part of its time a layer takes if it hands its output over to another one; that
   * the other one saves counts here. 1 if there is no estimate.
   *
   * @param output the shape of what is handed over, for one image
   * @param way that there is for both layers, by lookup tables or by products
   */
  public double handingOver(Convolution layer, Shape input, Shape output, Way way) {
    double rate = way == Way.PRODUCTS ? handedOverByProducts() : CostRates.HANDED_OVER;
    Double alone = milliseconds(layer, input).get(way);
    return alone == null ? 1 : Math.max(0, 1 - output.count() * rate / 1e6 / alone);
  }

  /** Bytes are written instead of floats that are read and quantized again. */
  private double handedOverByProducts() {
    return rates.products.length == 0
        ? 0
        : rates.products[ProductsWork.NAMES.indexOf("inputs")]
            + rates.products[ProductsWork.NAMES.indexOf("outputs")];
  }

  /** Returns what there is to do by lookup tables. */
  public LookupWork lookupWork(Convolution layer, Shape input) {
    boolean bytes = LookupWork.tableBits(layer) == 8;
    return new LookupWork(layer, input, isa, bytes ? rates.byteStrip : rates.wordStrip);
  }

  /** Returns what there is to do by products, for a layer that can be computed so. */
  public ProductsWork productsWork(Convolution layer, Shape input) {
    return new ProductsWork(layer, input, isa);
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

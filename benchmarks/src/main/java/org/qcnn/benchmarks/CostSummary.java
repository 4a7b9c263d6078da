package org.qcnn.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.qcnn.kernel.DenseWork;
import org.qcnn.kernel.LookupWork;
import org.qcnn.kernel.ProductsWork;
import org.qcnn.kernel.Way;

/** How well estimates fit what was measured, and the rates that would fit best. */
final class CostSummary {
  private static final double NANOSECONDS = 1e6;

  private final List<CostedLayer> layers;

  CostSummary(List<CostedLayer> layers) {
    this.layers = List.copyOf(layers);
  }

  void print() {
    Predicate<CostedLayer> words = layer -> layer.quantization().tableBits() == 16;
    Predicate<CostedLayer> few = layer -> layer.quantization().subCodewords() <= 64;
    Predicate<CostedLayer> filters = CostedLayer::filtersSideBySide;
    printLookUps("16 bits", words.and(filters.negate()));
    printLookUps("8 bits", words.negate().and(filters.negate()));
    printLookUps("16 bits, filters side by side, K <= 64", filters.and(words).and(few));
    printLookUps("16 bits, filters side by side, K > 64", filters.and(words).and(few.negate()));
    printLookUps("8 bits, filters side by side", filters.and(words.negate()));
    printDecoded(Way.PRODUCTS, CostedLayer::productsCounts, ProductsWork.NAMES);
    printDecoded(Way.DENSE, CostedLayer::denseCounts, DenseWork.NAMES);
    printChoices();
  }

  private void printLookUps(String what, Predicate<CostedLayer> which) {
    List<CostedLayer> some = layers.stream().filter(which).toList();
    if (!some.isEmpty()) {
      printFit("look-ups, " + what, some, Way.LOOKUP, CostedLayer::lookupCounts, LookupWork.NAMES);
    }
  }

  /**
   * Weights that are decoded are the same for all quantizations of as many bits: the layer was
   * measured once for each of these, and the fastest was disturbed least.
   */
  private void printDecoded(
      Way way, Function<CostedLayer, List<Double>> counts, List<String> names) {
    List<CostedLayer> some =
        List.copyOf(
            layers.stream()
                .filter(layer -> layer.measured().containsKey(way))
                .filter(layer -> layer.estimated().containsKey(way))
                .collect(
                    Collectors.toMap(
                        layer -> List.of(layer.shape(), counts.apply(layer)),
                        layer -> layer,
                        (a, b) -> a.measured().get(way) < b.measured().get(way) ? a : b))
                .values());
    if (!some.isEmpty()) {
      printFit(way.toString(), some, way, counts, names);
    }
  }

  private static void printFit(
      String what,
      List<CostedLayer> layers,
      Way way,
      Function<CostedLayer, List<Double>> counts,
      List<String> names) {
    double[] errors =
        layers.stream()
            .mapToDouble(l -> Math.abs(l.estimated().get(way) / l.measured().get(way) - 1))
            .sorted()
            .toArray();
    System.out.printf(
        Locale.ROOT,
        "%n%s, %d layers: estimates are off by %.1f %% (median), %.1f %% (9 of 10)%n",
        what,
        errors.length,
        100 * errors[errors.length / 2],
        100 * errors[errors.length * 9 / 10]);
    List<double[]> rows = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (CostedLayer layer : layers) {
      rows.add(counts.apply(layer).stream().mapToDouble(Double::doubleValue).toArray());
      times.add(layer.measured().get(way) * NANOSECONDS);
    }
    double[] rates = RateFit.fit(rows, times);
    System.out.print("rates that fit this run best, in nanoseconds:");
    for (int i = 0; i < rates.length; i++) {
      System.out.printf(Locale.ROOT, "%s %s %.3g", i == 0 ? "" : ",", names.get(i), rates[i]);
    }
    System.out.println();
  }

  private void printChoices() {
    double[] regrets = layers.stream().mapToDouble(CostedLayer::regret).sorted().toArray();
    long wrong = Arrays.stream(regrets).filter(regret -> regret > 1.1).count();
    System.out.printf(
        Locale.ROOT,
        "%nchoices: %d of %d layers run by a way that is more than 10 %% slower; at worst %.2f times%n",
        wrong,
        regrets.length,
        regrets[regrets.length - 1]);
  }
}

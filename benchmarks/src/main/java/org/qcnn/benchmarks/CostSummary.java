package org.qcnn.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.qcnn.kernel.DenseWork;
import org.qcnn.kernel.LookupWork;

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
    // The same layer was measured once for each quantization; the fastest was disturbed least.
    List<CostedLayer> dense =
        List.copyOf(
            layers.stream()
                .collect(
                    Collectors.toMap(
                        CostedLayer::shape, l -> l, (a, b) -> a.denseMs() < b.denseMs() ? a : b))
                .values());
    printFit(
        "dense",
        dense,
        CostedLayer::denseMs,
        CostedLayer::denseEstimateMs,
        CostedLayer::denseCounts,
        DenseWork.NAMES);
    printChoices();
  }

  private void printLookUps(String what, Predicate<CostedLayer> which) {
    List<CostedLayer> some = layers.stream().filter(which).toList();
    if (!some.isEmpty()) {
      printFit(
          "look-ups, " + what,
          some,
          CostedLayer::lookupMs,
          CostedLayer::lookupEstimateMs,
          CostedLayer::lookupCounts,
          LookupWork.NAMES);
    }
  }

  private static void printFit(
      String what,
      List<CostedLayer> layers,
      ToDoubleFunction<CostedLayer> measured,
      ToDoubleFunction<CostedLayer> estimated,
      Function<CostedLayer, List<Double>> counts,
      List<String> names) {
    double[] errors =
        layers.stream()
            .mapToDouble(l -> Math.abs(estimated.applyAsDouble(l) / measured.applyAsDouble(l) - 1))
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
      times.add(measured.applyAsDouble(layer) * NANOSECONDS);
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

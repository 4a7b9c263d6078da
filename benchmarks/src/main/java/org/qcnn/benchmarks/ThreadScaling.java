package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.qcnn.engine.Model;

/**
 * Times compressed networks on one thread and on two, in turns: of ten runs, as images of a stream
 * follow each other, and of a single run, which finds the second thread asleep and the caches of
 * both cores as one thread has left them. Arguments: the folder of zoo.sh, and where the figures
 * go.
 */
public final class ThreadScaling {
  private static final int TURNS_OF_TEN = 15;
  private static final int TURNS_OF_ONE = 51;
  private static final String ONE = "1 thread";
  private static final String TWO = "2 threads";

  private ThreadScaling() {}

  /** Everything about one run of this program. */
  record Results(Machine machine, List<Scaling> networks) {}

  /** One network, in turns of {@code runsInARow} runs. */
  record Scaling(String network, int runsInARow, Map<String, Times> threads, double speedUp) {}

  /** Measures, prints a table and writes the same as JSON. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<Scaling> scalings = new ArrayList<>();
    for (ComparedNetwork network : List.of(ComparedNetwork.ALEXNET, ComparedNetwork.VGG_16)) {
      try (Model model = Model.load(network.compressed(folder))) {
        scalings.add(measure(network.title(), model, TURNS_OF_TEN, 10));
        scalings.add(measure(network.title(), model, TURNS_OF_ONE, 1));
      }
    }
    ResultFile.write(Path.of(arguments[1]), new Results(Machine.here(), scalings));
  }

  private static Scaling measure(String network, Model model, int turns, int inARow) {
    FloatBuffer image = RandomImage.direct(model.graph().inputShape().count(), 1);
    try (EngineContestant one = new EngineContestant(ONE, model, 1, image);
        EngineContestant two = new EngineContestant(TWO, model, 2, image)) {
      Map<String, Times> times = Turns.measure(List.of(one, two), turns, inARow);
      double speedUp = times.get(ONE).medianMs() / times.get(TWO).medianMs();
      System.out.printf(
          Locale.ROOT,
          "%s, %2d in a row: %s %s, %s %s: %.2fx%n",
          network,
          inARow,
          ONE,
          times.get(ONE),
          TWO,
          times.get(TWO),
          speedUp);
      return new Scaling(network, inARow, times, speedUp);
    }
  }
}

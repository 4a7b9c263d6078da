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
 * Times compressed networks on one thread and on two, in turns. Arguments: the folder of zoo.sh,
 * and where the figures go.
 */
public final class ThreadScaling {
  private static final int RUNS = 51;
  private static final String ONE = "1 thread";
  private static final String TWO = "2 threads";

  private ThreadScaling() {}

  /** Everything about one run of this program. */
  record Results(Machine machine, List<Scaling> networks) {}

  /** One network. */
  record Scaling(String network, Map<String, Times> threads, double speedUp) {}

  /** Measures, prints a table and writes the same as JSON. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<Scaling> scalings = new ArrayList<>();
    for (ComparedNetwork network : List.of(ComparedNetwork.ALEXNET, ComparedNetwork.VGG_16)) {
      Scaling scaling = measure(network.title(), network.compressed(folder));
      System.out.printf(
          Locale.ROOT,
          "%s: %s %s, %s %s: %.2fx%n",
          scaling.network(),
          ONE,
          scaling.threads().get(ONE),
          TWO,
          scaling.threads().get(TWO),
          scaling.speedUp());
      scalings.add(scaling);
    }
    ResultFile.write(Path.of(arguments[1]), new Results(Machine.here(), scalings));
  }

  private static Scaling measure(String network, Path file) throws IOException {
    try (Model model = Model.load(file)) {
      FloatBuffer image = RandomImage.direct(model.graph().inputShape().count(), 1);
      try (EngineContestant one = new EngineContestant(ONE, model, 1, image);
          EngineContestant two = new EngineContestant(TWO, model, 2, image)) {
        Map<String, Times> times = Turns.measure(List.of(one, two), RUNS);
        double speedUp = times.get(ONE).medianMs() / times.get(TWO).medianMs();
        return new Scaling(network, times, speedUp);
      }
    }
  }
}

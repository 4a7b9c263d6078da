package org.qcnn.training;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.tensor.Tensor;

/**
 * Trains the codebooks and assignments of one layer by block coordinate descent on the estimation
 * error of its response (Q-CNN, section 3): k-means start, sweeps over all subspaces for the layer
 * alone, then sweeps with error correction. No step raises the objective.
 */
public final class CodebookTrainer {
  // Subspaces that are worked on together; enough rows to make the products with G efficient.
  private static final int PANEL_ROWS = 96;
  // Conjugate-gradient iterations of a shared codebook; each costs about as much as a sweep.
  private static final int WORD_ITERATIONS = 4;
  private static final int SCALE_ITERATIONS = 2;

  /** How long to train. */
  public static final class Settings {
    private final int layerSweeps;
    private final int correctionSweeps;
    private final double smallestGain;
    private final int beam;
    private final long seed;

    /**
     * Returns settings; without any sweep the result is that of k-means.
     *
     * @param layerSweeps sweeps without error correction
     * @param correctionSweeps sweeps with error correction
     * @param smallestGain a sweep that lowers the objective by less than this part ends its phase
     * @param beam partial choices that an assignment step keeps; 1: an iterated conditional mode
     * @param seed of the k-means start
     */
    public Settings(
        int layerSweeps, int correctionSweeps, double smallestGain, int beam, long seed) {
      this.layerSweeps = layerSweeps;
      this.correctionSweeps = correctionSweeps;
      this.smallestGain = smallestGain;
      this.beam = beam;
      this.seed = seed;
    }
  }

  private final SubspaceLayout layout;
  private final ResponseObjective[] groups;
  private final Workers workers;
  private final Settings settings;
  private final Codebooks codebooks;
  // Null if every subspace has a codebook of its own.
  private final SharedCodebook shared;
  private final List<Double> objectives = new ArrayList<>();

  /**
   * Prepares training from k-means on the original weights.
   *
   * @param groups one objective per group; rows in the order of {@code layout}; stay the caller's
   * @param subCodewords K, 1 to 256
   * @param isShared whether one codebook serves all subspaces, each with a scale of its own
   */
  public CodebookTrainer(
      SubspaceLayout layout,
      List<? extends ResponseObjective> groups,
      int subCodewords,
      boolean isShared,
      Settings settings,
      Workers workers) {
    this.layout = layout;
    this.groups = groups.toArray(new ResponseObjective[0]);
    this.workers = workers;
    this.settings = settings;
    this.shared =
        isShared
            ? SharedCodebook.start(layout, this.groups, subCodewords, settings.seed, workers)
            : null;
    this.codebooks =
        isShared
            ? shared.codebooks
            : Codebooks.start(layout, this.groups, subCodewords, settings.seed, workers);
  }

  /** Trains and returns the result. */
  public TrainedLayer train() {
    start();
    double kMeansError = relativeError();
    sweeps(settings.layerSweeps);
    double layerError = relativeError();
    correctErrors();
    objectives.clear();
    sweeps(settings.correctionSweeps);
    Tensor rounded = shared == null ? codebooks.round() : shared.round();
    start();
    correctErrors();
    if (settings.layerSweeps + settings.correctionSweeps > 0) {
      // The rounded sub-codewords are what will run: a last assignment step fits them best.
      sweep(false);
    }
    return new TrainedLayer(
        rounded,
        codebooks.toAssignments(),
        biasCorrection(),
        new TrainedLayer.Errors(kMeansError, layerError, relativeError()),
        objectives);
  }

  private void correctErrors() {
    for (ResponseObjective group : groups) {
      if (settings.correctionSweeps > 0) {
        group.correctErrors();
      }
    }
  }

  /** Sets all objectives to the weights that the codebooks and assignments give now. */
  private void start() {
    int firstOutput = 0;
    for (ResponseObjective group : groups) {
      int inputs = group.inputs();
      try (FloatMatrix weights = new FloatMatrix(inputs, group.outputs())) {
        float[] column = new float[inputs];
        for (int output = 0; output < group.outputs(); output++) {
          for (int m = 0; m < layout.subspaces(); m++) {
            codebooks.weights(m, firstOutput + output, column, layout.firstRow(m));
          }
          for (int row = 0; row < inputs; row++) {
            weights.set(row, output, column[row]);
          }
        }
        group.start(weights);
      }
      firstOutput += group.outputs();
    }
  }

  private void sweeps(int count) {
    objectives.add(objective());
    for (int i = 0; i < count; i++) {
      double before = objectives.get(objectives.size() - 1);
      sweep(true);
      double after = objective();
      objectives.add(after);
      if (before - after <= settings.smallestGain * before) {
        return;
      }
    }
  }

  private void sweep(boolean moveCodewords) {
    int first = 0;
    while (first < layout.subspaces()) {
      int count = panelSubspaces(first);
      Panel panel = new Panel(groups, codebooks, first, count, workers);
      for (int m = first; m < first + count; m++) {
        new AssignmentStep(panel, codebooks, m, settings.beam).run();
        if (moveCodewords && shared == null) {
          new EmptyCodewords(panel, codebooks, m).run();
          new CodebookStep(panel, codebooks, m).run();
        }
      }
      panel.commit();
      first += count;
    }
    if (moveCodewords && shared != null) {
      try (SharedCodebookStep step = new SharedCodebookStep(shared, groups, workers)) {
        step.moveWords(WORD_ITERATIONS);
        step.moveScales(SCALE_ITERATIONS);
      }
    }
  }

  private int panelSubspaces(int first) {
    int count = 1;
    while (first + count < layout.subspaces()
        && layout.firstRow(first + count) + layout.rows(first + count) - layout.firstRow(first)
            <= PANEL_ROWS) {
      count++;
    }
    return count;
  }

  private double objective() {
    double sum = 0;
    for (ResponseObjective group : groups) {
      sum += group.objective();
    }
    return sum;
  }

  private double relativeError() {
    double error = 0;
    double variance = 0;
    for (ResponseObjective group : groups) {
      error += group.estimationError();
      variance += group.responseVariance();
    }
    return variance > 0 ? error / variance : 0;
  }

  /** What to add to the original bias so that the mean response error becomes zero. */
  private float[] biasCorrection() {
    float[] correction = new float[codebooks.outputs];
    int next = 0;
    for (ResponseObjective group : groups) {
      double[] wanted = group.meanOriginalResponse();
      double[] found = group.meanResponse();
      for (int output = 0; output < wanted.length; output++) {
        correction[next++] = (float) (wanted[output] - found[output]);
      }
    }
    return correction;
  }
}

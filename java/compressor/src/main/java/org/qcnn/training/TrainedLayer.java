package org.qcnn.training;

import java.util.List;
import org.qcnn.tensor.Tensor;

/** What training a layer gives. */
public final class TrainedLayer {
  /**
   * Relative estimation errors: the squared error of the layer's centred response on the samples,
   * as a part of the variance of the original network's response.
   *
   * @param kMeans of the weights after k-means
   * @param layer after training the layer alone, before error correction
   * @param corrected after error correction
   */
  public record Errors(double kMeans, double layer, double corrected) {}

  private final Tensor codebooks;
  private final byte[] assignments;
  private final float[] biasCorrection;
  private final Errors errors;
  private final List<Double> objectives;

  TrainedLayer(
      Tensor codebooks,
      byte[] assignments,
      float[] biasCorrection,
      Errors errors,
      List<Double> objectives) {
    this.codebooks = codebooks;
    this.assignments = assignments;
    this.biasCorrection = biasCorrection;
    this.errors = errors;
    this.objectives = List.copyOf(objectives);
  }

  /** Returns the codebooks, {@code [M, K, Cs']}: bytes with scales, as files keep them. */
  public Tensor codebooks() {
    return codebooks;
  }

  /** Returns a copy of the assignments, {@code [Ct, kernel positions, M]}. */
  public byte[] assignments() {
    return assignments.clone();
  }

  /** Returns what to add to the original bias, per output. */
  public float[] biasCorrection() {
    return biasCorrection.clone();
  }

  /** Returns how far the response is from the original network's. */
  public Errors errors() {
    return errors;
  }

  /** Returns the objective before and after each sweep with error correction; it never rises. */
  public List<Double> objectives() {
    return objectives;
  }
}

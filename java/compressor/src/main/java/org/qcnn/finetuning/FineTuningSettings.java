package org.qcnn.finetuning;

/**
 * How a quantized network is fine-tuned.
 *
 * @param epochs runs through the images; 0: not at all
 * @param batch images per step
 * @param rate the length of the longest steps, as a part of the root mean square of a layer's
 *     codebooks, or of its outputs for biases
 * @param temperature that scores are divided by before softmax, in the loss
 * @param logitWeight of the mean squared distance of scores, beside the divergence
 * @param denseWeights whether layers that are not quantized are tuned, too
 * @param augmentation of images
 * @param seed of everything random
 */
public record FineTuningSettings(
    int epochs,
    int batch,
    double rate,
    double temperature,
    double logitWeight,
    boolean denseWeights,
    Augmentation augmentation,
    long seed) {

  /** No fine-tuning; {@link #withEpochs} makes it some. */
  public static final FineTuningSettings NONE =
      new FineTuningSettings(0, 16, 0.001, 2, 1, false, Augmentation.DEFAULT, 1);

  public FineTuningSettings withEpochs(int other) {
    return new FineTuningSettings(
        other, batch, rate, temperature, logitWeight, denseWeights, augmentation, seed);
  }

  public FineTuningSettings withBatch(int other) {
    return new FineTuningSettings(
        epochs, other, rate, temperature, logitWeight, denseWeights, augmentation, seed);
  }

  public FineTuningSettings withRate(double other) {
    return new FineTuningSettings(
        epochs, batch, other, temperature, logitWeight, denseWeights, augmentation, seed);
  }

  public FineTuningSettings withLoss(double otherTemperature, double otherLogitWeight) {
    return new FineTuningSettings(
        epochs, batch, rate, otherTemperature, otherLogitWeight, denseWeights, augmentation, seed);
  }

  public FineTuningSettings withDenseWeights(boolean other) {
    return new FineTuningSettings(
        epochs, batch, rate, temperature, logitWeight, other, augmentation, seed);
  }

  public FineTuningSettings withAugmentation(Augmentation other) {
    return new FineTuningSettings(
        epochs, batch, rate, temperature, logitWeight, denseWeights, other, seed);
  }

  public FineTuningSettings withSeed(long other) {
    return new FineTuningSettings(
        epochs, batch, rate, temperature, logitWeight, denseWeights, augmentation, other);
  }
}

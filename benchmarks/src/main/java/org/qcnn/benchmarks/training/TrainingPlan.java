package org.qcnn.benchmarks.training;

import org.qcnn.finetuning.Augmentation;

/**
 * How a network is trained.
 *
 * @param epochs runs through the images
 * @param batch images per step
 * @param rate of the first steps; falls to nothing along a cosine
 * @param decay of weights
 * @param standardized whether weights are learnt as {@link StandardizedWeights}
 * @param augmentation of images
 * @param seed of everything random
 */
record TrainingPlan(
    int epochs,
    int batch,
    double rate,
    double decay,
    boolean standardized,
    Augmentation augmentation,
    long seed) {}

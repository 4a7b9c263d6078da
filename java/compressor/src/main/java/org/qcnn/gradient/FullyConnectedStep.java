package org.qcnn.gradient;

import org.qcnn.algebra.FloatMatrix;
import org.qcnn.graph.FullyConnected;

/**
 * A fully-connected layer as matrix products over the whole batch, cut into parts of fixed size.
 */
final class FullyConnectedStep extends WeightedStep {
  private static final int PART = 128;

  FullyConnectedStep(
      String node,
      FullyConnected operator,
      Learnt learnt,
      BatchValue input,
      BatchValue output,
      Lanes lanes) {
    super(node, operator, learnt, input, output, lanes);
  }

  private interface Part {
    void run(int first, int count, int thread);
  }

  private void inParts(int total, Part part) {
    lanes()
        .workers()
        .run(
            (total + PART - 1) / PART,
            (index, thread) -> {
              int first = index * PART;
              part.run(first, Math.min(PART, total - first), thread);
            });
  }

  @Override
  public void forward(int images) {
    FloatMatrix matrix = weights().matrix();
    FloatMatrix.Block inputs = input().values().block(0, images, 0, matrix.columns());
    inParts(
        matrix.rows(),
        (first, count, thread) ->
            output()
                .values()
                .block(0, images, first, count)
                .addProduct(
                    0f, 1f, inputs, matrix.block(first, count, 0, matrix.columns()).transpose()));
    lanes().workers().run(images, this::activate);
  }

  @Override
  public void backward(int images) {
    float[][] ofBias = new float[Math.min(images, Lanes.COUNT)][];
    lanes()
        .run(
            images,
            (lane, first, last, thread) -> {
              ofBias[lane] = newBiasSum();
              for (int image = first; image < last; image++) {
                deactivate(image, ofBias[lane], thread);
              }
            });
    addToBias(ofBias);
    if (weights().isLearnt()) {
      addToWeights(images);
    }
    if (input().hasGradient()) {
      addToInput(images);
    }
  }

  private void addToWeights(int images) {
    FloatMatrix matrix = weights().matrix();
    int width = matrix.columns();
    FloatMatrix.Block inputs = input().values().block(0, images, 0, width);
    inParts(
        matrix.rows(),
        (first, count, thread) -> {
          FloatMatrix product = lanes().columns(thread, count, width);
          product
              .whole()
              .addProduct(
                  0f, 1f, output().gradient().block(0, images, first, count).transpose(), inputs);
          float[] row = lanes().row(thread, 0, width);
          for (int i = 0; i < count; i++) {
            product.values().get(i * width, row, 0, width);
            Lanes.add(row, weights().gradient(), (first + i) * width, width);
          }
        });
  }

  private void addToInput(int images) {
    FloatMatrix matrix = weights().matrix();
    FloatMatrix.Block ofOutput = output().gradient().block(0, images, 0, matrix.rows());
    inParts(
        matrix.columns(),
        (first, count, thread) ->
            input()
                .gradient()
                .block(0, images, first, count)
                .addProduct(1f, 1f, ofOutput, matrix.block(0, matrix.rows(), first, count)));
  }
}

package org.qcnn.gradient;

import org.qcnn.algebra.Columns;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.graph.Convolution;

/**
 * A convolution as matrix products of weights and im2col columns, image by image, in strips of
 * lines that stay in the cache. Columns are made anew for the backward pass, which costs less than
 * keeping them would.
 */
final class ConvolutionStep extends WeightedStep {
  // Floats of one strip of columns.
  private static final int STRIP = 1 << 17;

  private final int groups;
  private final Columns columns;
  private final int linesPerStrip;

  ConvolutionStep(
      String node,
      Convolution operator,
      Learnt learnt,
      BatchValue input,
      BatchValue output,
      Lanes lanes) {
    super(node, operator, learnt, input, output, lanes);
    groups = operator.groups();
    columns = new Columns(operator.window(), input.shape(), operator.weights().shape().extent(1));
    int line = columns.depth() * columns.positionsPerLine();
    linesPerStrip =
        columns.areTheInput() ? columns.lines() : Math.min(columns.lines(), STRIP / line + 1);
  }

  @Override
  public void forward(int images) {
    lanes()
        .workers()
        .run(
            images,
            (image, thread) -> {
              for (int group = 0; group < groups; group++) {
                for (int line = 0; line < columns.lines(); line += linesPerStrip) {
                  FloatMatrix.Block seen = columns(image, group, line, thread);
                  outputs(output().values(), image, group, line)
                      .addProduct(0f, 1f, group(group, groups), seen);
                }
              }
              activate(image, thread);
            });
  }

  @Override
  public void backward(int images) {
    int height = weights().matrix().rows();
    int width = weights().matrix().columns();
    float[][] ofBias = new float[Math.min(images, Lanes.COUNT)][];
    lanes()
        .run(
            images,
            (lane, first, last, thread) -> {
              ofBias[lane] = newBiasSum();
              FloatMatrix ofWeights =
                  weights().isLearnt() ? lanes().sum(lane, height, width) : null;
              for (int image = first; image < last; image++) {
                deactivate(image, ofBias[lane], thread);
                backward(image, ofWeights, image == first, thread);
              }
            });
    addToBias(ofBias);
    if (weights().isLearnt()) {
      lanes().addSums(images, weights().gradient());
    }
  }

  private void backward(int image, FloatMatrix ofWeights, boolean isFirst, int thread) {
    int rows = weights().matrix().rows() / groups;
    for (int group = 0; group < groups; group++) {
      for (int line = 0; line < columns.lines(); line += linesPerStrip) {
        FloatMatrix.Block ofOutput = outputs(output().gradient(), image, group, line);
        if (ofWeights != null) {
          FloatMatrix.Block seen = columns(image, group, line, thread);
          ofWeights
              .block(group * rows, rows, 0, columns.depth())
              .addProduct(isFirst && line == 0 ? 0f : 1f, 1f, ofOutput, seen.transpose());
        }
        if (input().hasGradient()) {
          addToInput(image, group, line, ofOutput, thread);
        }
      }
    }
  }

  private void addToInput(int image, int group, int line, FloatMatrix.Block ofOutput, int thread) {
    FloatMatrix gradient = input().gradient();
    FloatMatrix.Block transposed = group(group, groups).transpose();
    if (columns.areTheInput()) {
      inputs(gradient, image, group).addProduct(1f, 1f, transposed, ofOutput);
      return;
    }
    FloatMatrix scratch = scratch(thread);
    scratch
        .block(0, columns.depth(), 0, lines(line) * columns.positionsPerLine())
        .addProduct(0f, 1f, transposed, ofOutput);
    columns.scatter(
        scratch.values(),
        scratch.columns(),
        line,
        lines(line),
        gradient.values(),
        start(image, group),
        lanes().row(thread, 2, input().shape().count(1, 3)),
        lanes().row(thread, 3, columns.positions()));
  }

  /** Returns the columns of a strip. */
  private FloatMatrix.Block columns(int image, int group, int line, int thread) {
    if (columns.areTheInput()) {
      return inputs(input().values(), image, group);
    }
    FloatMatrix scratch = scratch(thread);
    columns.fill(
        input().values().values(),
        start(image, group),
        line,
        lines(line),
        scratch.values(),
        scratch.columns());
    return scratch.block(0, columns.depth(), 0, lines(line) * columns.positionsPerLine());
  }

  private FloatMatrix scratch(int thread) {
    return lanes().columns(thread, columns.depth(), linesPerStrip * columns.positionsPerLine());
  }

  private int lines(int firstLine) {
    return Math.min(linesPerStrip, columns.lines() - firstLine);
  }

  /** Returns where in the input the channels of a group begin. */
  private int start(int image, int group) {
    int count = input().shape().count();
    return image * count + group * (count / groups);
  }

  /** Returns all of a group's channels of an image's input. */
  private FloatMatrix.Block inputs(FloatMatrix matrix, int image, int group) {
    int channels = input().shape().extent(0);
    int ofGroup = channels / groups;
    return matrix.block(image * channels + group * ofGroup, ofGroup, 0, matrix.columns());
  }

  /** Returns a strip of a group's channels of an image's output. */
  private FloatMatrix.Block outputs(FloatMatrix matrix, int image, int group, int line) {
    int channels = output().shape().extent(0);
    int ofGroup = channels / groups;
    int perLine = columns.positionsPerLine();
    return matrix.block(
        image * channels + group * ofGroup, ofGroup, line * perLine, lines(line) * perLine);
  }
}

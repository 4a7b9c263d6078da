package org.qcnn.training;

import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/**
 * The codeword step for a codebook that all subspaces share: least squares over its sub-codewords,
 * or over the scales of the subspaces, with everything else fixed. The normal equations are never
 * written down; conjugate gradients multiply by them through the objectives, one product with the
 * second moments an iteration.
 */
final class SharedCodebookStep implements AutoCloseable {
  private final SharedCodebook shared;
  private final ResponseObjective[] groups;
  private final Workers workers;
  private final FloatMatrix[] change;
  private final FloatMatrix[] product;

  SharedCodebookStep(SharedCodebook shared, ResponseObjective[] groups, Workers workers) {
    this.shared = shared;
    this.groups = groups;
    this.workers = workers;
    this.change = new FloatMatrix[groups.length];
    this.product = new FloatMatrix[groups.length];
    for (int g = 0; g < groups.length; g++) {
      change[g] = new FloatMatrix(groups[g].inputs(), groups[g].outputs());
      product[g] = new FloatMatrix(groups[g].inputs(), groups[g].outputs());
    }
  }

  /** What is moved: numbers on which the weights depend linearly. */
  private abstract static class Unknowns {
    final int count;

    Unknowns(int count) {
      this.count = count;
    }

    /** Returns by how much a weight changes when its unknown grows by 1. */
    abstract float factor(int subspace, int component, int code);

    /** Returns the unknown on which a weight depends. */
    abstract int unknown(int subspace, int component, int code);
  }

  /** Unknown j * K + k is component j of sub-codeword k. */
  private final class Words extends Unknowns {
    Words() {
      super(shared.words.length);
    }

    @Override
    float factor(int subspace, int component, int code) {
      return shared.scales[subspace];
    }

    @Override
    int unknown(int subspace, int component, int code) {
      return component * shared.codebooks.subCodewords + code;
    }
  }

  /** Unknown m is the scale of subspace m. */
  private final class Scales extends Unknowns {
    Scales() {
      super(shared.scales.length);
    }

    @Override
    float factor(int subspace, int component, int code) {
      return shared.words[component * shared.codebooks.subCodewords + code];
    }

    @Override
    int unknown(int subspace, int component, int code) {
      return subspace;
    }
  }

  /** Moves the sub-codewords. */
  void moveWords(int iterations) {
    move(new Words(), shared.words, iterations);
  }

  /** Moves the scales. */
  void moveScales(int iterations) {
    move(new Scales(), shared.scales, iterations);
  }

  private void move(Unknowns unknowns, float[] values, int iterations) {
    double[] step =
        ConjugateGradient.solve(
            direction -> multiply(unknowns, direction),
            diagonal(unknowns),
            gradient(unknowns),
            iterations);
    float[] before = values.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (before[i] + step[i]);
      step[i] = (double) values[i] - before[i];
    }
    spread(unknowns, step);
    shared.spread();
    for (int g = 0; g < groups.length; g++) {
      int inputs = groups[g].inputs();
      float[] changed = new float[inputs * groups[g].outputs()];
      for (int output = 0; output < groups[g].outputs(); output++) {
        for (int row = 0; row < inputs; row++) {
          changed[output * inputs + row] = change[g].get(row, output);
        }
      }
      groups[g].change(0, inputs, changed);
    }
  }

  private double[] gradient(Unknowns unknowns) {
    for (int g = 0; g < groups.length; g++) {
      int inputs = groups[g].inputs();
      float[] slopes = new float[inputs * groups[g].outputs()];
      groups[g].gradient(0, inputs, slopes);
      for (int row = 0; row < inputs; row++) {
        for (int output = 0; output < groups[g].outputs(); output++) {
          product[g].set(row, output, slopes[output * inputs + row]);
        }
      }
    }
    return gather(unknowns);
  }

  private double[] multiply(Unknowns unknowns, double[] direction) {
    spread(unknowns, direction);
    for (int g = 0; g < groups.length; g++) {
      groups[g].curvature(change[g], product[g]);
    }
    return gather(unknowns);
  }

  /** Something done for every component of every sub-vector of a subspace. */
  private interface ElementWork {
    void run(int group, int row, int output, int component, int code);
  }

  private void forEachElement(int subspace, ElementWork work) {
    SubspaceLayout layout = shared.codebooks.layout;
    byte[] codes = shared.codebooks.codes[subspace];
    int width = layout.width(subspace);
    int positions = layout.kernelPositions();
    int firstOutput = 0;
    for (int g = 0; g < groups.length; g++) {
      for (int p = 0; p < positions; p++) {
        int row = layout.firstRow(subspace) + p * width;
        for (int output = 0; output < groups[g].outputs(); output++) {
          int code = codes[(firstOutput + output) * positions + p] & 0xff;
          for (int j = 0; j < width; j++) {
            work.run(g, row + j, output, j, code);
          }
        }
      }
      firstOutput += groups[g].outputs();
    }
  }

  /** change = the weights' change when the unknowns change. */
  private void spread(Unknowns unknowns, double[] values) {
    workers.run(
        shared.scales.length,
        (m, thread) ->
            forEachElement(
                m,
                (g, row, output, j, code) ->
                    change[g].set(
                        row,
                        output,
                        (float)
                            (values[unknowns.unknown(m, j, code)] * unknowns.factor(m, j, code)))));
  }

  /** Sums what {@code product} holds for the weights over the unknowns they depend on. */
  private double[] gather(Unknowns unknowns) {
    double[][] sums = new double[shared.scales.length][];
    workers.run(
        shared.scales.length,
        (m, thread) -> {
          double[] own = new double[unknowns.count];
          forEachElement(
              m,
              (g, row, output, j, code) ->
                  own[unknowns.unknown(m, j, code)] +=
                      (double) unknowns.factor(m, j, code) * product[g].get(row, output));
          sums[m] = own;
        });
    return total(sums);
  }

  /** The diagonal of the normal equations, but for the pairs of blocks of one output. */
  private double[] diagonal(Unknowns unknowns) {
    SubspaceLayout layout = shared.codebooks.layout;
    double[][] sums = new double[shared.scales.length][];
    workers.run(
        shared.scales.length,
        (m, thread) -> {
          double[] own = new double[unknowns.count];
          int rows = layout.rows(m);
          float[][] gram = new float[groups.length][rows * rows];
          for (int g = 0; g < groups.length; g++) {
            groups[g].gram(layout.firstRow(m), rows, gram[g]);
          }
          forEachElement(
              m,
              (g, row, output, j, code) -> {
                int i = row - layout.firstRow(m);
                double factor = unknowns.factor(m, j, code);
                own[unknowns.unknown(m, j, code)] += factor * factor * gram[g][i * rows + i];
              });
          sums[m] = own;
        });
    return total(sums);
  }

  private static double[] total(double[][] parts) {
    double[] total = new double[parts[0].length];
    for (double[] part : parts) {
      for (int i = 0; i < total.length; i++) {
        total[i] += part[i];
      }
    }
    return total;
  }

  @Override
  public void close() {
    for (int g = 0; g < groups.length; g++) {
      change[g].close();
      product[g].close();
    }
  }
}

package org.qcnn.compression;

import java.util.List;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.training.CodebookTrainer;
import org.qcnn.training.ResponseObjective;
import org.qcnn.training.SubspaceLayout;
import org.qcnn.training.TrainedLayer;

/** Trains a layer with a setting, wherever its objectives come from. */
final class LayerTraining {
  // A sweep that lowers the objective by less than this part is the last one.
  private static final double SMALLEST_GAIN = 1e-3;

  private LayerTraining() {}

  /**
   * Trains a layer.
   *
   * @param setting of the layer; {@code settings} say how long it is trained, and the seed
   * @param objectives one per group, in the order of {@code layout}; they stay the caller's
   */
  static TrainedLayer train(
      SubspaceLayout layout,
      List<ResponseObjective> objectives,
      LayerSetting setting,
      CompressionSettings settings,
      Workers workers) {
    return new CodebookTrainer(
            layout,
            objectives,
            setting.subCodewords(),
            setting.isShared(),
            new CodebookTrainer.Settings(
                settings.layerSweeps(),
                settings.correctionSweeps(),
                SMALLEST_GAIN,
                settings.beam(),
                settings.seed()),
            workers)
        .train();
  }

  /** Returns the layer with trained weights, whose ranges are not known yet. */
  static Node withWeights(Node node, TrainedLayer trained) {
    QuantizedWeights weights =
        new QuantizedWeights(
            node.operator().weights().shape(), trained.codebooks(), trained.assignments(), 1f, 1f);
    WeightedOperator layer = (WeightedOperator) node.operator();
    float[] bias = layer.bias();
    float[] correction = trained.biasCorrection();
    for (int i = 0; i < bias.length; i++) {
      bias[i] += correction[i];
    }
    return node.with(layer.with(weights, bias));
  }
}

package org.qcnn.caffe;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.NetStateRule;
import org.qcnn.caffe.proto.Phase;

/** Which layers take part when a trained network classifies: those that Caffe keeps for TEST. */
final class LayerSelection {
  /** Layers that feed, judge or silence a network, but do not change what it computes. */
  private static final Set<String> BYSTANDERS =
      Set.of(
          "Accuracy",
          "ContrastiveLoss",
          "Data",
          "DummyData",
          "EuclideanLoss",
          "HDF5Data",
          "HingeLoss",
          "ImageData",
          "MemoryData",
          "Silence",
          "WindowData");

  private LayerSelection() {}

  static List<LayerParameter> forInference(List<LayerParameter> layers) {
    List<LayerParameter> kept = new ArrayList<>();
    for (LayerParameter layer : layers) {
      if (isIncluded(layer) && !BYSTANDERS.contains(layer.getType())) {
        kept.add(layer);
      }
    }
    return kept;
  }

  /** With include rules one of them must hold; otherwise no exclude rule may. */
  private static boolean isIncluded(LayerParameter layer) {
    if (layer.getIncludeCount() > 0) {
      return layer.getIncludeList().stream().anyMatch(LayerSelection::holds);
    }
    return layer.getExcludeList().stream().noneMatch(LayerSelection::holds);
  }

  /** Returns whether a rule holds in phase TEST, at level 0, without stages. */
  private static boolean holds(NetStateRule rule) {
    return (!rule.hasPhase() || rule.getPhase() == Phase.TEST)
        && (!rule.hasMinLevel() || rule.getMinLevel() <= 0)
        && (!rule.hasMaxLevel() || rule.getMaxLevel() >= 0)
        && rule.getStageCount() == 0;
  }
}

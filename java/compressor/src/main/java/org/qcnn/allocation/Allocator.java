package org.qcnn.allocation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.qcnn.allocation.AllocationReport.Point;
import org.qcnn.allocation.AllocationReport.Step;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.compression.Answers;
import org.qcnn.compression.CompressedNetwork;
import org.qcnn.compression.CompressionProgress;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.LayerOption;
import org.qcnn.compression.LayerSensitivity;
import org.qcnn.compression.SensitivityWalk;
import org.qcnn.compression.WeightBytes;
import org.qcnn.data.ImageSource;
import org.qcnn.data.ImageSplit;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;

/**
 * Compresses a network to a goal. The sensitivity of every layer is measured first; then one of the
 * allocations that are the least harmful at their cost is taken: the best one within a size or
 * time, or the smallest one whose accuracy, measured on held-out images, is good enough.
 */
public final class Allocator {
  private static final int MOST_TRIALS = 6;
  // Sizes nearer to each other than this are not worth another trial.
  private static final double NEAR = 1.05;

  /** Compresses with given settings. */
  @FunctionalInterface
  public interface Compression {
    /** Compresses the network with these images. */
    CompressedNetwork compress(
        ImageSource images, CompressionSettings settings, CompressionProgress progress);
  }

  /** A network that reaches a goal, and how it was found. */
  public record Result(CompressedNetwork network, AllocationReport report) {}

  private final Graph graph;
  private final CompressionSettings settings;
  private final Goal goal;
  private final long otherBytes;
  private final Compression compression;
  private final CompressionProgress progress;
  private final Checkpoints checkpoints;
  private final List<Step> walked = new ArrayList<>();
  // What no allocation changes: the file around the layers, and layers that stay as they are.
  private long fixedBytes;

  private Allocator(
      Graph graph,
      CompressionSettings settings,
      Goal goal,
      long otherBytes,
      Compression compression,
      CompressionProgress progress,
      Checkpoints checkpoints) {
    this.checkpoints = checkpoints;
    this.graph = graph;
    this.settings = settings;
    this.goal = goal;
    this.otherBytes = otherBytes;
    this.compression = compression;
    this.progress = progress;
  }

  /** Compresses a network to a goal without checkpoints; otherwise as below. */
  public static Result compress(
      Graph graph,
      ImageSource images,
      CompressionSettings settings,
      Goal goal,
      long otherBytes,
      Compression compression,
      CompressionProgress progress) {
    return compress(
        graph, images, settings, goal, otherBytes, compression, progress, Checkpoints.NONE);
  }

  /**
   * Compresses a network to a goal.
   *
   * @param images unlabelled, at least 20; one of six is held out
   * @param settings whose layers and dense layers are followed, the preset is not
   * @param otherBytes what the file holds besides its layers
   * @param compression how to compress with settings
   * @param checkpoints where the sensitivities of layers are kept and taken from
   * @throws GraphException if the goal is out of reach, saying what can be reached
   * @throws org.qcnn.data.DataException if there are too few images
   */
  public static Result compress(
      Graph graph,
      ImageSource images,
      CompressionSettings settings,
      Goal goal,
      long otherBytes,
      Compression compression,
      CompressionProgress progress,
      Checkpoints checkpoints) {
    return new Allocator(graph, settings, goal, otherBytes, compression, progress, checkpoints)
        .run(images);
  }

  private Result run(ImageSource images) {
    ImageSplit split = ImageSplit.of(images);
    ImageSource learnt = split.learnt();
    HeldOutQuality quality = new HeldOutQuality(graph, split.heldOut(), settings.threads());
    List<LayerSensitivity> layers =
        SensitivityWalk.measure(graph, learnt, settings, progress, checkpoints);
    fixedBytes = otherBytes + bytesOfOtherLayers(layers);
    List<Allocation> front =
        Allocation.front(
            layers,
            goal.kind() == Goal.Kind.LATENCY ? LayerOption::milliseconds : Prices.ofSize(layers));
    CompressedNetwork network;
    if (goal.kind() == Goal.Kind.LOSS) {
      network = smallest(front, learnt, quality);
    } else {
      network = tried(filled(within(front), layers), learnt, quality);
      choose(0);
    }
    return new Result(
        network,
        new AllocationReport(
            goal,
            front.stream().map(this::point).toList(),
            walked,
            split.heldOut().count(),
            quality.isLabelled()));
  }

  private long bytesOfOtherLayers(List<LayerSensitivity> layers) {
    Set<String> chosen = layers.stream().map(LayerSensitivity::name).collect(Collectors.toSet());
    return graph.nodes().stream()
        .filter(node -> !chosen.contains(node.name()))
        .mapToLong(node -> WeightBytes.of(node.operator()))
        .sum();
  }

  private Point point(Allocation allocation) {
    return new Point(
        fixedBytes + allocation.bytes(), allocation.milliseconds(), allocation.damage());
  }

  /** Spends what is left of the goal. */
  private Allocation filled(Allocation found, List<LayerSensitivity> layers) {
    return goal.kind() == Goal.Kind.LATENCY
        ? found.filled(layers, LayerOption::milliseconds, goal.limit())
        : found.filled(layers, LayerOption::bytes, goal.limit() - fixedBytes);
  }

  /** Returns the best allocation within the goal's bytes or milliseconds. */
  private Allocation within(List<Allocation> front) {
    ToDoubleFunction<Allocation> cost =
        goal.kind() == Goal.Kind.BYTES
            ? allocation -> point(allocation).bytes()
            : Allocation::milliseconds;
    Allocation best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Allocation allocation : front) {
      least = Math.min(least, cost.applyAsDouble(allocation));
      if (cost.applyAsDouble(allocation) <= goal.limit()
          && (best == null || allocation.damage() < best.damage())) {
        best = allocation;
      }
    }
    if (best == null) {
      throw new GraphException(
          String.format(
              goal.kind() == Goal.Kind.BYTES
                  ? "the network cannot be made smaller than about %.0f bytes; %.0f are wanted"
                  : "the layers need about %.2f ms at least on this machine; %.2f are wanted",
              least,
              goal.limit()));
    }
    return best;
  }

  private CompressedNetwork tried(
      Allocation allocation, ImageSource learnt, HeldOutQuality quality) {
    if (allocation.options().values().stream().allMatch(option -> option.setting().isEmpty())) {
      throw new GraphException(
          String.format(
              "the network as it is, %d bytes and about %.2f ms, meets the goal already",
              point(allocation).bytes(), allocation.milliseconds()));
    }
    CompressedNetwork network =
        compression.compress(learnt, allocation.applyTo(settings), progress);
    Answers answers = quality.answers(network.graph());
    walked.add(new Step(point(allocation), quality.loss(answers), quality.error(answers), false));
    return network;
  }

  /** Halves the range of sizes until the smallest one that is good enough is known. */
  private CompressedNetwork smallest(
      List<Allocation> front, ImageSource learnt, HeldOutQuality quality) {
    int tooSmall = -1;
    int enough = front.size();
    CompressedNetwork best = null;
    int chosen = -1;
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
      int next = between(front, tooSmall, enough);
      if (next < 0) {
        break;
      }
      CompressedNetwork network = tried(front.get(next), learnt, quality);
      if (walked.get(trial).loss() <= goal.limit()) {
        enough = next;
        best = network;
        chosen = trial;
      } else {
        tooSmall = next;
      }
    }
    if (best == null) {
      throw new GraphException(
          String.format(
              "no quantization loses only %.2f points on the held-out images; the best of those"
                  + " tried lost %.2f. Allow more with --max-loss, or give more images",
              goal.limit(), walked.stream().mapToDouble(Step::loss).min().orElse(0)));
    }
    choose(chosen);
    return best;
  }

  private void choose(int trial) {
    walked.set(trial, walked.get(trial).asChosen());
  }

  /** Returns the allocation whose size is the geometric middle; -1 if the ends are near. */
  private int between(List<Allocation> front, int low, int high) {
    if (high - low <= 1) {
      return -1;
    }
    double from = point(front.get(Math.max(0, low))).bytes();
    double to = point(front.get(Math.min(front.size() - 1, high))).bytes();
    if (low >= 0 && high < front.size() && to / from < NEAR) {
      return -1;
    }
    double middle = Math.sqrt(from * to);
    int next = low + 1;
    while (next + 1 < high && point(front.get(next)).bytes() < middle) {
      next++;
    }
    return next;
  }
}

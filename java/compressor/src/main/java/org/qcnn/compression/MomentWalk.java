package org.qcnn.compression;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSource;
import org.qcnn.data.SelectedImages;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.kernel.KernelSet;
import org.qcnn.moments.ImageBlocks;
import org.qcnn.moments.InputStatistics;
import org.qcnn.moments.LayerMoments;
import org.qcnn.moments.NetworkMoments;

/**
 * Runs a network over some blocks of a set of images and measures the inputs of every layer that
 * can be quantized. What is measured of a block does not depend on which other blocks are measured
 * with it, and adding blocks is exact: so shards add up to the very bits of a single run, on
 * machines that compute floats alike.
 */
public final class MomentWalk {
  private final Graph graph;
  private final ImageBlocks blocks;
  private final Workers workers;
  private final NetworkState state;
  private final LayerScales scales;
  // Which images the state holds: those of block 0, then those of the blocks.
  private final int[] held;

  private MomentWalk(
      Graph graph, ImageBlocks blocks, Workers workers, NetworkState state, int[] held) {
    this.graph = graph;
    this.blocks = blocks;
    this.workers = workers;
    this.state = state;
    this.held = held;
    this.scales = new LayerScales(graph, state, workers, held.length, TableWidth.SIXTEEN);
  }

  /**
   * Measures a network.
   *
   * @param images the whole set, of which the first block and {@code blocks} are read
   * @param origin what the result says of itself
   * @throws GraphException if there is no layer to measure or values are not finite
   */
  public static NetworkMoments measure(
      Graph graph,
      ImageSource images,
      ImageBlocks blocks,
      NetworkMoments.Origin origin,
      int threads,
      CompressionProgress progress) {
    if (CompressionPlan.quantizableLayers(graph).isEmpty()) {
      throw new GraphException("the network has no layer that could be quantized");
    }
    int[] held = held(blocks);
    try (Workers workers = new Workers(threads);
        NetworkState state = new NetworkState(graph, KernelSet.best(), workers, held.length)) {
      progress.update(0, WorkShares.WHOLE, "reading images");
      state.readImages(SelectedImages.of(images, held));
      List<LayerMoments> layers =
          new MomentWalk(graph, blocks, workers, state, held).walk(progress);
      return new NetworkMoments(origin, blocks, layers);
    }
  }

  private static int[] held(ImageBlocks blocks) {
    IntStream others =
        IntStream.of(blocks.numbers())
            .filter(block -> block > 0)
            .flatMap(block -> IntStream.range(ImageBlocks.first(block), blocks.end(block)));
    return IntStream.concat(IntStream.range(0, blocks.end(0)), others).toArray();
  }

  private List<LayerMoments> walk(CompressionProgress progress) {
    List<Node> layers = CompressionPlan.quantizableLayers(graph);
    LastReaders lastReaders = new LastReaders(graph);
    WorkShares shares = new WorkShares(graph.nodes().size());
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      double inputs = layers.contains(node) ? BlockSamples.products(graph, node, blocks) : 0;
      shares.add(i, WorkShares.running(graph, node, held.length) + inputs);
    }
    List<LayerMoments> found = new ArrayList<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      progress.update(shares.before(i), WorkShares.WHOLE, node.name());
      if (layers.contains(node)) {
        found.add(measure(node));
      } else {
        state.advance(node);
      }
      lastReaders.valuesReadLastBy(i).forEach(state::drop);
    }
    return found;
  }

  private LayerMoments measure(Node node) {
    BlockSamples samples =
        new BlockSamples(graph, node, state.file(node.inputs().get(0)), held, blocks, workers);
    List<InputStatistics> groups = new ArrayList<>();
    for (int group = 0; group < samples.groups(); group++) {
      groups.add(samples.statistics(group));
    }
    return new LayerMoments(node.name(), groups, scales.largestInput(node), scales.advance(node));
  }
}

package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.checkpoint.ContentDigest;
import org.qcnn.data.ImageSource;
import org.qcnn.data.SelectedImages;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.moments.ImageBlocks;
import org.qcnn.moments.KeptSamples;
import org.qcnn.moments.MomentsFile;
import org.qcnn.moments.NetworkMoments;

/** Moments of shards add up to those of all images, and layers can be trained from them. */
class MomentWalkTest {
  private static final Graph GRAPH = SmallNetwork.build(3);
  // No multiple of a block; more than fc2 has inputs, fewer than fc1 has.
  private static final int COUNT = 150;
  private static final ImageSource IMAGES =
      ImageSource.open("random:" + COUNT, null, GRAPH.inputShape(), null);
  private static final CompressionSettings SETTINGS =
      CompressionSettings.DEFAULT
          .withLayers(
              Map.of(
                  "conv2", new LayerSetting(4, 16),
                  "conv3", new LayerSetting(5, 16, true),
                  "grouped", new LayerSetting(2, 16, true),
                  "fc1", new LayerSetting(4, 16)))
          .withTables(TableWidth.SIXTEEN);

  private static NetworkMoments shard(int shard, int shards, int threads) {
    return MomentWalk.measure(
        GRAPH,
        IMAGES,
        ImageBlocks.shard(COUNT, shard, shards),
        new NetworkMoments.Origin(
            ContentDigest.of(GRAPH), ContentDigest.ofNames(IMAGES), COUNT, "RGB"),
        threads,
        CompressionProgress.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 12})
  void shardsAddUpToTheBitsOfASingleRun(int shards) {
    byte[] expected = MomentsFile.toBytes(shard(1, 1, 2));
    List<NetworkMoments> parts = new ArrayList<>();
    for (int i = 1; i <= shards; i++) {
      parts.add(MomentsFile.ofBytes(MomentsFile.toBytes(shard(i, shards, 1 + i % 2))));
    }
    Collections.shuffle(parts, new Random(shards));
    // Not one after the other, but in groups.
    while (parts.size() > 1) {
      parts.add(parts.remove(0).plus(parts.remove(0)));
    }
    assertArrayEquals(expected, MomentsFile.toBytes(parts.get(0)));
  }

  @Test
  void layersWithFewSamplesKeepThem() {
    NetworkMoments moments = shard(1, 1, 2);
    assertEquals(
        List.of("conv1", "conv2", "conv3", "grouped", "fc1", "fc2"),
        moments.layers().stream().map(layer -> layer.name()).toList());
    assertEquals(2, moments.layers().get(3).groups().size());
    assertTrue(moments.layers().get(4).groups().get(0) instanceof KeptSamples);
    assertEquals(COUNT, moments.layers().get(4).samples());
  }

  @Test
  void layersTrainedFromMomentsAnswerAsThoseTrainedFromImages() {
    CompressedNetwork fromMoments =
        MomentCompressor.compress(GRAPH, shard(1, 1, 2), SETTINGS, CompressionProgress.NONE);
    // Hidden channels stay as they are, with moments.
    CompressedNetwork fromImages =
        Compressor.compress(GRAPH, IMAGES, SETTINGS.withoutArrangement(), CompressionProgress.NONE);
    for (int i = 0; i < 6; i++) {
      LayerReport found = fromMoments.report().layers().get(i);
      LayerReport wanted = fromImages.report().layers().get(i);
      assertEquals(wanted.setting(), found.setting());
      assertEquals(wanted.bytes(), found.bytes());
      if (i == 1) {
        // The first quantized layer sees the same inputs either way.
        double expected = wanted.errors().orElseThrow().corrected();
        assertEquals(expected, found.errors().orElseThrow().corrected(), 0.05 * expected);
      }
    }
    Answers original = answers(GRAPH);
    double error = answers(fromMoments.graph()).error(original);
    double corrected = answers(fromImages.graph()).error(original);
    assertTrue(error < 1.3 * corrected, error + " with moments, " + corrected + " with images");
  }

  /** On images that neither has seen: correction fits fc1 to the few that it is shown. */
  private static Answers answers(Graph graph) {
    ImageSource more = ImageSource.open("random:" + (COUNT + 60), null, graph.inputShape(), null);
    int[] unseen = IntStream.range(COUNT, COUNT + 60).toArray();
    return Answers.of(graph, SelectedImages.of(more, unseen), 60, WayChoice.LOOKUP, 2);
  }

  @Test
  void onlyWholeMomentsOfThisNetworkWillDo() {
    NetworkMoments part = shard(1, 2, 2);
    GraphException error =
        assertThrows(
            GraphException.class,
            () -> MomentCompressor.compress(GRAPH, part, SETTINGS, CompressionProgress.NONE));
    assertTrue(error.getMessage().contains("5 of 10 blocks"), error.getMessage());
    NetworkMoments all = part.plus(shard(2, 2, 2));
    GraphException other =
        assertThrows(
            GraphException.class,
            () ->
                MomentCompressor.compress(
                    SmallNetwork.build(4), all, SETTINGS, CompressionProgress.NONE));
    assertTrue(other.getMessage().contains("another network"), other.getMessage());
    IllegalArgumentException twice =
        assertThrows(IllegalArgumentException.class, () -> all.plus(part));
    assertTrue(twice.getMessage().contains("both hold images 0 to 15"), twice.getMessage());
  }
}

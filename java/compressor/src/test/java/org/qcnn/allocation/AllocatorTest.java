package org.qcnn.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.qcnn.compression.CompressionProgress;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.Compressor;
import org.qcnn.compression.LayerReport;
import org.qcnn.compression.SmallNetwork;
import org.qcnn.compression.TableWidth;
import org.qcnn.data.DataException;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;

/** Goals for a small network on random images. */
class AllocatorTest {
  private static final Graph GRAPH = SmallNetwork.build(3);
  private static final ImageSource IMAGES =
      ImageSource.open("random:72", null, GRAPH.inputShape(), null);
  private static final CompressionSettings SETTINGS =
      CompressionSettings.DEFAULT
          .withTables(TableWidth.SIXTEEN)
          .withKeepDense(Set.of("fc2"))
          .withSweeps(1, 2);

  private static Allocator.Result compress(ImageSource images, Goal.Kind kind, double limit) {
    return Allocator.compress(
        GRAPH,
        images,
        SETTINGS,
        new Goal(kind, limit),
        1000,
        (some, settings, progress) -> Compressor.compress(GRAPH, some, settings, progress),
        CompressionProgress.NONE);
  }

  private static long bytes(Allocator.Result result) {
    return result.network().report().layers().stream().mapToLong(LayerReport::bytes).sum();
  }

  @Test
  void moreBytesLeaveLessError() {
    Allocator.Result small = compress(IMAGES, Goal.Kind.BYTES, 20_000);
    Allocator.Result large = compress(IMAGES, Goal.Kind.BYTES, 40_000);
    assertTrue(1000 + bytes(small) <= 20_000, bytes(small) + " bytes");
    assertTrue(1000 + bytes(large) <= 40_000, bytes(large) + " bytes");
    assertTrue(bytes(large) > 25_000, "only " + bytes(large) + " bytes");
    AllocationReport.Step ofSmall = small.report().walked().get(0);
    AllocationReport.Step ofLarge = large.report().walked().get(0);
    assertTrue(ofLarge.error() < ofSmall.error(), ofLarge + " and " + ofSmall);
    assertEquals(12, small.report().heldOut());
    assertEquals(60, small.network().report().images());
    assertTrue(small.report().front().size() > 10);
    List<LayerReport> layers = small.network().report().layers();
    assertTrue(layers.get(layers.size() - 1).setting().isEmpty(), "fc2 was to stay dense");
  }

  @Test
  void theSmallestNetworkWhoseLossIsAllowedIsKept() {
    Allocator.Result found = compress(IMAGES, Goal.Kind.LOSS, 20);
    List<AllocationReport.Step> walked = found.report().walked();
    AllocationReport.Step chosen =
        walked.stream().filter(AllocationReport.Step::chosen).findFirst().orElseThrow();
    assertTrue(chosen.loss() <= 20);
    for (AllocationReport.Step step : walked) {
      assertTrue(
          step.loss() > 20 || step.point().bytes() >= chosen.point().bytes(),
          step + " is smaller than " + chosen);
    }
    assertTrue(Math.abs(chosen.point().bytes() - 1000 - bytes(found)) <= 600);
  }

  @Test
  void aTimeIsKept() {
    List<AllocationReport.Point> front = compress(IMAGES, Goal.Kind.BYTES, 30_000).report().front();
    double dense = front.get(front.size() - 1).milliseconds();
    Allocator.Result found = compress(IMAGES, Goal.Kind.LATENCY, 0.9 * dense);
    assertTrue(found.report().walked().get(0).point().milliseconds() <= 0.9 * dense);
    String message =
        assertThrows(GraphException.class, () -> compress(IMAGES, Goal.Kind.LATENCY, 1000 * dense))
            .getMessage();
    assertTrue(message.contains("meets the goal already"), message);
  }

  @Test
  void whatIsOutOfReachIsSaid() {
    String message =
        assertThrows(GraphException.class, () -> compress(IMAGES, Goal.Kind.BYTES, 1500))
            .getMessage();
    assertTrue(message.contains("cannot be made smaller than about"), message);
    ImageSource few = ImageSource.open("random:19", null, GRAPH.inputShape(), null);
    message =
        assertThrows(DataException.class, () -> compress(few, Goal.Kind.LOSS, 1)).getMessage();
    assertTrue(message.contains("at least 20 images"), message);
  }
}

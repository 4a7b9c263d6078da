package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.qcnn.checkpoint.ContentDigest;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.MomentWalk;
import org.qcnn.data.ImageSource;
import org.qcnn.data.SampledImages;
import org.qcnn.graph.Graph;
import org.qcnn.image.Preprocessing;
import org.qcnn.moments.ImageBlocks;
import org.qcnn.moments.MomentsFile;
import org.qcnn.moments.NetworkMoments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcnn calibrate}. */
@Command(
    name = "calibrate",
    description = {
      "Measures what the layers of a network see, for 'qcnn compress --moments': second moments of"
          + " their inputs, from which any setting can be trained without images. Several machines"
          + " can share the images; the merged result has the bits of a single run on a machine"
          + " of their kind.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  qcnn calibrate network.onnx --calibration photos/ \\",
      "      --preprocessing preprocessing.json --shard 1/4 -o part1.moments",
      "  qcnn merge part*.moments -o all.moments"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelParameters model;
  @Mixin private PreprocessingOption preprocessing;

  @Option(
      names = "--calibration",
      required = true,
      paramLabel = "IMAGES",
      description =
          "Images as the network will see them, all of them also for a shard: a directory, .npy,"
              + " idx3 (MNIST), .bin (CIFAR-10), or 'random'.")
  private String calibration;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.moments",
      description = "The moments.")
  private Path output;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description = "Measures the Ith of N parts of the images only: 2/8.")
  private String shard = "1/1";

  @Option(
      names = "--max-images",
      paramLabel = "N",
      description =
          "Uses at most N images, evenly spaced, in all shards together (${DEFAULT-VALUE}).")
  private int maxImages = 2000;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use; all processors, if not given. The result is the same.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() throws IOException {
    OutputFile.check(output);
    OutputFile.checkApart(output, model.file().path(), model.file().weights());
    Graph graph = model.read();
    Preprocessing found = preprocessing.forImages(calibration, graph, model.file().path());
    NetworkMoments moments;
    try (ImageSource images =
        SampledImages.of(
            ImageSource.open(calibration, found, graph.inputShape(), null), maxImages)) {
      ImageBlocks blocks = blocks(images.count());
      // One shard looks at the images for all.
      if (shard.startsWith("1/") && !PreprocessingOption.isRandom(calibration)) {
        CalibrationChecks.run(
            graph,
            images,
            found,
            CompressionSettings.DEFAULT.withThreads(threads),
            spec.commandLine().getErr());
      }
      NetworkMoments.Origin origin =
          new NetworkMoments.Origin(
              ContentDigest.of(graph),
              ContentDigest.ofNames(images),
              images.count(),
              found == null ? "" : found.toText());
      try (Progress progress = Progress.start("calibrating", 1)) {
        moments = MomentWalk.measure(graph, images, blocks, origin, threads, progress::update);
      }
    }
    MomentsFile.write(moments, output);
    MergeCommand.tell(spec.commandLine().getOut(), moments, output);
    return 0;
  }

  private ImageBlocks blocks(int images) {
    String[] parts = shard.split("/", -1);
    boolean isPair = shard.matches("[1-9][0-9]{0,6}/[1-9][0-9]{0,6}");
    if (!isPair || Integer.parseInt(parts[0]) > Integer.parseInt(parts[1])) {
      throw new UsageException("--shard " + shard + " is no part; write 1/4 to 4/4, for example");
    }
    return ImageBlocks.shard(images, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }
}

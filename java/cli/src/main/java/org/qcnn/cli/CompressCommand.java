package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.qcnn.allocation.Goal;
import org.qcnn.checkpoint.CheckpointFolder;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.LayerSetting;
import org.qcnn.compression.Preset;
import org.qcnn.compression.TableWidth;
import org.qcnn.compression.WeightBytes;
import org.qcnn.data.ImageSource;
import org.qcnn.data.LabelsFile;
import org.qcnn.data.SampledImages;
import org.qcnn.finetuning.FineTuningSettings;
import org.qcnn.graph.Graph;
import org.qcnn.hygiene.CalibrationWarning;
import org.qcnn.image.Preprocessing;
import org.qcnn.moments.MomentsFile;
import org.qcnn.moments.NetworkMoments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcnn compress}. */
@Command(
    name = "compress",
    description = {
      "Makes a network smaller: learns codebooks for its layers from unlabelled images and writes"
          + " it as .onnx, which this engine runs with lookup tables and any other as usual.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  qcnn compress resnet34.onnx --calibration photos/ \\",
      "      --preprocessing preprocessing.json -o small.onnx",
      "  qcnn compress deploy.prototxt --weights lenet.caffemodel \\",
      "      --calibration train-images-idx3-ubyte.gz --preprocessing preprocessing.json \\",
      "      --preset small --layer ip1=4:16 --keep-dense conv1 -o small.onnx",
      "  qcnn compress resnet34.onnx --calibration photos/ \\",
      "      --preprocessing preprocessing.json --target-size 1/16 --fine-tune 5 -o small.onnx"
    })
final class CompressCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelParameters model;
  @Mixin private PreprocessingOption preprocessing;
  @Mixin private GoalOptions goal;

  @Option(
      names = "--calibration",
      paramLabel = "IMAGES",
      description =
          "Images as the network will see them, a few hundred: a directory, .npy, idx3 (MNIST),"
              + " .bin (CIFAR-10), or 'random' to try out size and speed only.")
  private String calibration;

  @Option(
      names = "--moments",
      paramLabel = "FILE",
      description =
          "Instead of images, what 'qcnn calibrate' has measured of them. Each layer is trained"
              + " on the original network's values then: errors of earlier layers are not"
              + " corrected, and lookup tables have 16 bits.")
  private Path moments;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.onnx",
      description = "The compressed network.")
  private Path output;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Class names, one a line, to put into the model.")
  private Path labels;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "How small: fine, balanced (the default), small, tiny, paper or paper-vgg.")
  private Preset preset;

  @Option(
      names = "--layer",
      paramLabel = "NAME=Cs:K",
      description =
          "Quantizes one layer otherwise: sub-codewords of dimension Cs, K of them; repeatable."
              + " Cs:K:shared is one codebook for the whole layer.")
  private Map<String, LayerSetting> layers = new LinkedHashMap<>();

  @Option(
      names = "--keep-dense",
      paramLabel = "NAME",
      description = "Leaves one layer as it is; repeatable.")
  private Set<String> keepDense = new LinkedHashSet<>();

  @Option(
      names = "--tables",
      paramLabel = "auto|8|16",
      description =
          "Bits of the lookup tables of convolutions. 8 makes look-ups 1.2 to 1.9 times faster but"
              + " adds a little noise to each layer, which deep networks do not forgive; auto (the"
              + " default) takes 8 for layers whose noise the calibration images hardly show.")
  private TableWidth tables = TableWidth.AUTO;

  @Option(
      names = "--fine-tune",
      paramLabel = "EPOCHS",
      description =
          "Afterwards teaches the whole quantized network to answer as the original does, by"
              + " changing codebooks and biases, in so many runs through the calibration images"
              + " (shifted, mirrored, brightened at random; no labels are needed). Wins back part of"
              + " what small presets lose: the more they lost, the more images and the more epochs,"
              + " the more; 5 to 20 are of use, from some hundred images on. An epoch takes about"
              + " four times as long as the original network needs for the images. A sixth of them"
              + " is held out from all learning and decides which state is kept.")
  private int fineTune;

  @Option(
      names = "--tune",
      description =
          "Measures on this machine which quantized convolutions run faster with decoded weights,"
              + " and notes it in the file for machines with the same instructions; others"
              + " estimate it. A file that is tuned anew may differ.")
  private boolean tune;

  @Option(
      names = "--max-images",
      paramLabel = "N",
      description = "Uses at most N calibration images, evenly spaced (${DEFAULT-VALUE}).")
  private int maxImages = 2000;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use; all processors, if not given. The result is the same.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of everything random; the same seed gives the same file (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--resume",
      description =
          "Goes on where the same command was interrupted; the result is the same. What is"
              + " finished is kept in OUT.onnx.checkpoint until the output is written.")
  private boolean resume;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Writes a report, too: a page with charts of sizes and errors and the images on which the"
              + " two networks disagree (FILE.html), or all numbers (FILE.json).")
  private Path report;

  @Override
  public Integer call() throws IOException {
    OutputFile.checkOnnx(output);
    OutputFile.checkApart(output, model.file().path(), report);
    OutputFile.checkApart(report, model.file().path(), model.file().weights(), moments);
    CompressionReportFile.check(report);
    checkSources();
    Graph graph = model.read();
    Optional<Goal> wanted = goal.goal(WeightBytes.dense(graph));
    if (wanted.isPresent() && preset != null) {
      throw new UsageException("give a --preset or a goal for size, loss or latency, not both");
    }
    if (moments != null) {
      fromMoments(graph, wanted);
    } else {
      fromImages(graph, wanted);
    }
    return 0;
  }

  private void checkSources() {
    if ((calibration == null) == (moments == null)) {
      throw new UsageException(
          "give either images (--calibration) or what was measured of them (--moments)");
    }
    if (moments != null && fineTune > 0) {
      throw new UsageException("--fine-tune needs images (--calibration), not --moments");
    }
    if (moments != null && resume) {
      throw new UsageException(
          "--resume is for --calibration; with --moments there is little to do");
    }
  }

  private void fromImages(Graph graph, Optional<Goal> wanted) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    Preprocessing found = preprocessing.forImages(calibration, graph, model.file().path());
    List<String> names = classNames(graph);
    if (PreprocessingOption.isRandom(calibration)) {
      warnOfRandomImages(err);
    }
    CompressionSummary summary;
    List<CalibrationWarning> warnings = List.of();
    try (ImageSource images =
        SampledImages.of(
            ImageSource.open(calibration, found, graph.inputShape(), null), maxImages)) {
      if (!PreprocessingOption.isRandom(calibration)) {
        warnings = CalibrationChecks.run(graph, images, found, settings(), err);
      }
      CheckpointFolder checkpoints =
          CompressionCheckpoints.open(output, resume, graph, images, settings(), wanted, err);
      summary =
          new Compression(model.file(), graph, found, names)
              .write(images, settings(), wanted, tune, checkpoints, output);
      checkpoints.delete();
      if (report != null) {
        new CompressionReportFile(summary, warnings, output)
            .write(report, Optional.of(Disagreements.of(graph, output, images, threads)));
      }
    }
    print(spec.commandLine().getOut(), summary, found != null);
  }

  private void fromMoments(Graph graph, Optional<Goal> wanted) throws IOException {
    if (wanted.isPresent()) {
      throw new UsageException(
          "a goal for size, loss or latency needs images (--calibration); with --moments give a"
              + " --preset or --layer");
    }
    NetworkMoments known = MomentsFile.read(moments);
    Preprocessing found =
        preprocessing
            .optional(graph)
            .orElseGet(
                () ->
                    known.origin().preprocessing().isEmpty()
                        ? null
                        : Preprocessing.parse(known.origin().preprocessing()));
    CompressionSummary summary =
        new Compression(model.file(), graph, found, classNames(graph))
            .write(known, settings(), tune, output);
    if (report != null) {
      new CompressionReportFile(summary, List.of(), output).write(report, Optional.empty());
    }
    print(spec.commandLine().getOut(), summary, found != null);
  }

  private CompressionSettings settings() {
    return CompressionSettings.DEFAULT
        .withPreset(preset == null ? Preset.BALANCED : preset)
        .withLayers(layers)
        .withKeepDense(keepDense)
        .withTables(tables)
        .withFineTuning(FineTuningSettings.NONE.withEpochs(fineTune))
        .withThreads(threads)
        .withSeed(seed);
  }

  private List<String> classNames(Graph graph) {
    Optional<Path> file = Optional.ofNullable(labels).or(preprocessing::labels);
    return file.map(path -> ClassNames.checked(LabelsFile.read(path), graph, path))
        .orElse(List.of());
  }

  private static void warnOfRandomImages(PrintWriter err) {
    err.println("*** WARNING: calibrating with RANDOM images. Size and speed of the compressed");
    err.println("*** network will be right, but its ACCURACY WILL BE MEANINGLESS. Do not ship it.");
    err.flush();
  }

  private void print(PrintWriter out, CompressionSummary summary, boolean knowsPreprocessing) {
    out.println(summary.layers());
    out.println();
    summary.walked().ifPresent(walked -> out.println(walked + System.lineSeparator()));
    summary.ways().ifPresent(ways -> out.println(ways + System.lineSeparator()));
    summary.totals().forEach(out::println);
    out.println("written      " + output);
    if (!knowsPreprocessing) {
      out.println();
      out.println(
          "The file does not say how images become its input, which 'qcnn classify' needs; add"
              + " --preprocessing.");
    }
    out.flush();
  }
}

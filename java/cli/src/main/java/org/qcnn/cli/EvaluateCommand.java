package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qcnn.data.ImageSource;
import org.qcnn.data.SampledImages;
import org.qcnn.engine.Model;
import org.qcnn.graph.Graph;
import org.qcnn.image.Preprocessing;
import org.qcnn.kernel.KernelSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcnn evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Measures how often a network is right and how long an image takes; with --reference beside"
          + " the original network, on the same images.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  qcnn evaluate small.onnx --images test/ --labels test/labels.tsv --reference network.onnx",
      "  qcnn evaluate small.onnx --images t10k-images-idx3-ubyte.gz --json result.json"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelParameters modelParameters;
  @Mixin private ReferenceOptions referenceOptions;
  @Mixin private PreprocessingOption preprocessing;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "IMAGES",
      description = "A directory, .npy, idx3 (MNIST) or .bin (CIFAR-10).")
  private String imagesArgument;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "The right classes: for a directory lines of file name, tab, class number; otherwise an"
              + " idx1 file or one class number a line. Those beside the images, if not given.")
  private Path labels;

  @Option(
      names = "--max-images",
      paramLabel = "N",
      description = "Uses at most N images, evenly spaced.")
  private int maxImages = Integer.MAX_VALUE;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Images to work on at a time, each on one thread; all processors, if not given. Times"
              + " are fairest with 1.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the numbers as JSON, too; shares in percent.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    OutputFile.check(json);
    OutputFile.checkApart(json, modelParameters.file().path());
    ModelFile modelFile = modelParameters.file();
    Optional<ModelFile> referenceFile = referenceOptions.file();
    Graph graph = modelFile.read();
    Graph original = referenceFile.isPresent() ? referenceFile.get().read() : null;
    Preprocessing found = preprocessing.forImages(imagesArgument, graph, modelFile.path());
    Evaluation evaluation;
    try (ImageSource images =
        SampledImages.of(
            ImageSource.open(imagesArgument, found, graph.inputShape(), labels), maxImages)) {
      evaluation = evaluate(graph, original, images);
    }
    OutputFile.writeJson(json, evaluation.toJson());
    Optional<Long> referenceBytes =
        referenceFile.isPresent() ? Optional.of(referenceFile.get().bytes()) : Optional.empty();
    PrintWriter out = spec.commandLine().getOut();
    out.println(evaluation.table(modelFile.bytes(), referenceBytes));
    out.println();
    out.println(evaluation.conditions());
    evaluation.missingLabels().ifPresent(out::println);
    out.flush();
    return 0;
  }

  /**
   * Runs the networks.
   *
   * @param original may be null
   */
  private Evaluation evaluate(Graph graph, Graph original, ImageSource images) {
    KernelSet kernels = KernelSet.best();
    try (Model model = Model.of(graph, kernels);
        Model reference = original == null ? null : Model.of(original, kernels)) {
      return Evaluator.evaluate(model, Optional.ofNullable(reference), images, threads);
    }
  }
}

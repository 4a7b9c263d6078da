package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.Preset;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.graph.Graph;
import org.qcnn.image.Image;
import org.qcnn.image.ImageClassifier;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcnn demo}. */
@Command(
    name = "demo",
    description = {
      "Shows the whole way on a network and pictures that come with qcnn (Fashion-MNIST: 28x28 grey"
          + " pictures of clothes in 10 classes): compresses, classifies, and measures both"
          + " networks on 1,000 pictures. Works offline; every number is measured here and now.",
      ""
    },
    footer = {"", "Examples:", "  qcnn demo", "  qcnn demo --preset tiny --keep ."})
final class DemoCommand implements Callable<Integer> {
  private static final int PICTURES = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keeps the compressed network in this folder, as demo.onnx.")
  private Path keep;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "How small: fine, balanced (the default), small, tiny, paper or paper-vgg.")
  private Preset preset = Preset.BALANCED;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compress with; all processors, if not given.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--max-images",
      paramLabel = "N",
      description = "Calibrates and measures with at most N pictures (${DEFAULT-VALUE}).")
  private int maxImages = 1000;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (keep != null) {
      OutputFile.check(Files.createDirectories(keep).resolve("demo.onnx"));
    }
    try (TemporaryFolder folder = new TemporaryFolder()) {
      DemoFiles files = new DemoFiles(folder.path());
      Path output = (keep == null ? folder.path() : keep).resolve("demo.onnx");
      Graph original = files.network().read();
      compress(out, files, original, output);
      compare(out, files, original, ModelFile.of(output));
      if (keep != null) {
        out.println("kept: " + output);
      }
    }
    out.flush();
    return 0;
  }

  private void compress(PrintWriter out, DemoFiles files, Graph original, Path output)
      throws IOException {
    Shape input = original.inputShape();
    heading(out, "1. compress a network of " + Units.bytes(files.network().bytes()));
    CompressionSettings settings =
        CompressionSettings.DEFAULT.withPreset(preset).withThreads(threads);
    Compression compression =
        new Compression(files.network(), original, files.preprocessing(input), files.classNames());
    try (ImageSource images = files.calibration(input, maxImages)) {
      CompressionSummary summary =
          compression.write(images, settings, Optional.empty(), false, Checkpoints.NONE, output);
      out.println(summary.layers());
      out.println();
      summary.totals().forEach(out::println);
    }
  }

  private void compare(PrintWriter out, DemoFiles files, Graph original, ModelFile small)
      throws IOException {
    KernelSet kernels = KernelSet.best();
    try (Model model = Model.of(small.read(), kernels);
        Model reference = Model.of(original, kernels);
        ImageSource images = files.test(original.inputShape(), maxImages)) {
      heading(out, "2. classify pictures that it has never seen");
      classify(out, files, model);
      heading(out, "3. evaluate it beside the original");
      Evaluation evaluation = Evaluator.evaluate(model, Optional.of(reference), images, 1);
      out.println(evaluation.table(small.bytes(), Optional.of(files.network().bytes())));
      out.println();
      out.println(evaluation.conditions() + "; " + model.kernels() + ", " + Processor.name());
    }
  }

  private static void classify(PrintWriter out, DemoFiles files, Model model) throws IOException {
    Shape input = model.graph().inputShape();
    List<String> names = files.classNames();
    List<ByteBuffer> pictures = files.pictures(PICTURES);
    try (ImageClassifier classifier = ImageClassifier.of(model);
        ImageSource labelled = files.test(input, Integer.MAX_VALUE)) {
      for (int i = 0; i < PICTURES; i++) {
        Image image = Image.grey(pictures.get(i), DemoFiles.SIDE, DemoFiles.SIDE);
        List<String> remarks = new ArrayList<>();
        remarks.add("this is:   " + names.get(labelled.label(i)));
        remarks.add("");
        classifier.classify(image, 3).forEach(guess -> remarks.add(guess.toString()));
        out.println();
        print(out, Picture.lines(pictures.get(i), DemoFiles.SIDE, DemoFiles.SIDE), remarks);
      }
    }
  }

  /** Prints a picture, and to the right of its middle what there is to say. */
  private static void print(PrintWriter out, List<String> picture, List<String> remarks) {
    int first = (picture.size() - remarks.size()) / 2;
    for (int i = 0; i < picture.size(); i++) {
      boolean beside = i >= first && i < first + remarks.size();
      String remark = beside ? "    " + remarks.get(i - first) : "";
      out.println(("  " + picture.get(i) + remark).stripTrailing());
    }
  }

  private static void heading(PrintWriter out, String text) {
    out.println();
    out.println(text);
    out.println("=".repeat(text.length()));
    out.flush();
  }
}

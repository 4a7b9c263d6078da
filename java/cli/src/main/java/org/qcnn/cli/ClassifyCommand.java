package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qcnn.algebra.Workers;
import org.qcnn.data.DataException;
import org.qcnn.data.LabelsFile;
import org.qcnn.data.PhotoDecoder;
import org.qcnn.engine.Model;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.Classification;
import org.qcnn.image.ImageClassifier;
import org.qcnn.image.Preprocessing;
import org.qcnn.kernel.KernelSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code qcnn classify}. */
@Command(
    name = "classify",
    description = {
      "Says what images show. A model made by 'qcnn compress' knows how to prepare them and what"
          + " its classes are called.",
      ""
    },
    footer = {"", "Example:", "  qcnn classify small.onnx cat.jpg dog.png --top 3"})
final class ClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelParameters modelParameters;
  @Mixin private PreprocessingOption preprocessing;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Image files: JPEG, PNG, WebP, TIFF, BMP, PPM.")
  private List<Path> images;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Names the N likeliest classes (${DEFAULT-VALUE}).")
  private int top = 5;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Images to work on at a time, each on one thread (${DEFAULT-VALUE}).")
  private int threads = 1;

  @Override
  public Integer call() throws IOException {
    Graph graph = describedGraph();
    for (Path image : images) {
      if (Files.isDirectory(image)) {
        throw new DataException(image + " is a folder; name the images in it: " + image + "/*");
      }
      if (!Files.exists(image)) {
        throw new DataException(image + ": there is no such file");
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    List<List<Classification>> results;
    try (Model model = Model.of(graph, KernelSet.best())) {
      results = classify(model);
    }
    for (int i = 0; i < results.size(); i++) {
      out.println(images.get(i));
      for (Classification guess : results.get(i)) {
        out.println(String.format("%10s  %s", Units.percent(guess.score()), guess.label()));
      }
    }
    out.flush();
    return 0;
  }

  /** Returns the network with the preprocessing and the names that the options give it. */
  private Graph describedGraph() throws IOException {
    Graph graph = modelParameters.read();
    Preprocessing found = preprocessing.require(graph, modelParameters.file().path());
    Map<String, String> metadata = new HashMap<>(graph.metadata());
    metadata.put(Metadata.PREPROCESSING, found.toText());
    Optional<Path> labels = preprocessing.labels();
    if (labels.isPresent()) {
      List<String> names = ClassNames.checked(LabelsFile.read(labels.get()), graph, labels.get());
      metadata.put(Metadata.LABELS, String.join("\n", names));
    }
    return graph.withMetadata(metadata);
  }

  private List<List<Classification>> classify(Model model) {
    int lanes = Math.min(threads, images.size());
    List<ImageClassifier> classifiers = new ArrayList<>();
    List<List<Classification>> results = new ArrayList<>();
    images.forEach(image -> results.add(List.of()));
    try (Workers workers = new Workers(lanes)) {
      for (int i = 0; i < lanes; i++) {
        classifiers.add(ImageClassifier.of(model));
      }
      workers.run(
          images.size(),
          (image, thread) ->
              results.set(
                  image,
                  classifiers.get(thread).classify(PhotoDecoder.decode(images.get(image)), top)));
    } finally {
      classifiers.forEach(ImageClassifier::close);
    }
    return results;
  }
}

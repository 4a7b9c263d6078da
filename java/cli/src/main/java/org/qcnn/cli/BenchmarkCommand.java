package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.qcnn.graph.Graph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcnn benchmark}. */
@Command(
    name = "benchmark",
    description = {
      "Measures how fast a network runs here, layer by layer; with --reference against the"
          + " original network on this engine and on im2col with OpenBLAS, in turns.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  qcnn benchmark small.onnx --reference network.onnx --runs 50 --json times.json"
    })
final class BenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelParameters model;
  @Mixin private ReferenceOptions referenceOptions;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute on (${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Runs to take the median of (${DEFAULT-VALUE}).")
  private int runs = 20;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images in a run, of random content (${DEFAULT-VALUE}).")
  private int batch = 1;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the numbers as JSON, too.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    OutputFile.check(json);
    OutputFile.checkApart(json, model.file().path());
    Optional<ModelFile> referenceFile = referenceOptions.file();
    Graph graph = model.read();
    Graph original = referenceFile.isPresent() ? referenceFile.get().read() : null;
    try (Benchmark benchmark = new Benchmark(graph, original, threads, batch)) {
      benchmark.run(runs);
      OutputFile.writeJson(json, benchmark.toJson());
      print(benchmark);
    }
    return 0;
  }

  private void print(Benchmark benchmark) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(benchmark.layers());
    out.println();
    out.println(benchmark.totals());
    out.println();
    out.printf(
        "%s; threads: %d, batch: %d, runs: %d, in turns%n", Processor.name(), threads, batch, runs);
    String core = System.getenv(Benchmark.OPENBLAS_CORE);
    if (referenceOptions.file().isPresent() && core != null) {
      out.printf("OpenBLAS uses the kernels that %s=%s asks for%n", Benchmark.OPENBLAS_CORE, core);
    }
    out.flush();
  }
}

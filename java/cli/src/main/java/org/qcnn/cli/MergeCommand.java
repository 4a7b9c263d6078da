package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.qcnn.data.DataException;
import org.qcnn.moments.MomentsFile;
import org.qcnn.moments.NetworkMoments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code qcnn merge}. */
@Command(
    name = "merge",
    description = {
      "Adds the moments that 'qcnn calibrate --shard' has measured, in any order, some or all of"
          + " them. The sum is exact.",
      ""
    },
    footer = {"", "Example:", "  qcnn merge part*.moments -o all.moments"})
final class MergeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "PART.moments", description = "Moments of shards.")
  private List<Path> parts;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.moments",
      description = "All of them together.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    OutputFile.check(output);
    NetworkMoments sum = null;
    for (Path part : parts) {
      OutputFile.checkApart(output, part);
      NetworkMoments moments = MomentsFile.read(part);
      sum = sum == null ? moments : added(sum, moments, part);
    }
    MomentsFile.write(sum, output);
    tell(spec.commandLine().getOut(), sum, output);
    return 0;
  }

  private static NetworkMoments added(NetworkMoments sum, NetworkMoments part, Path file) {
    try {
      return sum.plus(part);
    } catch (IllegalArgumentException misfit) {
      throw new DataException(
          file + " does not belong to the files before it: " + misfit.getMessage(), misfit);
    }
  }

  /** Says what a file holds. */
  static void tell(PrintWriter out, NetworkMoments moments, Path file) throws IOException {
    out.println(
        "layers       "
            + moments.layers().size()
            + ", "
            + moments.blocks()
            + (moments.blocks().areAll() ? "" : "; 'qcnn merge' adds the others"));
    out.println("written      " + file + ", " + Units.bytes(Files.size(file)));
    out.flush();
  }
}

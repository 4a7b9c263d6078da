package org.qcnn.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.qcnn.kernel.Diagnostics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code qcnn doctor}. */
@Command(
    name = "doctor",
    description = {
      "Shows what this machine is and which kernels run on it; if the native library cannot be"
          + " loaded, why, and what to do.",
      ""
    },
    footer = {"", "Exit codes: 0 a model can run, 1 it cannot.", "", "Example:", "  qcnn doctor"})
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Diagnostics diagnostics = Diagnostics.ofThisMachine();
    PrintWriter out = spec.commandLine().getOut();
    out.print(diagnostics);
    out.flush();
    return diagnostics.usable() ? 0 : 1;
  }
}

package org.qcnn.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code qcnn} command: its help, its version and the commands below it. */
@Command(
    name = "qcnn",
    description = {
      "Compresses trained convolutional networks and runs them with lookup tables.",
      "",
      "Three steps lead from a trained network to a small and fast one:",
      "",
      "  @|bold 1. compress|@  with some hundred unlabelled images",
      "     qcnn compress network.onnx --calibration photos/ \\",
      "         --preprocessing preprocessing.json -o small.onnx",
      "  @|bold 2. evaluate|@  what it costs in accuracy, side by side",
      "     qcnn evaluate small.onnx --images test/ --labels test/labels.tsv \\",
      "         --reference network.onnx",
      "  @|bold 3. ship|@      small.onnx holds the preprocessing and the class names, too",
      "     qcnn classify small.onnx cat.jpg",
      "",
      "See it work first, without any files: @|bold qcnn demo|@",
      ""
    },
    optionListHeading = "Options:%n",
    commandListHeading = "%nCommands; 'qcnn COMMAND --help' explains each:%n",
    footer = {
      "",
      "A network is an .onnx file, or Caffe's deploy.prototxt with --weights FILE.caffemodel.",
      "Exit codes: 0 done, 1 the work failed (a file that cannot be used, ...), 2 wrong usage."
    },
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Main.ManifestVersion.class,
    subcommands = {
      CompressCommand.class,
      CalibrateCommand.class,
      MergeCommand.class,
      EvaluateCommand.class,
      ClassifyCommand.class,
      InspectCommand.class,
      DecompressCommand.class,
      BenchmarkCommand.class,
      ZooCommand.class,
      DemoCommand.class,
      DoctorCommand.class
    })
public final class Main implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Picocli acts on it.
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // Picocli acts on it.
  private boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "After a failure, also show where in the program it happened.")
  private boolean stacktrace;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the command line and exits with its status. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** Returns the command with its handling of failures. */
  static CommandLine commandLine() {
    Main main = new Main();
    FailureReport failures = new FailureReport(() -> main.stacktrace);
    CommandLine command = new CommandLine(main);
    OptionTypes.register(command);
    return command
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setExecutionStrategy(failures::runLast)
        .setUsageHelpWidth(96);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Returns the version that Maven wrote into the jar. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** Prints the version for {@code --version}. */
  static final class ManifestVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"qcnn " + version()};
    }
  }
}

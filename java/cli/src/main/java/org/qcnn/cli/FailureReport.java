package org.qcnn.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.function.BooleanSupplier;
import org.qcnn.data.DataException;
import org.qcnn.graph.GraphException;
import org.qcnn.kernel.KernelException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what goes wrong into one message for the user and an exit code. */
final class FailureReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final String PROPERTY = "qcnn.stacktrace";

  private final BooleanSupplier option;

  /** Returns a report that shows stack traces if the option or the system property asks for it. */
  FailureReport(BooleanSupplier option) {
    this.option = option;
  }

  /** Runs the command; errors of the virtual machine become exceptions that can be reported. */
  int runLast(ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (OutOfMemoryError | LinkageError error) {
      throw new CommandLine.ExecutionException(
          parsed.commandSpec().commandLine(), "the virtual machine gave up", error);
    }
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    printError(command, wrong.getMessage(), wrong);
    UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
    return wrongUsage(command);
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    Throwable thrown =
        failure instanceof CommandLine.ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    printError(command, message(thrown), thrown);
    return thrown instanceof UsageException ? wrongUsage(command) : ExitCode.SOFTWARE;
  }

  private static int wrongUsage(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("Try '" + name + " --help'.");
    return ExitCode.USAGE;
  }

  private void printError(CommandLine command, String message, Throwable thrown) {
    PrintWriter err = command.getErr();
    err.println("qcnn: " + message);
    if (option.getAsBoolean() || Boolean.getBoolean(PROPERTY)) {
      thrown.printStackTrace(err);
    }
    err.flush();
  }

  private static String message(Throwable thrown) {
    if (thrown instanceof UncheckedIOException wrapped) {
      boolean own = !String.valueOf(wrapped.getCause()).equals(wrapped.getMessage());
      return own ? wrapped.getMessage() : message(wrapped.getCause());
    }
    if (thrown instanceof NoSuchFileException || thrown instanceof FileNotFoundException) {
      return thrown.getMessage() + ": there is no such file, or it cannot be opened";
    }
    if (thrown instanceof AccessDeniedException) {
      return thrown.getMessage() + ": access denied";
    }
    if (thrown instanceof FileAlreadyExistsException) {
      return thrown.getMessage() + ": there is such a file already";
    }
    if (thrown instanceof ArithmeticException && thrown.getMessage().contains("overflow")) {
      // Sizes are computed by methods such as Math.multiplyExact.
      return "what was asked takes more memory than there can be; try a smaller --batch or a smaller"
          + " network";
    }
    if (thrown instanceof OutOfMemoryError) {
      return "there is not enough memory; give Java more, for example QCNN_JAVA_OPTIONS=-Xmx8g, or"
          + " use fewer --threads";
    }
    if (thrown instanceof LinkageError) {
      return "a native library cannot be loaded: " + thrown.getMessage();
    }
    boolean expected =
        thrown instanceof UsageException
            || thrown instanceof DataException
            || thrown instanceof GraphException
            || thrown instanceof KernelException
            || thrown instanceof IOException
            || thrown instanceof IllegalArgumentException;
    return expected && thrown.getMessage() != null
        ? thrown.getMessage()
        : "this is a fault of qcnn: " + thrown + "; run it again with --stacktrace and report it";
  }
}

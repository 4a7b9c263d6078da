package org.qcnn.kernel;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import org.bytedeco.javacpp.Loader;

/** Loads the native library once, and remembers why if that failed. */
final class NativeLibrary {
  static final int ABI_VERSION = 11;

  private static final String NAME = "jniqcnn";

  /** The file that was loaded, or null; written before {@link Holder} is there for others. */
  private static String file;

  private NativeLibrary() {}

  /** The virtual machine runs this once, when the library is first asked for. */
  private static final class Holder {
    @SuppressWarnings("StaticAssignmentOfThrowable") // It is the cause of every later failure.
    static final Throwable FAILURE = load();
  }

  /**
   * Returns once the library is loaded.
   *
   * @throws KernelException if it cannot be, at every call with the first cause
   */
  static void require() {
    if (Holder.FAILURE != null) {
      throw missing(Holder.FAILURE);
    }
  }

  /** Returns the path of the library; null where the system found it by its name, as on Android. */
  static String file() {
    require();
    return file;
  }

  private static Throwable load() {
    try {
      String platform = platform(Loader.getPlatform());
      URL library = NativeBinding.class.getResource(platform + "/" + System.mapLibraryName(NAME));
      if (library == null) {
        System.loadLibrary(NAME); // Android has it among the libraries of the application.
      } else {
        String path = extracted(library).getPath();
        System.load(path);
        file = path;
      }
      return checkVersion(NativeBinding.qcnn_abi_version());
    } catch (LinkageError | RuntimeException | IOException failure) {
      return failure;
    }
  }

  /**
   * Returns the classifier of this platform. JavaCPP recognises a 32-bit Arm system with hardware
   * floating point by the folder of Debian's Java only; there is hardly any other such system now.
   */
  static String platform(String detected) {
    return detected.equals("linux-arm") ? "linux-armhf" : detected;
  }

  /**
   * Returns the file of a resource, extracted into JavaCPP's cache if it lies in a jar. Loader.load
   * would come to the same, but first read annotations and properties: 60 ms in a virtual machine
   * that has just started.
   */
  private static File extracted(URL library) throws IOException {
    return library.getProtocol().equals("file")
        ? new File(URI.create(library.toString()))
        : ExtractedLibrary.of(library);
  }

  /** Returns what is wrong with a library of this version, or null. */
  static Throwable checkVersion(int version) {
    return version == ABI_VERSION
        ? null
        : new KernelException(
            "the native library is of another release: its interface is version "
                + version
                + ", these classes need "
                + ABI_VERSION);
  }

  /** Returns the exception that says what is missing and what to do. */
  static KernelException missing(Throwable cause) {
    String platform = platform(Loader.getPlatform());
    LoadFailure failure = LoadFailure.of(cause);
    return new KernelException(
        String.format(
            "the native kernels for %s (os.name %s, os.arch %s) cannot be loaded: %s (%s). Remedy:"
                + " %s; or choose the slower Java kernels, by -Dqcnn.kernels=java or by giving the"
                + " model new JavaKernels()",
            platform,
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            failure.meaning,
            cause.getMessage(),
            failure.remedy(platform)),
        cause);
  }
}

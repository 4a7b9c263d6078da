package org.qcnn.kernel;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.Loader;

/**
 * What this machine is, which kernels run on it, and if the native ones do not, why and what to do.
 * Nothing here throws because of a library that cannot be loaded: to tell about that is its task.
 */
public final class Diagnostics {
  /** Features of processors that some kernel uses or could use, as /proc/cpuinfo calls them. */
  private static final Set<String> FEATURES =
      Set.of(
          "neon",
          "asimd",
          "asimdhp",
          "asimddp",
          "i8mm",
          "sve",
          "sve2",
          "vfpv4",
          "avx2",
          "fma",
          "f16c",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512dq",
          "avx512vbmi",
          "avx512_vnni",
          "amx_tile",
          "amx_int8");

  private final Map<String, String> facts = new LinkedHashMap<>();
  private final boolean usable;

  private Diagnostics() {
    AuxiliaryVector machine = AuxiliaryVector.read();
    facts.put("qcnn", version());
    facts.put("Java", property("java.version") + ", " + property("java.vm.name"));
    facts.put(
        "system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
    facts.put("platform", NativeLibrary.platform(Loader.getPlatform()));
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("features", features());
    facts.put("HWCAP", "0x" + Long.toHexString(machine.hardwareCapabilities()));
    facts.put("page size", machine.pageSize() + " bytes");
    facts.put("largest heap", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
    usable = addKernels();
  }

  /** Looks at this machine, and loads the native library if nobody has. */
  public static Diagnostics ofThisMachine() {
    return new Diagnostics();
  }

  /** Returns a few lines for people, or for a report of a fault. */
  public static String describe() {
    return ofThisMachine().toString();
  }

  private boolean addKernels() {
    try {
      facts.put("library", "loaded from " + library());
      facts.put("instruction sets", NativeKernels.supportedInstructionSets().toString());
      facts.put("kernels", KernelSet.best().description());
      return true;
    } catch (KernelException failure) {
      facts.putIfAbsent("library", "not loaded");
      facts.put("kernels", "none");
      facts.put("failure", failure.getMessage());
      for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
        facts.merge("causes", cause.toString(), (one, next) -> one + "; because of " + next);
      }
      return false;
    }
  }

  private static String library() {
    String file = NativeLibrary.file();
    return file == null ? "where the system found it" : file;
  }

  private static String features() {
    Set<String> found = new TreeSet<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new FileInputStream("/proc/cpuinfo"), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.toLowerCase(Locale.ROOT).matches("(flags|features)\\s*:.*")) {
          for (String word : line.split("\\s+", -1)) {
            if (FEATURES.contains(word)) {
              found.add(word);
            }
          }
        }
      }
    } catch (IOException notLinux) {
      return "unknown";
    }
    return found.isEmpty() ? "none that the kernels use" : found.toString();
  }

  private static String version() {
    String version = Diagnostics.class.getPackage().getImplementationVersion();
    return version == null ? "not packaged" : version;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  /** Returns whether a model can run with what is chosen now. */
  public boolean usable() {
    return usable;
  }

  /** Returns the facts by name, in the order in which they are printed. */
  public Map<String, String> facts() {
    return new LinkedHashMap<>(facts);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      text.append(String.format("%-17s%s%n", fact.getKey(), fact.getValue()));
    }
    return text.toString();
  }
}

package org.qcnn.android;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.android.tools.r8.CompilationMode;
import com.android.tools.r8.JdkClassFileProvider;
import com.android.tools.r8.OutputMode;
import com.android.tools.r8.R8;
import com.android.tools.r8.R8Command;
import com.android.tools.r8.origin.Origin;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.android.app.App;

/**
 * An app shrunk with the rules that the AAR brings along still loads a model and the native library
 * (by name, as on a phone), and classifies as before. It runs on this machine's virtual machine.
 */
class ShrinkTest {
  private static final Path RUNTIME = Path.of("..", "runtime");
  private static final Path GOLDEN = RUNTIME.resolve("src/test/resources/org/qcnn/golden");

  @TempDir Path folder;

  @Test
  void shrunkAppClassifiesAsBefore() throws Exception {
    Path shrunk = folder.resolve("app.jar");
    shrink(shrunk);
    long before = 0;
    for (Path jar : AppJars.libraries()) {
      before += Files.size(jar);
    }
    assertTrue(Files.size(shrunk) < before / 2, Files.size(shrunk) + " bytes of " + before);

    List<Path> whole = new ArrayList<>(AppJars.libraries());
    whole.add(testClasses());
    String expected = run(whole);
    assertEquals(12 * 3, expected.lines().count(), expected);
    assertEquals(expected, run(List.of(shrunk)));
  }

  private static void shrink(Path jar) throws Exception {
    R8.run(
        R8Command.builder()
            .addProgramFiles(AppJars.libraries())
            .addClassProgramData(
                Files.readAllBytes(testClasses().resolve("org/qcnn/android/app/App.class")),
                Origin.unknown())
            .addLibraryResourceProvider(
                JdkClassFileProvider.fromJdkHome(Path.of(System.getProperty("java.home"))))
            .addProguardConfigurationFiles(AppJars.content("proguard.txt"))
            .addProguardConfiguration(
                List.of(
                    "-keep class " + App.class.getName() + " { void main(java.lang.String[]); }"),
                Origin.unknown())
            .setMode(CompilationMode.RELEASE)
            .setOutput(jar, OutputMode.ClassFile)
            .build());
  }

  private static Path testClasses() throws Exception {
    return Path.of(App.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private String run(List<Path> classPath) throws Exception {
    List<String> jars = new ArrayList<>();
    classPath.forEach(jar -> jars.add(jar.toString()));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.library.path="
                    + RUNTIME.resolve("target/classes/org/qcnn/kernel/" + Loader.getPlatform()),
                "-cp",
                String.join(File.pathSeparator, jars),
                App.class.getName(),
                GOLDEN.resolve("network-16.onnx").toString(),
                GOLDEN.resolve("pictures.bin").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertTrue(ended && process.exitValue() == 0, text);
    return text;
  }
}

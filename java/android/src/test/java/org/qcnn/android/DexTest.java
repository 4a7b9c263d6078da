package org.qcnn.android;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.android.tools.r8.CompilationMode;
import com.android.tools.r8.D8;
import com.android.tools.r8.D8Command;
import com.android.tools.r8.Diagnostic;
import com.android.tools.r8.DiagnosticsHandler;
import com.android.tools.r8.JdkClassFileProvider;
import com.android.tools.r8.OutputMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Android's compiler turns our classes and those of our dependencies into dex files. */
class DexTest {
  @TempDir Path folder;

  @Test
  void dexesWithoutWarnings() throws Exception {
    List<String> complaints = new ArrayList<>();
    DiagnosticsHandler handler =
        new DiagnosticsHandler() {
          @Override
          public void warning(Diagnostic warning) {
            complaints.add(warning.getDiagnosticMessage());
          }
        };
    D8.run(
        D8Command.builder(handler)
            .addProgramFiles(AppJars.libraries())
            .addLibraryResourceProvider(
                JdkClassFileProvider.fromJdkHome(Path.of(System.getProperty("java.home"))))
            .setMinApiLevel(24)
            .setMode(CompilationMode.RELEASE)
            .setOutput(folder, OutputMode.DexIndexed)
            .build());
    assertEquals(List.of(), complaints);
    byte[] dex = Files.readAllBytes(folder.resolve("classes.dex"));
    assertEquals("dex\n037", new String(dex, 0, 7, US_ASCII), "the version for Android 7");
  }
}

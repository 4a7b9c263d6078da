package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  @TempDir Path folder;

  @Test
  void missingFileIsNamed() {
    CommandRun.of("inspect", folder.resolve("none.onnx")).fails("none.onnx: there is no such file");
    CommandRun.of("inspect", folder.resolve("none.prototxt"), "--weights", "none.caffemodel")
        .fails("none.prototxt: there is no such file");
  }

  @Test
  void truncatedModelIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(new TinyModel(folder).network);
    Path half = folder.resolve("half.onnx");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    CommandRun.of("inspect", half).fails("half.onnx: ");
    CommandRun.of("classify", half, "x.png").fails("half.onnx: ");
    CommandRun.of("benchmark", half).fails("half.onnx: ");
    Files.write(half, new byte[0]);
    CommandRun.of("inspect", half).fails("half.onnx: ");
  }

  @Test
  void folderIsNoModel() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model.onnx"));
    CommandRun.of("inspect", model).fails("is a folder");
  }

  @Test
  void wrongKindsAreRefusedWithWhatToWrite() {
    CommandRun.of("inspect", "model.pb").isRefused("model.pb is of no known kind", ".onnx");
    CommandRun.of("inspect", "model.caffemodel")
        .isRefused("deploy.prototxt --weights model.caffemodel");
    TinyModel tiny = new TinyModel(folder);
    Path prototxt = folder.resolve("deploy.prototxt");
    CommandRun.of("inspect", tiny.network, "--weights", "x.caffemodel").isRefused("--weights");
    write(prototxt, "name: 'x'");
    CommandRun.of("inspect", prototxt).isRefused("--weights FILE.caffemodel");
    CommandRun.of("inspect", prototxt, "--weights", folder.resolve("x.caffemodel"))
        .fails("x.caffemodel: there is no such file");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}

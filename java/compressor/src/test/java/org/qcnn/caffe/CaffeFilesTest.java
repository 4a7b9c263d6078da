package org.qcnn.caffe;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.graph.GraphException;

/** Damaged and wrong files give one clear error each. */
class CaffeFilesTest {
  @TempDir Path directory;

  private void writeNetwork() throws IOException {
    CaffeNetwork.input(1, 2, 3, 3)
        .layer("conv", "Convolution", "convolution_param { num_output: 3 kernel_size: 3 }")
        .layer("ip", "InnerProduct", "inner_product_param { num_output: 2 }")
        .blobs("conv", new int[] {3, 2, 3, 3}, new int[] {3})
        .blobs("ip", new int[] {2, 3}, new int[] {2})
        .read(directory);
  }

  @Test
  void aCaffemodelCutAnywhereIsRefused() throws IOException {
    writeNetwork();
    Path model = directory.resolve("net.caffemodel");
    byte[] whole = Files.readAllBytes(model);
    for (int length = 0; length < whole.length; length++) {
      Files.write(model, Arrays.copyOf(whole, length));
      assertRefused("net.caffemodel");
    }
  }

  @Test
  void aCaffemodelOfChangedBytesNeverCrashes() throws IOException {
    writeNetwork();
    Path model = directory.resolve("net.caffemodel");
    byte[] whole = Files.readAllBytes(model);
    Random random = new Random(1);
    for (int trial = 0; trial < 500; trial++) {
      byte[] changed = whole.clone();
      for (int i = 0; i < 3; i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      Files.write(model, changed);
      readOrRefuse();
    }
  }

  @Test
  void aPrototxtCutAnywhereNeverCrashes() throws IOException {
    writeNetwork();
    Path description = directory.resolve("deploy.prototxt");
    String whole = Files.readString(description);
    for (int length = 0; length < whole.length(); length++) {
      Files.writeString(description, whole.substring(0, length));
      readOrRefuse();
    }
  }

  @Test
  void garbageNamesFileAndLine() throws IOException {
    writeNetwork();
    Path description = directory.resolve("deploy.prototxt");
    Files.writeString(description, "name: 'x'\nlayer { name: 'y' \n  type = 7 }\n");
    assertRefused("deploy.prototxt, line 3");
    Files.write(description, Files.readAllBytes(directory.resolve("net.caffemodel")));
    assertRefused("deploy.prototxt, line 1");
  }

  @Test
  void deeplyNestedTextIsRefused() throws IOException {
    writeNetwork();
    Path description = directory.resolve("deploy.prototxt");
    Files.writeString(description, "a { ".repeat(1_000_000));
    assertRefused("deploy.prototxt");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    writeNetwork();
    Files.delete(directory.resolve("net.caffemodel"));
    assertRefused("net.caffemodel cannot be read: there is no such file");
    Files.delete(directory.resolve("deploy.prototxt"));
    assertRefused("deploy.prototxt cannot be read: there is no such file");
  }

  private void readOrRefuse() {
    try {
      CaffeReader.read(directory.resolve("deploy.prototxt"), directory.resolve("net.caffemodel"));
    } catch (GraphException refused) {
      assertTrue(refused.getMessage().contains(directory.toString()), refused.getMessage());
    }
  }

  private void assertRefused(String part) {
    String message =
        assertThrows(
                GraphException.class,
                () ->
                    CaffeReader.read(
                        directory.resolve("deploy.prototxt"), directory.resolve("net.caffemodel")))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}

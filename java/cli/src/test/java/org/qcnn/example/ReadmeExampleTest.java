package org.qcnn.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;
import org.qcnn.writer.OnnxWriter;
import org.qcnn.zoo.Zoo;

class ReadmeExampleTest {
  @TempDir Path folder;

  @Test
  void theReadmeShowsExactlyThisCode() throws IOException {
    String readme = Files.readString(Path.of("../../README.md"));
    String source = Files.readString(Path.of("src/test/java/org/qcnn/example/ReadmeExample.java"));
    int examples = 0;
    for (String part : source.split("// README: ", -1)) {
      if (part.startsWith("image\n") || part.startsWith("tensor\n")) {
        String code = part.substring(part.indexOf('\n') + 1).stripTrailing().stripIndent();
        assertTrue(readme.contains("```java\n" + code + "\n```"), "not in the README:\n" + code);
        examples++;
      }
    }
    assertEquals(2, examples);
  }

  @Test
  void theCodeWorks() throws IOException {
    Graph graph = Zoo.build("resnet-18", 1);
    Map<String, String> metadata = new HashMap<>();
    metadata.put(
        Metadata.PREPROCESSING,
        Preprocessing.of(ChannelOrder.RGB).withMean(128).withScale(1 / 64f).toText());
    Path file = folder.resolve("network.onnx");
    OnnxWriter.write(graph.withMetadata(metadata), file);
    int[] pixels = new Random(1).ints(300 * 260).toArray();
    assertTrue(ReadmeExample.classify(file, pixels, 300, 260).contains(" "));
    float[] scores = ReadmeExample.scores(file, new float[2 * 3 * 224 * 224], 2);
    assertEquals(2000, scores.length);
    assertEquals(scores[7], scores[1007], "equal images of a batch have equal scores");
  }
}

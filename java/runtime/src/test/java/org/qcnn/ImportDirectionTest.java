package org.qcnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms of the house and the one direction in which they may use each other. */
class ImportDirectionTest {
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?org\\.qcnn\\.([a-z]+)\\b", Pattern.MULTILINE);

  /** What each package of the runtime may use of the others. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "tensor", Set.of(),
          "graph", Set.of("tensor"),
          "kernel", Set.of("tensor", "graph"),
          "onnx", Set.of("tensor", "graph"),
          "engine", Set.of("tensor", "graph", "kernel", "onnx"),
          "image", Set.of("tensor", "graph", "kernel", "onnx", "engine"));

  @Test
  void packagesUseEachOtherInOneDirection() throws IOException {
    Path sources = Path.of("src/main/java/org/qcnn");
    List<String> offences = new ArrayList<>();
    int files = 0;
    try (Stream<Path> paths = Files.walk(sources)) {
      for (Path file :
          paths.filter(path -> path.toString().endsWith(".java")).collect(Collectors.toList())) {
        files++;
        String room = sources.relativize(file).getName(0).toString();
        assertTrue(ALLOWED.containsKey(room), "a package without a rule: " + room);
        Matcher matcher =
            IMPORT.matcher(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        while (matcher.find()) {
          String used = matcher.group(1);
          if (!used.equals(room) && !ALLOWED.get(room).contains(used)) {
            offences.add(file + " uses org.qcnn." + used);
          }
        }
      }
    }
    assertTrue(files > 50, "the sources were not found");
    assertEquals(List.of(), offences);
  }
}

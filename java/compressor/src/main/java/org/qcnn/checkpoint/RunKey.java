package org.qcnn.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.qcnn.data.DataException;

/**
 * Everything that a computation's result depends on, by name: results of one run may be used in
 * another only if their keys are equal. As text, a line of name, colon and value for each.
 */
public final class RunKey {
  private final Map<String, String> parts;

  /** Returns a key of these parts, in their order. */
  public RunKey(Map<String, String> parts) {
    Map<String, String> copy = new LinkedHashMap<>();
    // One part, one line.
    parts.forEach((name, value) -> copy.put(name, value.replaceAll("\\R", " ")));
    this.parts = copy;
  }

  /**
   * Reads the text form.
   *
   * @throws DataException if it is not one
   */
  static RunKey parse(String text) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(": ");
      if (colon < 0) {
        throw new DataException("\"" + line + "\" is not a line of name, colon and value");
      }
      parts.put(line.substring(0, colon), line.substring(colon + 2));
    }
    return new RunKey(parts);
  }

  /** Returns the text form. */
  public String toText() {
    return parts.entrySet().stream()
        .map(part -> part.getKey() + ": " + part.getValue() + "\n")
        .collect(Collectors.joining());
  }

  /** Returns the SHA-256 of the text form. */
  public String digest() {
    return Sha256.of(toText());
  }

  /** Returns what differs from another key, in words; empty if nothing does. */
  List<String> differences(RunKey other) {
    Map<String, String> all = new LinkedHashMap<>(parts);
    other.parts.forEach(all::putIfAbsent);
    List<String> differences = new ArrayList<>();
    for (String name : all.keySet()) {
      String here = parts.getOrDefault(name, "none");
      String there = other.parts.getOrDefault(name, "none");
      if (!here.equals(there)) {
        differences.add(name + " was " + shortened(there) + " and is " + shortened(here));
      }
    }
    return differences;
  }

  private static String shortened(String value) {
    return value.matches("[0-9a-f]{64}") ? value.substring(0, 8) + "..." : value;
  }
}

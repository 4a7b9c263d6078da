package org.qcnn.compression;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Settings as texts that are equal where the results are: every component of the record, so that a
 * new one cannot be forgotten, but for the number of threads, which no result depends on.
 */
public final class SettingsText {
  private static final Set<String> WITHOUT_EFFECT = Set.of("threads");

  private SettingsText() {}

  /** Returns the value of each setting by its name. */
  public static Map<String, String> of(CompressionSettings settings) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (RecordComponent component : CompressionSettings.class.getRecordComponents()) {
      if (!WITHOUT_EFFECT.contains(component.getName())) {
        texts.put(component.getName(), text(value(component, settings)));
      }
    }
    return texts;
  }

  private static Object value(RecordComponent component, CompressionSettings settings) {
    try {
      return component.getAccessor().invoke(settings);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("the components of a record can be read", impossible);
    }
  }

  /** Unordered collections have another order in every process. */
  private static String text(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, String> sorted = new TreeMap<>();
      map.forEach((key, each) -> sorted.put(key.toString(), each.toString()));
      return sorted.toString();
    }
    if (value instanceof Set<?> set) {
      Set<String> sorted = new TreeSet<>();
      set.forEach(each -> sorted.add(each.toString()));
      return sorted.toString();
    }
    return String.valueOf(value);
  }
}

package org.qcnn.image;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The text form of a preprocessing: one {@code key: value} a line, numbers separated by spaces. */
final class PreprocessingText {
  private static final String CHANNELS = "channels";
  private static final String SHORTER_SIDE = "shorter_side";
  private static final String CROP = "crop";
  private static final String MEAN = "mean";
  private static final String SCALE = "scale";

  private PreprocessingText() {}

  static String format(Preprocessing preprocessing) {
    StringBuilder text = new StringBuilder();
    text.append(CHANNELS).append(": ").append(preprocessing.channels()).append('\n');
    if (preprocessing.shorterSide() != 0) {
      text.append(SHORTER_SIDE).append(": ").append(preprocessing.shorterSide()).append('\n');
    }
    if (preprocessing.cropHeight() != 0) {
      text.append(CROP).append(": ").append(preprocessing.cropHeight());
      text.append(' ').append(preprocessing.cropWidth()).append('\n');
    }
    append(text, MEAN, preprocessing.mean());
    append(text, SCALE, preprocessing.scale());
    return text.toString();
  }

  private static void append(StringBuilder text, String key, float[] values) {
    text.append(key).append(':');
    for (float value : values) {
      text.append(' ').append(value);
    }
    text.append('\n');
  }

  static Preprocessing parse(String text) {
    Map<String, String> values = lines(text);
    String channels = values.remove(CHANNELS);
    if (channels == null) {
      throw new IllegalArgumentException("the preprocessing does not say its channels");
    }
    Preprocessing preprocessing = Preprocessing.of(order(channels));
    for (Map.Entry<String, String> entry : values.entrySet()) {
      preprocessing = with(preprocessing, entry.getKey(), entry.getValue());
    }
    return preprocessing;
  }

  private static Map<String, String> lines(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      if (line.trim().isEmpty()) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("the preprocessing has a line without a key: " + line);
      }
      String key = line.substring(0, colon).trim();
      if (values.put(key, line.substring(colon + 1).trim()) != null) {
        throw new IllegalArgumentException("the preprocessing says " + key + " twice");
      }
    }
    return values;
  }

  private static ChannelOrder order(String name) {
    try {
      return ChannelOrder.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "the channels of the preprocessing must be RGB, BGR or GREY, not " + name, unknown);
    }
  }

  private static Preprocessing with(Preprocessing preprocessing, String key, String value) {
    try {
      float[] numbers = numbers(value);
      switch (key) {
        case SHORTER_SIDE:
          return preprocessing.withShorterSide(pixels(numbers, 0, 1));
        case CROP:
          return preprocessing.withCrop(pixels(numbers, 0, 2), pixels(numbers, 1, 2));
        case MEAN:
          return preprocessing.withMean(numbers);
        case SCALE:
          return preprocessing.withScale(numbers);
        default:
          throw new IllegalArgumentException("this key is not known");
      }
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "cannot use \"" + key + ": " + value + "\" of the preprocessing: " + wrong.getMessage(),
          wrong);
    }
  }

  private static float[] numbers(String text) {
    String[] words = text.split("\\s+", -1);
    float[] numbers = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Float.parseFloat(words[i]);
    }
    return numbers;
  }

  private static int pixels(float[] numbers, int index, int expected) {
    if (numbers.length != expected) {
      throw new IllegalArgumentException("expected " + expected + " numbers");
    }
    float number = numbers[index];
    if (!(number >= 0 && number <= 65535) || number != (int) number) {
      throw new IllegalArgumentException(number + " is no number of pixels");
    }
    return (int) number;
  }
}

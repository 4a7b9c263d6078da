package org.qcnn.data;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;

/**
 * A JSON file that says how images become the input of a network. Used are {@code channels} (RGB,
 * BGR or grey, required), {@code resize_shorter_side}, {@code centre_crop}, {@code shape} (whose
 * last two numbers are the crop if none is given) and the numbers {@code mean}, {@code std}, {@code
 * divide_by}, {@code scale}, which {@code formula} combines; see {@link PixelFormula}. Keys that
 * only describe are read over, all others refused.
 */
public final class PreprocessingFile {
  private static final List<String> NUMBERS = List.of("mean", "std", "divide_by", "scale");
  private static final Set<String> USED =
      Set.of("channels", "resize_shorter_side", "centre_crop", "shape", "formula", "labels");
  private static final Set<String> DESCRIPTIVE =
      Set.of(
          "classes",
          "comment",
          "crop_offset",
          "description",
          "input",
          "layout",
          "license",
          "name",
          "output",
          "output_kind",
          "pixel_range",
          "source");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])[0-9][0-9.]*(e-?[0-9]+)?");

  private final Path file;
  private final JsonObject content;

  private PreprocessingFile(Path file) {
    this.file = file;
    String text = String.join("\n", DataFile.readLines(file));
    try {
      this.content = JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException | StackOverflowError noJson) {
      // The parser's own message begins with the class of its cause.
      Throwable reason = noJson.getCause() == null ? noJson : noJson.getCause();
      throw new DataException(file + " is no JSON object: " + reason.getMessage(), noJson);
    }
  }

  /**
   * Reads a preprocessing.
   *
   * @throws DataException naming the key that is unknown, wrong or contradicts another
   */
  public static Preprocessing read(Path file) {
    PreprocessingFile json = new PreprocessingFile(file);
    json.checkKeys();
    try {
      return json.withGeometry(json.withNumbers(Preprocessing.of(json.channels())));
    } catch (IllegalArgumentException misfit) {
      throw new DataException(file + ": " + misfit.getMessage(), misfit);
    }
  }

  /** Returns the file of class names that {@code labels} names, beside the JSON file. */
  public static Optional<Path> labels(Path file) {
    PreprocessingFile json = new PreprocessingFile(file);
    return json.content.has("labels")
        ? Optional.of(file.resolveSibling(json.text("labels")))
        : Optional.empty();
  }

  private void checkKeys() {
    Set<String> known = new TreeSet<>(USED);
    known.addAll(DESCRIPTIVE);
    known.addAll(NUMBERS);
    for (String key : content.keySet()) {
      if (!known.contains(key)) {
        throw wrong(key, "is not known; known are " + String.join(", ", known));
      }
    }
    if (content.has("layout") && !text("layout").equals("NCHW")) {
      throw wrong("layout", "must be NCHW");
    }
    if (content.has("pixel_range")
        && !Arrays.equals(numbers("pixel_range"), new double[] {0, 255})) {
      throw wrong("pixel_range", "must be [0, 255]");
    }
  }

  private ChannelOrder channels() {
    if (!content.has("channels")) {
      throw wrong("channels", "is missing; say RGB, BGR or grey");
    }
    // The first word counts, a remark may follow.
    return switch (text("channels").split("\\W", 2)[0].toLowerCase(Locale.ROOT)) {
      case "rgb" -> ChannelOrder.RGB;
      case "bgr" -> ChannelOrder.BGR;
      case "grey", "gray" -> ChannelOrder.GREY;
      default -> throw wrong("channels", "must be RGB, BGR or grey");
    };
  }

  private Preprocessing withNumbers(Preprocessing preprocessing) {
    Map<String, double[]> given = new HashMap<>();
    for (String key : NUMBERS) {
      if (content.has(key)) {
        given.put(key, perChannel(key, preprocessing.channels().channels()));
      }
    }
    PixelFormula formula = formula(given, preprocessing.channels().channels());
    int channels = preprocessing.channels().channels();
    float[] mean = new float[channels];
    float[] scale = new float[channels];
    for (int c = 0; c < channels; c++) {
      double divisor = number(given, "divide_by", c, 1);
      mean[c] = (float) formula.mean(number(given, "mean", c, 0), divisor);
      scale[c] =
          (float) formula.scale(number(given, "std", c, 1), divisor, number(given, "scale", c, 1));
    }
    return preprocessing.withMean(mean).withScale(scale);
  }

  private static double number(
      Map<String, double[]> given, String key, int channel, double otherwise) {
    return given.containsKey(key) ? given.get(key)[channel] : otherwise;
  }

  /** Finds the formula and adds the number it contains, which no key needs to repeat. */
  private PixelFormula formula(Map<String, double[]> given, int channels) {
    if (!content.has("formula")) {
      return impliedFormula(given.keySet());
    }
    String written = text("formula").replaceAll("\\s", "");
    Matcher matcher = NUMBER.matcher(written);
    String number = matcher.find() ? matcher.group() : null;
    PixelFormula formula = PixelFormula.ofForm(matcher.replaceFirst("#"));
    if (formula == null) {
      throw wrong(
          "formula", "must be like (x - mean[c]) / 256, (x / 255 - mean[c]) / std[c] or x * 0.5");
    }
    if (number != null) {
      double[] values = new double[channels];
      Arrays.fill(values, parse("formula", number));
      double[] said = given.putIfAbsent(formula.numberKey(), values);
      if (said != null && !Arrays.equals(said, values)) {
        throw wrong(formula.numberKey(), "contradicts the " + number + " in formula");
      }
    }
    checkUse(formula, given.keySet());
    return formula;
  }

  private void checkUse(PixelFormula formula, Set<String> given) {
    for (String key : NUMBERS) {
      if (given.contains(key) && !formula.keys().contains(key)) {
        throw wrong(key, "contradicts formula, which does not use it");
      }
      if (!given.contains(key) && formula.keys().contains(key)) {
        throw wrong(key, "is missing, but formula uses it");
      }
    }
  }

  private PixelFormula impliedFormula(Set<String> given) {
    PixelFormula formula = PixelFormula.ofKeys(given);
    if (formula == null || formula == PixelFormula.MEAN_DIVIDE) {
      throw wrong(
          "formula",
          "is missing, and "
              + new TreeSet<>(given)
              + " alone do not say in which order to compute");
    }
    return formula;
  }

  private Preprocessing withGeometry(Preprocessing plain) {
    Preprocessing result = plain;
    if (content.has("resize_shorter_side")) {
      result = result.withShorterSide(pixels("resize_shorter_side", 0));
    }
    int[] input = inputSize(plain.channels().channels());
    if (content.has("centre_crop")) {
      int last = numbers("centre_crop").length - 1;
      result = result.withCrop(pixels("centre_crop", 0), pixels("centre_crop", last));
      if (input != null && (input[0] != result.cropHeight() || input[1] != result.cropWidth())) {
        throw wrong("centre_crop", "contradicts shape");
      }
    } else if (input != null) {
      result = result.withCrop(input[0], input[1]);
    }
    return result;
  }

  /** Returns height and width of {@code shape}, [N, C, H, W] or [C, H, W], or null without it. */
  private int[] inputSize(int channels) {
    JsonElement shape = content.get("shape");
    if (shape == null) {
      return null;
    }
    int size = shape.isJsonArray() ? shape.getAsJsonArray().size() : 0;
    if (size != 3 && size != 4) {
      throw wrong("shape", "must be [N, C, H, W]");
    }
    int[] extents = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      JsonElement extent = shape.getAsJsonArray().get(size - 3 + axis);
      extents[axis] = pixels("shape", number("shape", extent));
    }
    if (extents[0] != channels) {
      throw wrong("shape", "contradicts channels: it has " + extents[0]);
    }
    return new int[] {extents[1], extents[2]};
  }

  private double[] perChannel(String key, int channels) {
    double[] numbers = numbers(key);
    if (numbers.length != 1 && numbers.length != channels) {
      throw wrong(key, "has " + numbers.length + " numbers for " + channels + " channels");
    }
    double[] each = new double[channels];
    for (int c = 0; c < channels; c++) {
      each[c] = numbers[numbers.length == 1 ? 0 : c];
      if (each[c] == 0 && !key.equals("mean")) {
        throw wrong(key, "must not be 0");
      }
    }
    return each;
  }

  private double[] numbers(String key) {
    JsonElement value = content.get(key);
    List<JsonElement> elements =
        value.isJsonArray() ? value.getAsJsonArray().asList() : List.of(value);
    if (elements.isEmpty()) {
      throw wrong(key, "must be a number or a list of numbers");
    }
    double[] numbers = new double[elements.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(key, elements.get(i));
    }
    return numbers;
  }

  private double number(String key, JsonElement value) {
    return parse(key, value.isJsonPrimitive() ? value.getAsString() : "");
  }

  private double parse(String key, String text) {
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException noNumber) {
      throw wrong(key, "must hold numbers");
    }
    throw wrong(key, "must hold finite numbers");
  }

  private int pixels(String key, int index) {
    double[] numbers = numbers(key);
    if (numbers.length > 2) {
      throw wrong(key, "must be one number of pixels, or height and width");
    }
    return pixels(key, numbers[index]);
  }

  private int pixels(String key, double number) {
    if (number != Math.rint(number) || number < 1 || number > 65535) {
      throw wrong(key, "must be a number of pixels");
    }
    return (int) number;
  }

  private String text(String key) {
    JsonElement value = content.get(key);
    if (!value.isJsonPrimitive()) {
      throw wrong(key, "must be a text");
    }
    return value.getAsString();
  }

  private DataException wrong(String key, String what) {
    String value = content.has(key) ? " (" + content.get(key) + ")" : "";
    return new DataException(file + ": \"" + key + "\"" + value + " " + what);
  }
}

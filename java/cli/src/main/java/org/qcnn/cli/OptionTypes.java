package org.qcnn.cli;

import java.util.function.Function;
import org.qcnn.compression.LayerSetting;
import org.qcnn.compression.Preset;
import org.qcnn.compression.TableWidth;
import org.qcnn.tensor.Shape;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the texts of options become values. */
final class OptionTypes {
  private OptionTypes() {}

  /** Teaches a command and all below it. Every {@code int} of an option is a count, 1 or more. */
  static void register(CommandLine command) {
    command
        .registerConverter(int.class, checked(OptionTypes::count))
        .registerConverter(Shape.class, checked(OptionTypes::shape))
        .registerConverter(Preset.class, checked(Preset::named))
        .registerConverter(TableWidth.class, checked(TableWidth::named))
        .registerConverter(GoalOptions.Part.class, checked(GoalOptions::part))
        .registerConverter(GoalOptions.Bytes.class, checked(GoalOptions::bytes))
        .registerConverter(LayerSetting.class, checked(LayerSetting::parse));
  }

  private static <T> ITypeConverter<T> checked(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException wrong) {
        throw new TypeConversionException(wrong.getMessage());
      }
    };
  }

  private static int count(String text) {
    if (!text.matches("0*[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number from 1 on");
    }
    return Integer.parseInt(text);
  }

  private static Shape shape(String text) {
    if (!text.matches("[1-9][0-9]{0,8}(x[1-9][0-9]{0,8})*")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not the shape of one image; write for example 3x224x224");
    }
    String[] parts = text.split("x", -1);
    int[] extents = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      extents[i] = Integer.parseInt(parts[i]);
    }
    return Shape.of(extents);
  }
}

package org.qcnn.hygiene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.qcnn.image.Preprocessing;

/** Judges the range of preprocessed values: mistakes in a preprocessing show there first. */
final class ValueCheck {
  // Pixels are 0 to 255, so without a mean nothing larger can come of them unless they are scaled
  // up; and scaled to 0..1 or to a deviation of 1, the largest of an image is far above 0.05.
  private static final double TOO_LARGE = 300;
  private static final double TOO_SMALL = 0.05;
  // Values from 0 to beyond this are pixels that nothing was done to.
  private static final double RAW = 50;
  // Networks are trained on inputs scaled to about 1 (deviations 0.2 to 1.2; a quarter and four
  // times of that are let pass), or on pixels less their mean (deviations of photographs 40 to 80,
  // likewise).
  private static final double[][] USUAL_DEVIATIONS = {{0.05, 5}, {15, 160}};
  // A mean that belongs to values of 0 to 1.
  private static final double MEAN_OF_UNITS = 1.5;
  // How far tensors may leave the range that their preprocessing gives to pixels.
  private static final double MARGIN = 0.1;

  private ValueCheck() {}

  /** Returns what is suspicious about the values of all images together. */
  static List<CalibrationWarning> of(ImageFacts[] facts, Preprocessing preprocessing) {
    double smallest = Arrays.stream(facts).mapToDouble(ImageFacts::smallest).min().orElse(0);
    double largest = Arrays.stream(facts).mapToDouble(ImageFacts::largest).max().orElse(0);
    double magnitude = Math.max(Math.abs(smallest), Math.abs(largest));
    double deviation = deviation(facts);
    List<CalibrationWarning> warnings = new ArrayList<>();
    String range = String.format(Locale.ROOT, "values from %.4g to %.4g", smallest, largest);
    if (preprocessing == null) {
      warnings.add(
          new CalibrationWarning(
              "preprocessing",
              "it is not known how images become the network's input; the tensors are taken as"
                  + " they are ("
                  + range
                  + "). Add --preprocessing, so that this can be checked and the file says it"));
    } else {
      compareWithPreprocessing(smallest, largest, preprocessing, warnings);
    }
    String check = "; check mean, std and formula of the preprocessing";
    if (magnitude > TOO_LARGE) {
      warnings.add(values(range + " are larger than pixels, was something scaled up?" + check));
    } else if (magnitude < TOO_SMALL) {
      warnings.add(values(range + " are next to nothing, was it divided by 255 twice?" + check));
    } else if (smallest >= 0 && largest > RAW) {
      warnings.add(
          values(
              range
                  + " look like pixels that nothing was done to, which few networks take"
                  + check));
    } else if (!isUsual(deviation)) {
      warnings.add(
          values(
              String.format(
                  Locale.ROOT,
                  "%s deviate by %.3g from their mean; networks mostly take inputs that do by"
                      + " about 1, or by 40 to 80 where only a mean is subtracted%s",
                  range,
                  deviation,
                  check)));
    }
    return warnings;
  }

  private static void compareWithPreprocessing(
      double smallest,
      double largest,
      Preprocessing preprocessing,
      List<CalibrationWarning> warnings) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double mean = 0;
    for (int c = 0; c < preprocessing.channels().channels(); c++) {
      double scale = preprocessing.scale()[c];
      double black = -preprocessing.mean()[c] * scale;
      double white = (255 - preprocessing.mean()[c]) * scale;
      low = Math.min(low, Math.min(black, white));
      high = Math.max(high, Math.max(black, white));
      mean = Math.max(mean, preprocessing.mean()[c]);
    }
    double margin = MARGIN * (high - low);
    if (smallest < low - margin || largest > high + margin) {
      warnings.add(
          values(
              String.format(
                  Locale.ROOT,
                  "values from %.4g to %.4g do not come of the preprocessing, which makes %.4g to"
                      + " %.4g of pixels; were the tensors made with another one?",
                  smallest,
                  largest,
                  low,
                  high)));
    }
    if (mean > 0 && mean <= MEAN_OF_UNITS) {
      warnings.add(
          new CalibrationWarning(
              "preprocessing",
              String.format(
                  Locale.ROOT,
                  "a mean of %.3g is subtracted from pixels of 0 to 255; if it is one of values of"
                      + " 0 to 1, write the formula (x / 255 - mean[c]) / std[c]",
                  mean)));
    }
  }

  private static boolean isUsual(double deviation) {
    return Arrays.stream(USUAL_DEVIATIONS)
        .anyMatch(range -> deviation >= range[0] && deviation <= range[1]);
  }

  /** Returns the standard deviation of all values of all images. */
  static double deviation(ImageFacts[] facts) {
    double mean = Arrays.stream(facts).mapToDouble(ImageFacts::mean).average().orElse(0);
    double square = Arrays.stream(facts).mapToDouble(ImageFacts::meanSquare).average().orElse(0);
    return Math.sqrt(Math.max(0, square - mean * mean));
  }

  private static CalibrationWarning values(String message) {
    return new CalibrationWarning("values", message);
  }
}

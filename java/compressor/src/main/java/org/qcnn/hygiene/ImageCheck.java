package org.qcnn.hygiene;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSource;
import org.qcnn.data.SampledImages;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

/** Looks at calibration images, at most 500 of them, for what a trained network hardly expects. */
public final class ImageCheck {
  // Enough to see what most images are like; more would take a part of the training's time.
  private static final int LOOKED_AT = 500;
  // Those whose files are read once more for their size.
  private static final int MEASURED = 32;
  // Less than this part of the wanted side is not a matter of a few pixels of border any more.
  private static final double ENLARGED = 2.0 / 3;
  private static final double MANY = 0.25;
  private static final double NEARLY_ALL = 0.95;
  // An image that varies by less than this part of what all vary by shows nothing.
  private static final double CONSTANT = 0.02;
  private static final int NAMED = 3;

  private final ImageSource images;
  private final Preprocessing preprocessing;
  private final ImageFacts[] facts;

  private ImageCheck(ImageSource images, Preprocessing preprocessing, ImageFacts[] facts) {
    this.images = images;
    this.preprocessing = preprocessing;
    this.facts = facts;
  }

  /**
   * Looks at images.
   *
   * @param preprocessing how they become the input; null if that is not known
   * @param input the shape of the network's input
   * @throws org.qcnn.data.DataException if an image cannot be read
   */
  public static ImageCheck of(
      ImageSource images, Preprocessing preprocessing, Shape input, int threads) {
    int count = Math.min(LOOKED_AT, images.count());
    ImageSource some = SampledImages.of(images, count);
    ImageFacts[] facts = new ImageFacts[count];
    int channels = input.rank() == 3 ? input.extent(0) : 1;
    try (Workers workers = new Workers(threads)) {
      workers.run(
          count,
          (i, thread) -> {
            float[] values = new float[input.count()];
            some.read(i, FloatBuffer.wrap(values));
            facts[i] = ImageFacts.of(some.name(i), values, channels, preprocessing);
          });
    }
    return new ImageCheck(some, preprocessing, facts);
  }

  /** Returns how many different images there are, if copies are as frequent among all of them. */
  public int distinct(int all) {
    long different = Arrays.stream(facts).mapToLong(ImageFacts::fingerprint).distinct().count();
    return (int) (different * all / facts.length);
  }

  /** Returns what is suspicious; empty if nothing is. */
  public List<CalibrationWarning> warnings() {
    List<CalibrationWarning> warnings = new ArrayList<>();
    ValueCheck.of(facts, preprocessing).forEach(warnings::add);
    copies(warnings);
    constant(warnings);
    grey(warnings);
    enlarged(warnings);
    return warnings;
  }

  private void copies(List<CalibrationWarning> warnings) {
    Map<Long, String> first = new HashMap<>();
    List<String> pairs = new ArrayList<>();
    for (ImageFacts image : facts) {
      String same = first.putIfAbsent(image.fingerprint(), image.name());
      if (same != null) {
        pairs.add(image.name() + " of " + same);
      }
    }
    if (!pairs.isEmpty()) {
      add(
          warnings,
          "%d of %d images looked at are copies of others (%s); a copy teaches nothing",
          pairs.size(),
          facts.length,
          shortened(pairs));
    }
  }

  private void constant(List<CalibrationWarning> warnings) {
    double all = ValueCheck.deviation(facts);
    List<String> names =
        Arrays.stream(facts)
            .filter(image -> image.deviation() < CONSTANT * all)
            .map(ImageFacts::name)
            .toList();
    if (!names.isEmpty()) {
      add(
          warnings,
          "%d of %d images looked at are nearly of one colour (%s); are they damaged?",
          names.size(),
          facts.length,
          shortened(names));
    }
  }

  private void grey(List<CalibrationWarning> warnings) {
    long grey = Arrays.stream(facts).filter(ImageFacts::isGrey).count();
    if (grey >= NEARLY_ALL * facts.length) {
      add(
          warnings,
          "%d of %d images looked at are grey, the network takes colours; give images such as it"
              + " will see",
          grey,
          facts.length);
    }
  }

  private void enlarged(List<CalibrationWarning> warnings) {
    if (preprocessing == null) {
      return;
    }
    int wanted =
        Math.max(
            preprocessing.shorterSide(),
            Math.max(preprocessing.cropHeight(), preprocessing.cropWidth()));
    int measured = Math.min(MEASURED, facts.length);
    int small = 0;
    int smallest = Integer.MAX_VALUE;
    for (int i = 0; i < measured; i++) {
      int side = images.shorterSide((int) ((long) i * facts.length / measured));
      if (side > 0 && side < ENLARGED * wanted) {
        small++;
        smallest = Math.min(smallest, side);
      }
    }
    if (small > MANY * measured) {
      add(
          warnings,
          "%d of %d images measured are smaller than the network's input, down to %d pixels for"
              + " %d; enlarged images lack the detail that it was trained on, give the originals",
          small,
          measured,
          smallest,
          wanted);
    }
  }

  private static void add(List<CalibrationWarning> warnings, String format, Object... values) {
    warnings.add(new CalibrationWarning("images", String.format(Locale.ROOT, format, values)));
  }

  private static String shortened(List<String> names) {
    String some = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() > NAMED ? some + ", ..." : some;
  }
}

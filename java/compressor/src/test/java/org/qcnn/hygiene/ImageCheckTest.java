package org.qcnn.hygiene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.data.ImageSource;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

class ImageCheckTest {
  private static final Shape INPUT = Shape.of(3, 8, 8);
  private static final Preprocessing USUAL =
      Preprocessing.of(ChannelOrder.RGB)
          .withMean(123.7f, 116.3f, 103.5f)
          .withScale(0.0171f, 0.0175f, 0.0174f)
          .forInput(INPUT);

  /** Pictures in memory; each is its pixels, 0 to 255, in planes. */
  private static final class Pictures implements ImageSource {
    final List<float[]> pixels = new ArrayList<>();
    final Preprocessing preprocessing;
    int side = 8;

    Pictures(Preprocessing preprocessing, int count) {
      this.preprocessing = preprocessing;
      Random random = new Random(5);
      for (int i = 0; i < count; i++) {
        float[] picture = new float[INPUT.count()];
        for (int j = 0; j < picture.length; j++) {
          picture[j] = random.nextInt(256);
        }
        pixels.add(picture);
      }
    }

    @Override
    public int count() {
      return pixels.size();
    }

    @Override
    public void read(int index, FloatBuffer target) {
      for (int i = 0; i < INPUT.count(); i++) {
        int channel = i / 64;
        float value = pixels.get(index)[i] - preprocessing.mean()[channel];
        target.put(target.position() + i, value * preprocessing.scale()[channel]);
      }
    }

    @Override
    public String name(int index) {
      return "p" + index;
    }

    @Override
    public int label(int index) {
      return -1;
    }

    @Override
    public int shorterSide(int index) {
      return side;
    }

    @Override
    public String description() {
      return "pictures";
    }

    @Override
    public void close() {}
  }

  private static List<CalibrationWarning> warnings(Pictures pictures, Preprocessing known) {
    return ImageCheck.of(pictures, known, INPUT, 2).warnings();
  }

  private static void assertWarns(List<CalibrationWarning> found, String kind, String text) {
    assertTrue(
        found.stream().anyMatch(w -> w.kind().equals(kind) && w.message().contains(text)),
        found.toString());
  }

  private static void assertValuesWarn(Preprocessing preprocessing, String text) {
    Preprocessing fitted = preprocessing.forInput(INPUT);
    assertWarns(warnings(new Pictures(fitted, 30), fitted), "values", text);
  }

  @Test
  void usualImagesGiveNoWarning() {
    assertEquals(List.of(), warnings(new Pictures(USUAL, 60), USUAL));
    Preprocessing units = Preprocessing.of(ChannelOrder.RGB).withScale(1f / 255).forInput(INPUT);
    assertEquals(List.of(), warnings(new Pictures(units, 60), units));
    Preprocessing caffe = Preprocessing.of(ChannelOrder.BGR).withMean(110).forInput(INPUT);
    assertEquals(List.of(), warnings(new Pictures(caffe, 60), caffe));
  }

  @Test
  void valuesThatNoNetworkTakesAreTold() {
    Preprocessing plain = Preprocessing.of(ChannelOrder.RGB);
    assertValuesWarn(plain, "look like pixels that nothing was done to");
    assertValuesWarn(plain.withScale(1f / 255 / 255), "divided by 255 twice");
    assertValuesWarn(plain.withMean(120).withScale(4.4f), "larger than pixels");
    assertValuesWarn(plain.withMean(120).withScale(0.1f), "deviate by 7.");
  }

  @Test
  void aMeanOfUnitsOnPixelsIsTold() {
    Preprocessing mixed =
        Preprocessing.of(ChannelOrder.RGB).withMean(0.485f).withScale(1f / 60).forInput(INPUT);
    assertWarns(
        warnings(new Pictures(mixed, 30), mixed), "preprocessing", "a mean of 0.485 is subtracted");
  }

  @Test
  void tensorsOfAnotherPreprocessingAreTold() {
    Preprocessing units = Preprocessing.of(ChannelOrder.RGB).withScale(1f / 255).forInput(INPUT);
    assertWarns(warnings(new Pictures(USUAL, 30), units), "values", "were the tensors made with");
  }

  @Test
  void missingPreprocessingIsTold() {
    assertWarns(warnings(new Pictures(USUAL, 30), null), "preprocessing", "Add --preprocessing");
  }

  @Test
  void copiesAreNamedAndNotCounted() {
    Pictures pictures = new Pictures(USUAL, 10);
    pictures.pixels.add(pictures.pixels.get(4).clone());
    pictures.pixels.add(pictures.pixels.get(4).clone());
    assertWarns(warnings(pictures, USUAL), "images", "2 of 12 images looked at are copies");
    assertWarns(warnings(pictures, USUAL), "images", "p10 of p4");
    assertEquals(10, ImageCheck.of(pictures, USUAL, INPUT, 1).distinct(12));
  }

  @Test
  void imagesOfOneColourAreNamed() {
    Pictures pictures = new Pictures(USUAL, 20);
    pictures.pixels.set(7, new float[INPUT.count()]);
    java.util.Arrays.fill(pictures.pixels.get(7), 100);
    assertWarns(warnings(pictures, USUAL), "images", "nearly of one colour (p7)");
  }

  @Test
  void greyImagesForColouredNetworksAreTold() {
    Pictures pictures = new Pictures(USUAL, 20);
    for (float[] picture : pictures.pixels) {
      System.arraycopy(picture, 0, picture, 64, 64);
      System.arraycopy(picture, 0, picture, 128, 64);
    }
    assertWarns(warnings(pictures, USUAL), "images", "20 of 20 images looked at are grey");
  }

  @Test
  void enlargedImagesAreTold() {
    Pictures pictures = new Pictures(USUAL, 20);
    pictures.side = 5;
    assertWarns(warnings(pictures, USUAL), "images", "down to 5 pixels for 8");
    pictures.side = 6;
    assertEquals(List.of(), warnings(pictures, USUAL));
  }
}

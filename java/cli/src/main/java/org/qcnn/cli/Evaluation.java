package org.qcnn.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What came of running a network, and perhaps a reference, on images. */
final class Evaluation {
  private final int images;
  private final int threads;
  private final boolean labelled;
  private final Score model;
  private final Optional<Score> reference;
  private final boolean[] agrees;
  private final double[] errors;

  Evaluation(int images, int threads, boolean labelled, boolean withReference) {
    this.images = images;
    this.threads = threads;
    this.labelled = labelled;
    this.model = new Score(images);
    this.reference = withReference ? Optional.of(new Score(images)) : Optional.empty();
    this.agrees = new boolean[images];
    this.errors = new double[images];
  }

  /** Takes the answers on one image; safe to call from several threads for different images. */
  void add(int image, Answer answer, Optional<Answer> original) {
    model.add(image, answer);
    original.ifPresent(
        other -> {
          reference.orElseThrow().add(image, other);
          agrees[image] = answer.best() == other.best();
          errors[image] = answer.ranking().relativeError(other.ranking());
        });
  }

  /** Returns the share of images for which both networks find the same class likeliest. */
  double agreement() {
    return Score.share(agrees);
  }

  /** Returns the mean relative L2 distance of the model's scores from the reference's. */
  double responseError() {
    return Arrays.stream(errors).average().orElse(Double.NaN);
  }

  /** Returns both networks side by side. */
  Table table(long modelBytes, Optional<Long> referenceBytes) {
    Table table =
        reference.isPresent() ? new Table("", ">compressed", ">original") : new Table("", ">model");
    row(table, "file size", Units.bytes(modelBytes), referenceBytes.map(Units::bytes).orElse("?"));
    if (labelled) {
      row(
          table,
          "top-1",
          Units.percent(model.topOne()),
          reference.map(score -> Units.percent(score.topOne())).orElse(""));
      row(
          table,
          "top-5",
          Units.percent(model.topFive()),
          reference.map(score -> Units.percent(score.topFive())).orElse(""));
    }
    if (reference.isPresent()) {
      row(table, "same top-1 as the original", Units.percent(agreement()), "");
      row(table, "mean response error", Units.percent(responseError()), "");
    }
    row(
        table,
        "time per image, median",
        Units.milliseconds(model.milliseconds()),
        reference.map(score -> Units.milliseconds(score.milliseconds())).orElse(""));
    return table;
  }

  private void row(Table table, String what, String ofModel, String ofReference) {
    if (reference.isPresent()) {
      table.row(what, ofModel, ofReference);
    } else {
      table.row(what, ofModel);
    }
  }

  /** Returns how many images were classified, and on how many threads. */
  String conditions() {
    return String.format(
        "%d images, one thread per image, %s",
        images, threads == 1 ? "one image at a time" : threads + " images at a time");
  }

  /** Returns why there is no accuracy, if there is none. */
  Optional<String> missingLabels() {
    return labelled
        ? Optional.empty()
        : Optional.of("The accuracy is not known: the images have no labels; name them: --labels");
  }

  /** Returns all numbers by the names that the JSON file gives them. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("images", images);
    json.put("threads", threads);
    putScore(json, model);
    json.put("agreement", reference.isPresent() ? 100 * agreement() : null);
    json.put("response_error", reference.isPresent() ? finite(100 * responseError()) : null);
    reference.ifPresent(
        score -> {
          Map<String, Object> other = new LinkedHashMap<>();
          putScore(other, score);
          json.put("reference", other);
        });
    return json;
  }

  private void putScore(Map<String, Object> json, Score score) {
    json.put("top1", labelled ? 100 * score.topOne() : null);
    json.put("top5", labelled ? 100 * score.topFive() : null);
    json.put("milliseconds_per_image", score.milliseconds());
  }

  /** Returns null for what JSON cannot write. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

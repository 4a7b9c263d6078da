package org.qcnn.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.allocation.AllocationReport;
import org.qcnn.compression.CompressionReport;
import org.qcnn.compression.LayerReport;
import org.qcnn.compression.TableReport;
import org.qcnn.engine.Tuning;
import org.qcnn.finetuning.FineTuningReport;
import org.qcnn.kernel.Way;

/**
 * What a compression achieved, for people and as JSON.
 *
 * @param allocation how the settings were chosen, if they were
 * @param tuning which way of each layer is fastest, if that was measured
 * @param seconds the time that all of it took
 */
record CompressionSummary(
    CompressionReport report,
    Optional<AllocationReport> allocation,
    Optional<Tuning> tuning,
    long sourceBytes,
    long fileBytes,
    double seconds) {
  /** Returns a row for each layer. */
  Table layers() {
    Table table =
        new Table(
            "layer",
            ">weights",
            ">Cs'/K",
            ">bits/weight",
            ">k-means",
            ">trained",
            ">corrected",
            ">size");
    for (LayerReport layer : report.layers()) {
      table.row(
          layer.name(),
          layer.weights().toString(),
          layer.setting().map(Object::toString).orElse("dense"),
          Units.decimal(2, layer.bitsPerWeight()),
          layer.errors().map(errors -> error(errors.kMeans())).orElse("-"),
          layer.errors().map(errors -> error(errors.layer())).orElse("-"),
          layer.errors().map(errors -> error(errors.corrected())).orElse("-"),
          Units.bytes(layer.bytes()));
    }
    return table;
  }

  /** Returns a row for each layer that was tuned. */
  Optional<Table> ways() {
    return tuning.map(
        measured -> {
          Table table = new Table("layer", "fastest", ">lookup ms", ">products ms", ">dense ms");
          measured
              .layers()
              .forEach(
                  (name, layer) ->
                      table.row(
                          name,
                          layer.way.toString(),
                          time(layer, Way.LOOKUP),
                          time(layer, Way.PRODUCTS),
                          time(layer, Way.DENSE)));
          return table;
        });
  }

  private static String time(Tuning.Layer layer, Way way) {
    Double milliseconds = layer.milliseconds().get(way);
    return milliseconds == null ? "-" : Units.decimal(3, milliseconds);
  }

  /** Returns a row for each allocation that was tried. */
  Optional<Table> walked() {
    return allocation.map(
        found -> {
          Table table =
              new Table(
                  "tried", ">estimated size", ">estimated ms", ">points lost", ">output error");
          for (AllocationReport.Step step : found.walked()) {
            table.row(
                step.chosen() ? "chosen" : "",
                Units.bytes(step.point().bytes()),
                Units.decimal(2, step.point().milliseconds()),
                Units.decimal(2, step.loss()),
                Units.percent(step.error()));
          }
          return table;
        });
  }

  private static String error(double error) {
    return Units.decimal(4, error);
  }

  /** Returns the ratio of all weights as 32-bit floats to the whole file. */
  double compression() {
    return (double) report.denseBytes() / fileBytes;
  }

  /** Returns what the columns of the table mean, and the totals. */
  List<String> totals() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Errors are those of the layer's response, as a part of its variance: after k-means, after");
    lines.add("training the layer alone, and corrected for the errors of the layers before it.");
    lines.add("");
    lines.add(
        String.format(
            "weights      %s -> file of %s, everything included: %s smaller",
            Units.bytes(report.denseBytes()), Units.bytes(fileBytes), Units.times(compression())));
    lines.add(
        String.format(
            "speed-up     %s fewer operations in theory; 'qcnn benchmark' measures it",
            Units.times(report.theoreticalSpeedUp())));
    report.fineTuning().ifPresent(tuning -> lines.addAll(fineTuning(tuning)));
    lines.add(tables());
    lines.add(
        String.format("time         %s for %s", Units.seconds(seconds), report.calibration()));
    return lines;
  }

  private static List<String> fineTuning(FineTuningReport tuning) {
    String kept =
        tuning.bestEpoch() == 0
            ? "none was better than the network before; try more images"
            : "kept that after epoch " + tuning.bestEpoch();
    return List.of(
        String.format(
            "fine-tuning  %d epochs of %d images in %s; %s",
            tuning.epochs(), tuning.images(), Units.seconds(tuning.seconds()), kept),
        String.format(
            "             on %d other images the loss went from %s to %s, the same class as the"
                + " original's from %s to %s",
            tuning.heldOut(),
            Units.decimal(4, tuning.before().loss()),
            Units.decimal(4, tuning.after().loss()),
            Units.percent(tuning.before().agreement()),
            Units.percent(tuning.after().agreement())));
  }

  private String tables() {
    TableReport tables = report.tables();
    return "tables       "
        + widths(tables)
        + tables.comparison().map(comparison -> noise(tables, comparison)).orElse("");
  }

  private static String noise(TableReport tables, TableReport.Comparison comparison) {
    String moved = ", which move the outputs by " + Units.percent(comparison.noise());
    return tables.byteLayers() == tables.layers()
        ? moved
        : moved + " (8 bits everywhere by " + Units.percent(comparison.byteNoise()) + ")";
  }

  private static String widths(TableReport tables) {
    if (tables.byteLayers() == tables.layers()) {
      return "of 8 bits";
    }
    String bytes =
        tables.byteLayers() == 0
            ? "of 16 bits"
            : String.format(
                "of 8 bits in %d of %d convolutions", tables.byteLayers(), tables.layers());
    return tables.operandLayers() == 0
        ? bytes
        : bytes + String.format(", of 16 bits from 8-bit numbers in %d", tables.operandLayers());
  }

  private static Map<String, Object> toJson(TableReport tables) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("convolutions", tables.layers());
    json.put("convolutions_8_bits", tables.byteLayers());
    json.put("convolutions_16_bits_of_8", tables.operandLayers());
    json.put("text", widths(tables));
    tables
        .comparison()
        .ifPresent(
            c -> {
              json.put("images", c.images());
              json.put("noise", c.noise());
              json.put("noise_16_bits", c.wordNoise());
              json.put("noise_8_bits", c.byteNoise());
              json.put("agreement", c.agreement());
              json.put("agreement_16_bits", c.wordAgreement());
            });
    return json;
  }

  private static Map<String, Object> toJson(FineTuningReport tuning) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("epochs", tuning.epochs());
    json.put("best_epoch", tuning.bestEpoch());
    json.put("images", tuning.images());
    json.put("held_out", tuning.heldOut());
    json.put("loss_before", tuning.before().loss());
    json.put("loss_after", tuning.after().loss());
    json.put("agreement_before", tuning.before().agreement());
    json.put("agreement_after", tuning.after().agreement());
    json.put("seconds", tuning.seconds());
    return json;
  }

  /** Returns everything by name. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source_bytes", sourceBytes);
    json.put("weight_bytes", report.denseBytes());
    json.put("file_bytes", fileBytes);
    json.put("compression", compression());
    json.put("theoretical_speed_up", report.theoreticalSpeedUp());
    json.put("calibration", report.calibration());
    json.put("calibration_images", report.images());
    json.put("seconds", seconds);
    json.put("tables", toJson(report.tables()));
    report.fineTuning().ifPresent(tuning -> json.put("fine_tuning", toJson(tuning)));
    List<Object> layers = new ArrayList<>();
    report.layers().forEach(layer -> layers.add(toJson(layer)));
    json.put("layers", layers);
    allocation.ifPresent(found -> json.put("allocation", found));
    tuning.ifPresent(measured -> json.put("tuning", toJson(measured)));
    return json;
  }

  private static Map<String, Object> toJson(Tuning tuning) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernels", tuning.kernels());
    List<Object> layers = new ArrayList<>();
    tuning
        .layers()
        .forEach(
            (name, measured) -> {
              Map<String, Object> layer = new LinkedHashMap<>();
              layer.put("name", name);
              layer.put("way", measured.way.toString());
              measured.milliseconds().forEach((way, time) -> layer.put(way + "_ms", time));
              layers.add(layer);
            });
    json.put("layers", layers);
    return json;
  }

  private static Map<String, Object> toJson(LayerReport layer) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", layer.name());
    json.put("kind", layer.kind());
    json.put("weights", layer.weights().extents());
    json.put("setting", layer.setting().map(Object::toString).orElse(null));
    json.put("bits_per_weight", layer.bitsPerWeight());
    json.put("error_k_means", layer.errors().map(errors -> errors.kMeans()).orElse(null));
    json.put("error_trained", layer.errors().map(errors -> errors.layer()).orElse(null));
    json.put("error_corrected", layer.errors().map(errors -> errors.corrected()).orElse(null));
    json.put("dense_bytes", layer.denseBytes());
    json.put("bytes", layer.bytes());
    return json;
  }
}

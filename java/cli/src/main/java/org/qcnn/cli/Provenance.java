package org.qcnn.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.qcnn.allocation.Goal;
import org.qcnn.compression.CompressionReport;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.LayerReport;
import org.qcnn.finetuning.FineTuningReport;
import org.qcnn.finetuning.FineTuningSettings;
import org.qcnn.graph.Metadata;

/**
 * Where a compressed network comes from, for its metadata. No date is among it, so that the same
 * files and settings give the same bytes.
 */
final class Provenance {
  private Provenance() {}

  /**
   * Returns the entries, by their full keys.
   *
   * @param goal for which the settings of layers were chosen; empty: they are those of the preset
   */
  static Map<String, String> of(
      ModelFile source, CompressionSettings settings, Optional<Goal> goal, CompressionReport report)
      throws IOException {
    Map<String, String> entries = new TreeMap<>();
    put(entries, "source", fileName(source.path()));
    put(entries, "source_sha256", sha256(source.path()));
    if (source.weights() != null) {
      put(entries, "source_weights", fileName(source.weights()));
      put(entries, "source_weights_sha256", sha256(source.weights()));
    }
    goal.ifPresentOrElse(
        wanted -> put(entries, "goal", wanted.toString()),
        () -> put(entries, "preset", settings.preset().optionName()));
    put(entries, "settings", describe(settings));
    put(entries, "seed", Long.toString(settings.seed()));
    put(entries, "calibration", report.calibration());
    put(entries, "calibration_images", Integer.toString(report.images()));
    if (report.fineTuning().isPresent()) {
      put(entries, "fine_tuning", describe(settings.fineTuning(), report.fineTuning().get()));
    }
    put(
        entries,
        "layers",
        report.layers().stream().map(Provenance::describe).collect(Collectors.joining("\n")));
    put(entries, "tool_version", "qcnn " + Main.version());
    return entries;
  }

  private static void put(Map<String, String> entries, String key, String value) {
    entries.put(Metadata.PROVENANCE_PREFIX + key, value);
  }

  private static String fileName(Path file) {
    return file.toAbsolutePath().normalize().getFileName().toString();
  }

  private static String describe(CompressionSettings settings) {
    return "ridge "
        + settings.ridge()
        + ", layer sweeps "
        + settings.layerSweeps()
        + ", correction sweeps "
        + settings.correctionSweeps();
  }

  private static String describe(FineTuningSettings settings, FineTuningReport report) {
    return String.format(
        "%d epochs of %d images, best %d, batch %d, rate %s, temperature %s, logit weight %s,"
            + " held-out loss %s to %s, agreement %s to %s",
        report.epochs(),
        report.images(),
        report.bestEpoch(),
        settings.batch(),
        settings.rate(),
        settings.temperature(),
        settings.logitWeight(),
        Units.decimal(6, report.before().loss()),
        Units.decimal(6, report.after().loss()),
        Units.decimal(4, report.before().agreement()),
        Units.decimal(4, report.after().agreement()));
  }

  private static String describe(LayerReport layer) {
    String setting = layer.setting().map(Object::toString).orElse("dense");
    return layer
        .errors()
        .map(
            errors ->
                String.format(
                    "%s: %s %s %s %s",
                    layer.name(),
                    setting,
                    Units.decimal(4, errors.kMeans()),
                    Units.decimal(4, errors.layer()),
                    Units.decimal(4, errors.corrected())))
        .orElse(layer.name() + ": " + setting);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}

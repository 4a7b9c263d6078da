package org.qcnn.compression;

import java.util.Optional;

/**
 * One way to store a layer, and what it would cost.
 *
 * @param setting how it is quantized; empty: it stays dense
 * @param bytes in the file
 * @param error estimated: that of its response, as a part of the variance
 * @param milliseconds estimated, for one image on one thread of this machine
 */
public record LayerOption(
    Optional<LayerSetting> setting, long bytes, double error, double milliseconds) {}

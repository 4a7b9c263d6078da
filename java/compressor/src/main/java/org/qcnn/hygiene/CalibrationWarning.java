package org.qcnn.hygiene;

/**
 * Something about a calibration that makes its result worse than it could be, most likely.
 *
 * @param kind what it is about, one word for programs: samples, values, images or preprocessing
 * @param message for people: what was seen, and what to do
 */
public record CalibrationWarning(String kind, String message) {}

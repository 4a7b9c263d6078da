/**
 * Scales and orders the channels between two layers so that both are quantized with less error; the
 * network computes the same.
 */
package org.qcnn.channels;

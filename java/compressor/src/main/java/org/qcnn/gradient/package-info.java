/**
 * Derivatives of a network: runs a graph forward on batches of images and backward from a gradient
 * of its output to those of its parameters, codebooks included.
 */
package org.qcnn.gradient;

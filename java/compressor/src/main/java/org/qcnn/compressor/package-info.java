/** Turns a trained network into a compressed one. */
package org.qcnn.compressor;

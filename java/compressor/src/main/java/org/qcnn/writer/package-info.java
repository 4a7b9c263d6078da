/** Writes graphs, dense or quantized, as ONNX files. */
package org.qcnn.writer;

/**
 * Static post-training quantization to 8 bits for ONNX Runtime: the rival we are measured against.
 */
package org.qcnn.benchmarks.int8;

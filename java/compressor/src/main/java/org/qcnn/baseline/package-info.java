/** The engine that benchmarks compare with: im2col and OpenBLAS, as Caffe runs networks. */
package org.qcnn.baseline;

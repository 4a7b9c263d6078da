/** Trains the small networks that accuracy is measured on, from public data. */
package org.qcnn.benchmarks.training;

/** Moments of calibration images, measured by Apache Spark. */
package org.qcnn.spark;

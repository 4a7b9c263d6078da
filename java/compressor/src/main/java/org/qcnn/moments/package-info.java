/** Second moments of the inputs of a network's layers, which shards of a data set can share out. */
package org.qcnn.moments;

package org.qcnn.compression;

import org.qcnn.graph.Graph;

/** A compressed network and how it came about. */
public record CompressedNetwork(Graph graph, CompressionReport report) {}

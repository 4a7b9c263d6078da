package org.qcnn.channels;

import java.util.List;

/**
 * Channels that several values of a network have in common, because they are added or only one is
 * made of the other: those of a residual network's stage, or those between two layers.
 *
 * @param writers numbers of the nodes of the layers whose filters make the channels
 * @param readers numbers of the nodes of the layers that take them as input
 * @param isHomogeneous whether all that happens to a channel in between commutes with a factor
 */
record ChannelSpace(List<Integer> writers, List<Integer> readers, boolean isHomogeneous) {}

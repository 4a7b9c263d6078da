package org.qcnn.moments;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of all layers of a network, over some blocks of the images of a set.
 *
 * @param origin which network and which images
 * @param blocks that were looked at
 * @param layers in running order
 */
public record NetworkMoments(Origin origin, ImageBlocks blocks, List<LayerMoments> layers) {
  /** Keeps a copy of the list. */
  public NetworkMoments {
    layers = List.copyOf(layers);
  }

  /**
   * Where moments come from; those of different origins are not added.
   *
   * @param network the digest of the network, 64 hexadecimal digits
   * @param imageNames the digest of the names of all images of the set, likewise
   * @param images of the whole set
   * @param preprocessing the text of the preprocessing; empty if it is not known
   */
  public record Origin(String network, String imageNames, int images, String preprocessing) {
    void requireSame(Origin other) {
      if (!network.equals(other.network)) {
        throw new IllegalArgumentException("they are of another network");
      }
      if (images != other.images || !imageNames.equals(other.imageNames)) {
        throw new IllegalArgumentException(
            "they are shards of another set of images ("
                + images
                + " and "
                + other.images
                + " images, or other names); every shard is to be given the whole folder");
      }
      if (!preprocessing.equals(other.preprocessing)) {
        throw new IllegalArgumentException("they were made with another preprocessing");
      }
    }
  }

  /**
   * Returns the moments of all blocks of both.
   *
   * @throws IllegalArgumentException if they do not belong together or overlap
   */
  public NetworkMoments plus(NetworkMoments other) {
    origin.requireSame(other.origin);
    ImageBlocks all = blocks.plus(other.blocks);
    if (layers.size() != other.layers.size()) {
      throw new IllegalArgumentException("they hold other layers");
    }
    List<LayerMoments> sums = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      sums.add(layers.get(i).plus(other.layers.get(i)));
    }
    return new NetworkMoments(origin, all, sums);
  }
}

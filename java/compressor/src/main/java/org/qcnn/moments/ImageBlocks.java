package org.qcnn.moments;

import java.util.BitSet;
import java.util.Locale;

/**
 * Some of the blocks into which the images of a whole set fall, {@link #IMAGES} consecutive ones in
 * each; shards are cut between blocks.
 */
public final class ImageBlocks {
  /** Images of a block; the last one may have fewer. */
  public static final int IMAGES = 16;

  private final int images;
  private final BitSet taken;

  /** Takes over the set. */
  ImageBlocks(int images, BitSet taken) {
    this.images = images;
    this.taken = taken;
  }

  /**
   * Returns one of several shards of about the same size, which together are all blocks.
   *
   * @param images of the whole set
   * @param shard from 1 on
   * @param shards how many there are
   */
  public static ImageBlocks shard(int images, int shard, int shards) {
    if (images < 1 || shard < 1 || shard > shards) {
      throw new IllegalArgumentException(
          "there is no shard " + shard + " of " + shards + " for " + images + " images");
    }
    int blocks = count(images);
    BitSet taken = new BitSet();
    taken.set((int) ((long) (shard - 1) * blocks / shards), (int) ((long) shard * blocks / shards));
    return new ImageBlocks(images, taken);
  }

  /** Returns the blocks of so many images. */
  static int count(int images) {
    return (images + IMAGES - 1) / IMAGES;
  }

  /** Returns the images of the whole set. */
  public int images() {
    return images;
  }

  /** Returns the numbers of these blocks, ascending. */
  public int[] numbers() {
    return taken.stream().toArray();
  }

  /** Returns the first image of a block. */
  public static int first(int block) {
    return block * IMAGES;
  }

  /** Returns the end of a block's images. */
  public int end(int block) {
    return Math.min(images, first(block) + IMAGES);
  }

  /** Returns whether these are all blocks. */
  public boolean areAll() {
    return taken.cardinality() == count(images);
  }

  /**
   * Returns these blocks and others.
   *
   * @throws IllegalArgumentException if some are among both
   */
  ImageBlocks plus(ImageBlocks other) {
    if (taken.intersects(other.taken)) {
      BitSet both = (BitSet) taken.clone();
      both.and(other.taken);
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "both hold images %d to %d",
              first(both.nextSetBit(0)),
              end(both.nextSetBit(0)) - 1));
    }
    BitSet all = (BitSet) taken.clone();
    all.or(other.taken);
    return new ImageBlocks(images, all);
  }

  @Override
  public String toString() {
    return taken.cardinality() + " of " + count(images) + " blocks of images";
  }
}

package org.qcnn.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.data.DataException;
import org.qcnn.data.PhotoDecoder;
import org.qcnn.moments.ImageBlocks;

/** Which image of a folder belongs to which shard; sorted by name, as a folder always is. */
final class ShardPlan implements Serializable {
  private static final long serialVersionUID = 1;

  private final ArrayList<String> names = new ArrayList<>();
  private final HashMap<String, Integer> indices = new HashMap<>();
  private final HashMap<Integer, Integer> shardOfBlock = new HashMap<>();
  private final int shards;

  /**
   * Plans shards.
   *
   * @param paths of all files of the folder, in any order
   * @param shards how many; fewer are made where there are fewer blocks of images
   */
  ShardPlan(List<String> paths, int shards) {
    paths.stream().map(ShardPlan::name).filter(PhotoDecoder::isPhoto).sorted().forEach(names::add);
    if (names.isEmpty()) {
      throw new DataException("there are no images among " + paths.size() + " files");
    }
    for (int i = 0; i < names.size(); i++) {
      if (indices.put(names.get(i), i) != null) {
        throw new DataException("two images are called " + names.get(i) + "; name one folder");
      }
    }
    int blocks = (names.size() + ImageBlocks.IMAGES - 1) / ImageBlocks.IMAGES;
    this.shards = Math.min(shards, blocks);
    for (int shard = 1; shard <= this.shards; shard++) {
      for (int block : blocks(shard).numbers()) {
        shardOfBlock.put(block, shard);
      }
    }
  }

  /** Returns the last part of a path or address. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the names of all images. */
  List<String> names() {
    return names;
  }

  int shards() {
    return shards;
  }

  ImageBlocks blocks(int shard) {
    return ImageBlocks.shard(names.size(), shard, shards);
  }

  /** Returns whether a file is one of the images. */
  boolean has(String path) {
    return indices.containsKey(name(path));
  }

  /** Returns the number of an image. */
  int index(String path) {
    return indices.get(name(path));
  }

  /** Returns the shard, from 1 on, that an image belongs to. */
  int shard(String path) {
    return shardOfBlock.get(index(path) / ImageBlocks.IMAGES);
  }

  /** Returns whether an image is of the first block, which every shard needs. */
  boolean isFirst(String path) {
    return index(path) < ImageBlocks.IMAGES;
  }

  /** Returns the contents of images by their numbers. */
  Map<Integer, byte[]> byIndex(Map<String, byte[]> byPath) {
    Map<Integer, byte[]> contents = new HashMap<>();
    byPath.forEach((path, content) -> contents.put(index(path), content));
    return contents;
  }
}

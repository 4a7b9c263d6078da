package org.qcnn.spark;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkFiles;
import org.apache.spark.broadcast.Broadcast;
import org.qcnn.compression.CompressionProgress;
import org.qcnn.compression.MomentWalk;
import org.qcnn.graph.Graph;
import org.qcnn.image.Preprocessing;
import org.qcnn.moments.MomentsFile;
import org.qcnn.moments.NetworkMoments;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import scala.Tuple2;

/** Measures a network on the images of one shard, on one thread of an executor. */
final class ShardTask implements Serializable {
  private static final long serialVersionUID = 1;

  private final String modelName;
  private final String networkDigest;
  private final String namesDigest;
  private final String preprocessing;
  private final Broadcast<ShardPlan> plan;
  private final Broadcast<Map<Integer, byte[]>> first;

  /**
   * Prepares the task.
   *
   * @param modelName of the file that Spark has handed to all executors
   * @param first the images of the first block
   */
  ShardTask(
      String modelName,
      NetworkMoments.Origin origin,
      Broadcast<ShardPlan> plan,
      Broadcast<Map<Integer, byte[]>> first) {
    this.modelName = modelName;
    this.networkDigest = origin.network();
    this.namesDigest = origin.imageNames();
    this.preprocessing = origin.preprocessing();
    this.plan = plan;
    this.first = first;
  }

  /**
   * Returns the bytes of the shard's moments.
   *
   * @param images numbers and contents of the shard's images
   */
  byte[] measure(int shard, Iterable<Tuple2<Integer, byte[]>> images) throws IOException {
    Graph graph = OnnxReader.read(new File(SparkFiles.get(modelName)), ImportOptions.DEFAULT);
    Map<Integer, byte[]> contents = new HashMap<>(first.value());
    images.forEach(image -> contents.put(image._1(), image._2()));
    ShardPlan shards = plan.value();
    NetworkMoments.Origin origin =
        new NetworkMoments.Origin(networkDigest, namesDigest, shards.names().size(), preprocessing);
    return MomentsFile.toBytes(
        MomentWalk.measure(
            graph,
            new NamedImages(shards.names(), contents, Preprocessing.parse(preprocessing)),
            shards.blocks(shard),
            origin,
            1,
            CompressionProgress.NONE));
  }
}

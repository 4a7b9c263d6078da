package org.qcnn.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.input.PortableDataStream;
import org.qcnn.checkpoint.ContentDigest;
import org.qcnn.data.PreprocessingFile;
import org.qcnn.graph.Graph;
import org.qcnn.image.Preprocessing;
import org.qcnn.moments.MomentsFile;
import org.qcnn.moments.NetworkMoments;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import scala.Tuple2;

/**
 * Does with Spark what {@code qcnn calibrate} does on one machine, for all images of a folder that
 * Spark can read. The file has the same bytes, if the machines compute floats alike.
 */
public final class MomentsJob {
  private static final String USAGE =
      """
      usage: MomentsJob MODEL.onnx PREPROCESSING.json IMAGES OUT.moments [SHARDS]
        IMAGES is a folder or an address that Spark reads: photos/, hdfs://..., s3a://...
        SHARDS is into how many tasks the images are cut; four for each core, if not given""";

  private MomentsJob() {}

  /** Runs the job; without {@code spark.master}, on all cores of this machine. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4
        && !(arguments.length == 5 && arguments[4].matches("[1-9][0-9]{0,6}"))) {
      System.err.println(USAGE);
      System.exit(2);
    }
    SparkConf settings = new SparkConf().setAppName("qcnn moments");
    settings.setIfMissing("spark.master", "local[*]");
    try (JavaSparkContext spark = new JavaSparkContext(settings)) {
      int shards =
          arguments.length == 5
              ? Integer.parseInt(arguments[4])
              : 4 * Math.max(1, spark.defaultParallelism());
      NetworkMoments moments =
          run(spark, Path.of(arguments[0]), Path.of(arguments[1]), arguments[2], shards);
      MomentsFile.write(moments, Path.of(arguments[3]));
    }
  }

  /**
   * Measures a network.
   *
   * @param model an ONNX file, which is sent to all executors
   * @param preprocessing a JSON file
   * @param images a folder that all executors can read
   * @param shards the number of tasks
   */
  public static NetworkMoments run(
      JavaSparkContext spark, Path model, Path preprocessing, String images, int shards)
      throws IOException {
    Graph graph = OnnxReader.read(model, ImportOptions.DEFAULT);
    Preprocessing fitted = PreprocessingFile.read(preprocessing).forInput(graph.inputShape());
    JavaPairRDD<String, PortableDataStream> files = spark.binaryFiles(images, shards);
    ShardPlan plan = new ShardPlan(files.keys().collect(), shards);
    NetworkMoments.Origin origin =
        new NetworkMoments.Origin(
            ContentDigest.of(graph),
            ContentDigest.ofNames(new NamedImages(plan.names(), Map.of(), fitted)),
            plan.names().size(),
            fitted.toText());
    spark.addFile(model.toAbsolutePath().toString());
    var shared = spark.broadcast(plan);
    JavaPairRDD<String, PortableDataStream> pictures =
        files.filter(file -> shared.value().has(file._1()));
    Map<Integer, byte[]> first =
        new HashMap<>(
            plan.byIndex(
                pictures
                    .filter(file -> shared.value().isFirst(file._1()))
                    .mapValues(PortableDataStream::toArray)
                    .collectAsMap()));
    ShardTask task =
        new ShardTask(model.getFileName().toString(), origin, shared, spark.broadcast(first));
    byte[] sum =
        pictures
            .mapToPair(
                file ->
                    new Tuple2<>(
                        shared.value().shard(file._1()),
                        new Tuple2<>(shared.value().index(file._1()), file._2().toArray())))
            .groupByKey(plan.shards())
            .map(shard -> task.measure(shard._1(), shard._2()))
            .treeReduce(MomentsJob::sum);
    return MomentsFile.ofBytes(sum);
  }

  /** Exact, so that it does not matter which shards are done first. */
  private static byte[] sum(byte[] some, byte[] others) {
    return MomentsFile.toBytes(MomentsFile.ofBytes(some).plus(MomentsFile.ofBytes(others)));
  }
}

package org.qcnn.moments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.data.DataException;

class MomentsFileTest {
  @TempDir Path folder;

  private static FloatMatrix samples(long seed, int rows, int inputs) {
    Random random = new Random(seed);
    FloatMatrix x = new FloatMatrix(rows, inputs);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < inputs; i++) {
        // Of very different sizes, and one that is constant.
        x.set(row, i, i == 2 ? 3 : (float) (random.nextGaussian() * Math.pow(10, i - 3) + i));
      }
    }
    return x;
  }

  private static FixedMoments moments(int chunks) {
    try (Workers workers = new Workers(2);
        FloatMatrix first = samples(0, 50, 6)) {
      FixedMoments.Builder builder = new FixedMoments.Builder(first, workers);
      for (int chunk = 0; chunk < chunks; chunk++) {
        try (FloatMatrix x = samples(chunk, 50, 6)) {
          builder.add(x, 50);
        }
      }
      return builder.build();
    }
  }

  private static NetworkMoments network() {
    return new NetworkMoments(
        new NetworkMoments.Origin("a", "b", 20, "c"),
        ImageBlocks.shard(20, 1, 1),
        List.of(
            new LayerMoments("conv", List.of(moments(3)), 2, 3),
            new LayerMoments(
                "fc", List.of(new KeptSamples(2, 1, Map.of(4, new float[] {1, 2}))), 2, 3)));
  }

  @Test
  void meansAndCovariancesAreThoseOfTheSamples() {
    double[] sum = new double[6];
    double[][] squares = new double[6][6];
    int count = 200;
    for (int chunk = 0; chunk < 4; chunk++) {
      try (FloatMatrix x = samples(chunk, 50, 6)) {
        for (int row = 0; row < 50; row++) {
          for (int i = 0; i < 6; i++) {
            sum[i] += x.get(row, i);
            for (int j = 0; j < 6; j++) {
              squares[i][j] += (double) x.get(row, i) * x.get(row, j);
            }
          }
        }
      }
    }
    FixedMoments moments = moments(4);
    assertEquals(count, moments.samples());
    double[] means = moments.means();
    int[] reversed = {5, 4, 3, 2, 1, 0};
    try (FloatMatrix covariance = moments.covariance(reversed)) {
      for (int i = 0; i < 6; i++) {
        assertEquals(sum[i] / count, means[i], 1e-6 * Math.pow(10, i - 3) + 1e-7, "mean " + i);
        for (int j = 0; j < 6; j++) {
          double expected = squares[i][j] / count - sum[i] / count * (sum[j] / count);
          double size = Math.sqrt(squares[i][i] / count * (squares[j][j] / count));
          // Input 0 is 100,000 times smaller than input 5, and counted on a grid of 1e-4 of itself.
          assertEquals(expected, covariance.get(5 - i, 5 - j), 1e-4 * size, i + " and " + j);
        }
      }
    }
  }

  @Test
  void filesGiveBackTheSame() throws IOException {
    Path file = folder.resolve("a.moments");
    MomentsFile.write(network(), file);
    assertArrayEquals(MomentsFile.toBytes(network()), Files.readAllBytes(file));
    assertArrayEquals(Files.readAllBytes(file), MomentsFile.toBytes(MomentsFile.read(file)));
  }

  @Test
  void damagedAndForeignFilesAreRefused() throws IOException {
    byte[] good = MomentsFile.toBytes(network());
    Path file = folder.resolve("a.moments");
    for (int length : new int[] {0, 8, 31, 32, 40, good.length - 1}) {
      Files.write(file, Arrays.copyOf(good, length));
      assertTrue(
          assertThrows(DataException.class, () -> MomentsFile.read(file))
              .getMessage()
              .contains("a.moments holds no moments"),
          "length " + length);
    }
    for (int i = 0; i < good.length; i += 7) {
      byte[] bad = good.clone();
      bad[i] ^= 4;
      Files.write(file, bad);
      assertThrows(DataException.class, () -> MomentsFile.read(file), "byte " + i);
    }
    assertThrows(DataException.class, () -> MomentsFile.read(folder.resolve("none")));
    assertThrows(DataException.class, () -> MomentsFile.read(folder));
  }

  @Test
  void whateverTheNumbersSayNothingWorseHappensThanARefusal() {
    // Behind a right digest, which anybody can compute.
    byte[] good = MomentsFile.toBytes(network());
    int content = good.length - 32;
    Random random = new Random(1);
    for (int trial = 0; trial < 2000; trial++) {
      byte[] bad = Arrays.copyOf(good, content);
      for (int change = 0; change < 3; change++) {
        bad[random.nextInt(trial % 2 == 0 ? 120 : content)] = (byte) random.nextInt(256);
      }
      try {
        new MomentsDecoder(new DataInputStream(new ByteArrayInputStream(bad)), content).read();
      } catch (IllegalArgumentException | IOException refused) {
        assertTrue(refused.getMessage().length() > 5);
      }
    }
  }
}

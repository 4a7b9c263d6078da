package org.qcnn.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.qcnn.image.Image;

/**
 * Decodes image files with OpenCV: 8 bits, red-green-blue, turned as their EXIF data say. The only
 * class here that needs OpenCV, so that its native code is loaded when the first photo is read.
 */
public final class PhotoDecoder {
  /** How the names of images end. */
  static final Set<String> EXTENSIONS =
      Set.of("bmp", "jpeg", "jpg", "pgm", "png", "ppm", "tif", "tiff", "webp");

  private static final byte START_OF_SCAN = (byte) 0xda;

  private PhotoDecoder() {}

  /** Returns whether a file's name is that of an image that can be decoded. */
  public static boolean isPhoto(String fileName) {
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !fileName.startsWith(".") && EXTENSIONS.contains(extension);
  }

  /** Decodes a file. */
  public static Image decode(Path file) {
    return decode(DataFile.read(file).array(), file.toString());
  }

  /**
   * Decodes the content of a file.
   *
   * @param file what errors call it
   */
  public static Image decode(byte[] content, String file) {
    if (content.length == 0) {
      throw new DataException(file + " is empty; copy it again");
    }
    if (isCutJpeg(content)) {
      throw new DataException(file + " is a JPEG image that ends too early; copy it again");
    }
    try (BytePointer bytes = new BytePointer(content);
        Mat encoded = new Mat(1, content.length, opencv_core.CV_8UC1, bytes);
        Mat image = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR_RGB)) {
      if (image.empty()) {
        throw new DataException(file + " is no image that can be decoded, or is damaged");
      }
      byte[] pixels = new byte[image.rows() * image.cols() * 3];
      image.data().get(pixels);
      return Image.rgb(ByteBuffer.wrap(pixels), image.cols(), image.rows());
    } catch (DataException refused) {
      throw refused;
    } catch (RuntimeException failure) {
      throw new DataException(file + " cannot be decoded: " + failure.getMessage(), failure);
    }
  }

  /**
   * Returns whether a JPEG image lacks its end mark: OpenCV would fill it up with grey. The mark is
   * looked for behind the header segments only, because a thumbnail in them has one of its own.
   */
  private static boolean isCutJpeg(byte[] content) {
    if (content.length < 2 || content[0] != (byte) 0xff || content[1] != (byte) 0xd8) {
      return false;
    }
    int scan = 2;
    while (scan + 4 <= content.length && content[scan + 1] != START_OF_SCAN) {
      scan += 2 + ((content[scan + 2] & 0xff) << 8 | (content[scan + 3] & 0xff));
    }
    for (int i = content.length - 2; i >= scan; i--) {
      if (content[i] == (byte) 0xff && content[i + 1] == (byte) 0xd9) {
        return false;
      }
    }
    return true;
  }
}

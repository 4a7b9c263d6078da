package org.qcnn.image;

/**
 * The middle of an image after scaling it to a length of the shorter side, aspect ratio kept. Only
 * what the crop shows is computed: first each row of the image is scaled, then added to the rows of
 * the crop that it has a share in. Values stay floats throughout; nothing is rounded or clipped.
 */
final class CentreCrop {
  private final Resampling rows;
  private final Resampling columns;

  /**
   * Plans the crop of images of one size.
   *
   * @param shorterSide the shorter side after scaling, at least as large as the crop; 0 scales just
   *     so far that the image covers the crop. The other side is rounded down to whole pixels
   */
  CentreCrop(int width, int height, int shorterSide, int cropHeight, int cropWidth) {
    boolean widthDecides =
        shorterSide == 0 ? (long) width * cropHeight <= (long) height * cropWidth : width <= height;
    int from = widthDecides ? width : height;
    int to = shorterSide != 0 ? shorterSide : widthDecides ? cropWidth : cropHeight;
    long scaledWidth = (long) width * to / from;
    long scaledHeight = (long) height * to / from;
    rows = new Resampling(height, scaledHeight, (scaledHeight - cropHeight) / 2, cropHeight);
    columns = new Resampling(width, scaledWidth, (scaledWidth - cropWidth) / 2, cropWidth);
  }

  /** Returns one plane of the crop, row by row, as values 0 to 255. */
  float[] plane(Image image, int plane) {
    int width = columns.count();
    int firstColumn = columns.start(0);
    float[] crop = new float[rows.count() * width];
    float[] line = new float[columns.end(width - 1) - firstColumn];
    float[] scaled = new float[width];
    int firstOpen = 0;
    for (int y = rows.start(0); y < rows.end(rows.count() - 1); y++) {
      image.readRow(plane, y, firstColumn, line.length, line);
      columns.apply(line, scaled);
      while (rows.end(firstOpen) <= y) {
        firstOpen++;
      }
      for (int row = firstOpen; row < rows.count() && rows.start(row) <= y; row++) {
        add(rows.weight(row, y), scaled, crop, row * width);
      }
    }
    return crop;
  }

  private static void add(float weight, float[] line, float[] crop, int offset) {
    for (int x = 0; x < line.length; x++) {
      crop[offset + x] += weight * line[x];
    }
  }
}

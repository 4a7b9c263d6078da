package org.qcnn.kernel.support;

/** Tasks that are counted through all images of a batch, taken apart into images again. */
public final class Images {
  private Images() {}

  /** What to do with the tasks {@code first <= task < last} of one image. */
  public interface Body {
    void run(int image, int first, int last);
  }

  /** Runs the tasks {@code first <= task < last} when every image has {@code tasksPerImage}. */
  public static void split(int tasksPerImage, int first, int last, Body body) {
    int next = first;
    while (next < last) {
      int image = next / tasksPerImage;
      int begin = next - image * tasksPerImage;
      int end = Math.min(tasksPerImage, begin + last - next);
      body.run(image, begin, end);
      next += end - begin;
    }
  }
}

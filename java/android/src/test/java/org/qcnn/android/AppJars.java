package org.qcnn.android;

import com.google.protobuf.MessageLite;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/** What an app's build puts together: the classes of the AAR and of its two dependencies. */
final class AppJars {
  private AppJars() {}

  static List<Path> libraries() throws URISyntaxException {
    return List.of(content("classes.jar"), jarOf(Loader.class), jarOf(MessageLite.class));
  }

  /** Returns a part of the AAR. */
  static Path content(String name) {
    return Path.of(System.getProperty("aar.content"), name);
  }

  private static Path jarOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}

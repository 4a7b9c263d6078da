package org.qcnn.android;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The AAR has what Android's build tools look for, and nothing else. */
class AarTest {
  private static final String METADATA =
      "META-INF/com/android/build/gradle/aar-metadata.properties";

  @Test
  void holdsEachPartOnce() throws IOException {
    Set<String> files = new TreeSet<>();
    try (ZipFile aar = aar()) {
      aar.stream()
          .filter(entry -> !entry.isDirectory())
          .forEach(entry -> files.add(entry.getName()));
    }
    assertEquals(
        new TreeSet<>(
            Set.of(
                "AndroidManifest.xml",
                METADATA,
                "R.txt",
                "classes.jar",
                "proguard.txt",
                "jni/arm64-v8a/libjniqcnn.so",
                "jni/armeabi-v7a/libjniqcnn.so",
                "jni/x86_64/libjniqcnn.so")),
        files);
  }

  @Test
  void classesAreOursAlone() throws IOException {
    int classes = 0;
    try (ZipFile aar = aar();
        ZipInputStream jar = new ZipInputStream(open(aar, "classes.jar"))) {
      for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
        String name = entry.getName();
        assertTrue(
            entry.isDirectory() || name.matches("META-INF/MANIFEST.MF|(org/qcnn|onnx)/.*"), name);
        assertFalse(name.endsWith(".so"), name);
        classes += name.endsWith(".class") ? 1 : 0;
      }
    }
    assertTrue(classes > 100, "only " + classes + " classes");
  }

  @Test
  void manifestAndMetadataAskForAndroid7() throws Exception {
    try (ZipFile aar = aar()) {
      Element manifest = parse(open(aar, "AndroidManifest.xml")).getDocumentElement();
      Element sdk = (Element) manifest.getElementsByTagName("uses-sdk").item(0);
      assertEquals("24", sdk.getAttribute("android:minSdkVersion"));
      Properties metadata = new Properties();
      metadata.load(open(aar, METADATA));
      assertEquals("1.0", metadata.getProperty("aarFormatVersion"));
      assertEquals("1.0", metadata.getProperty("aarMetadataVersion"));
      assertEquals("24", metadata.getProperty("minCompileSdk"));
    }
  }

  @Test
  void publishedPomNamesWhatGradleMustFetch() throws Exception {
    Element pom = parse(new FileInputStream(System.getProperty("aar.pom"))).getDocumentElement();
    assertEquals("aar", pom.getElementsByTagName("packaging").item(0).getTextContent());
    assertEquals("qcnn-android", pom.getElementsByTagName("artifactId").item(0).getTextContent());
    assertEquals(2, pom.getElementsByTagName("dependency").getLength());
    assertFalse(pom.getTextContent().contains("${"), "a property was left open");
  }

  private static ZipFile aar() throws IOException {
    return new ZipFile(System.getProperty("aar.file"));
  }

  private static InputStream open(ZipFile aar, String name) throws IOException {
    return aar.getInputStream(aar.getEntry(name));
  }

  private static Document parse(InputStream xml) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml);
  }
}

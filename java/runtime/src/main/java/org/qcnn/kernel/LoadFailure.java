package org.qcnn.kernel;

import java.util.Locale;

/**
 * Why a native library did not load, told from what the system's linker, the virtual machine and
 * JavaCPP say, and what the user can do about it.
 */
enum LoadFailure {
  OTHER_RELEASE(
      "the library and the classes are of different releases",
      "use the same version of org.qcnn:qcnn, with and without classifier",
      "the native library is of another release"),
  OTHER_PROCESSOR(
      "the library is made for another processor or for a system of another width (32 or 64 bits)",
      "use the artifact with the classifier %1$s; on a 64-bit board with a 32-bit Java, install the"
          + " 64-bit Java or use the 32-bit artifact",
      "wrong elf class",
      "can't load",
      "exec format error",
      "has unexpected e_machine",
      "is 32-bit instead of 64-bit",
      "is 64-bit instead of 32-bit"),
  PAGE_SIZE(
      "the library is aligned to smaller pages than this system has",
      "take a newer release of qcnn: its libraries are aligned to 16 KiB; with an own build, link"
          + " with -z max-page-size=16384",
      "elf load command a",
      "cannot be smaller than system page size",
      "load segment has invalid alignment",
      "not 16 kb aligned"),
  NO_EXECUTION(
      "the folder into which the library was extracted does not allow programs to run (noexec)",
      "name another folder: -Dorg.bytedeco.javacpp.cachedir=/folder/without/noexec",
      "failed to map segment",
      "operation not permitted"),
  NO_WRITING(
      "the library could not be written to the folder for extracted libraries",
      "name a folder that can be written: -Dorg.bytedeco.javacpp.cachedir=/folder",
      "permission denied",
      "could not create the cache",
      "could not write",
      "read-only file system",
      "no space left"),
  OLD_SYSTEM(
      "the system's C library is older than the one that the library needs",
      "use a newer system (Debian 11, Ubuntu 20.04 or later), or build qcnn on the old one",
      "version `glibc_"),
  DAMAGED(
      "the file is no library, or only a part of one",
      "fetch the artifact again; delete the extracted file that the message names",
      "file too short",
      "invalid elf header",
      "bad elf magic"),
  LOADED_ALREADY(
      "another class loader of this virtual machine has loaded it, and only one can",
      "put qcnn where both applications find it, such as the folder of libraries that they share",
      "already loaded in another class"),
  MISSING(
      "there is no library for this platform",
      "add the artifact org.qcnn:qcnn with the classifier %1$s, in the version of org.qcnn:qcnn"
          + " itself, or qcnn-platform with all of them; on Android, use qcnn-android, and leave the"
          + " processor in the app's abiFilters",
      "in java.library.path",
      "couldn't find",
      "dlopen failed: library",
      "no such file"),
  UNKNOWN(
      "the reason is not known to qcnn",
      "run qcnn doctor and read the messages of the causes; -Dorg.bytedeco.javacpp.logger.debug=true"
          + " shows which files are tried");

  /** What happened, in a few words. */
  final String meaning;

  private final String remedy;

  @SuppressWarnings("ImmutableEnumChecker") // Nobody writes into it.
  private final String[] signs;

  LoadFailure(String meaning, String remedy, String... signs) {
    this.meaning = meaning;
    this.remedy = remedy;
    this.signs = signs;
  }

  /** Returns the first of these that any message in the chain of causes, innermost first, shows. */
  static LoadFailure of(Throwable failure) {
    LoadFailure inner = failure.getCause() == null ? UNKNOWN : of(failure.getCause());
    return inner == UNKNOWN ? of(String.valueOf(failure.getMessage())) : inner;
  }

  private static LoadFailure of(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    for (LoadFailure kind : values()) {
      for (String sign : kind.signs) {
        if (text.contains(sign)) {
          return kind;
        }
      }
    }
    return UNKNOWN;
  }

  /** Returns what to do on a platform, {@code linux-arm64} for instance. */
  String remedy(String platform) {
    return String.format(remedy, platform);
  }
}

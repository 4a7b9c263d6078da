package org.qcnn.checkpoint;

import java.io.OutputStream;
import java.util.Optional;
import org.qcnn.writer.AtomicFile;

/** Results by name that outlive the process that computed them. */
public interface Checkpoints {
  /** Keeps nothing and finds nothing. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public Optional<byte[]> find(String name) {
          return Optional.empty();
        }

        @Override
        public void keep(String name, AtomicFile.Content content) {
          // Whoever passes NONE does without.
        }
      };

  /**
   * Returns what was kept under a name.
   *
   * @param name lower-case letters, digits and dashes
   * @throws org.qcnn.data.DataException if it is damaged
   */
  Optional<byte[]> find(String name);

  /**
   * Keeps a result; once this returns, it is on the disk.
   *
   * @param content writes the result to the {@link OutputStream} it is given
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  void keep(String name, AtomicFile.Content content);

  /** Returns a part of these checkpoints, whose names stand apart from those of other parts. */
  default Checkpoints inside(String part) {
    Checkpoints all = this;
    return new Checkpoints() {
      @Override
      public Optional<byte[]> find(String name) {
        return all.find(part + "-" + name);
      }

      @Override
      public void keep(String name, AtomicFile.Content content) {
        all.keep(part + "-" + name, content);
      }
    };
  }
}

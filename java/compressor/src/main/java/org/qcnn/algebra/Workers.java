package org.qcnn.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that share independent parts of a computation. Parts are cut by their size, never by the
 * number of threads, and each writes what no other reads: so results are the same for any number.
 */
public final class Workers implements AutoCloseable {
  /** One part of the work. */
  public interface Part {
    /**
     * Does part number {@code index}.
     *
     * @param thread number of the thread that does it, below {@link #threads()}; for scratch memory
     */
    void run(int index, int thread);
  }

  private final int threads;
  private final ExecutorService executor;

  /** Starts {@code threads} threads. */
  public Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "qcnn-compressor");
              thread.setDaemon(true);
              return thread;
            });
  }

  public int threads() {
    return threads;
  }

  /** Does the parts 0 to count - 1 and returns when all are done; rethrows what a part threw. */
  public void run(int count, Part part) {
    if (threads == 1 || count == 1) {
      for (int i = 0; i < count; i++) {
        part.run(i, 0);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> futures = new ArrayList<>();
    for (int t = 0; t < Math.min(threads, count); t++) {
      int thread = t;
      futures.add(
          executor.submit(
              () -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                  part.run(i, thread);
                }
              }));
    }
    await(futures, next, count);
  }

  private static void await(List<Future<?>> futures, AtomicInteger next, int count) {
    Throwable failure = null;
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException thrown) {
        failure = failure == null ? thrown.getCause() : failure;
        next.set(count);
      } catch (InterruptedException wish) {
        next.set(count);
        Thread.currentThread().interrupt();
        failure = new IllegalStateException("interrupted", wish);
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}

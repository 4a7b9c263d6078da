package org.qcnn.engine;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads that share the tasks of one stage at a time and sleep in between. The calling
 * thread works too, as thread 0.
 */
final class WorkerPool implements AutoCloseable {
  /** Work that can be cut into tasks. */
  interface Work {
    /** Does the tasks {@code first <= task < last} on thread {@code thread}. */
    void run(int thread, int first, int last);
  }

  // Threads fetch several portions each, so that one slow portion does not hold up the stage.
  private static final int PORTIONS_PER_THREAD = 4;

  private final Thread[] workers;
  private final Semaphore[] starts;
  private final Semaphore finished = new Semaphore(0);
  private final AtomicInteger next = new AtomicInteger();
  private Work work;
  private int tasks;
  private int portion;
  private volatile Throwable failure;
  private volatile boolean stopped;

  /** Starts {@code threads - 1} threads. */
  WorkerPool(int threads) {
    workers = new Thread[threads - 1];
    starts = new Semaphore[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      int thread = i + 1;
      starts[i] = new Semaphore(0);
      workers[i] = new Thread(() -> serve(thread), "qcnn-worker-" + thread);
      workers[i].setDaemon(true);
    }
    try {
      for (Thread worker : workers) {
        worker.start();
      }
    } catch (RuntimeException | Error failure) {
      // The system has no more threads; those that run already must not stay.
      close();
      throw failure;
    }
  }

  int threads() {
    return workers.length + 1;
  }

  /** Does all tasks and returns when the last is done; rethrows what a task threw. */
  void run(int taskCount, Work newWork) {
    int helpers = Math.min(workers.length, taskCount - 1);
    if (helpers <= 0) {
      newWork.run(0, 0, taskCount);
      return;
    }
    work = newWork;
    tasks = taskCount;
    portion = Math.max(1, taskCount / (threads() * PORTIONS_PER_THREAD));
    next.set(0);
    for (int i = 0; i < helpers; i++) {
      starts[i].release();
    }
    takePortions(0);
    finished.acquireUninterruptibly(helpers);
    rethrow();
  }

  private void serve(int thread) {
    while (true) {
      starts[thread - 1].acquireUninterruptibly();
      if (stopped) {
        return;
      }
      takePortions(thread);
      finished.release();
    }
  }

  private void takePortions(int thread) {
    try {
      for (int first = next.getAndAdd(portion); first < tasks; first = next.getAndAdd(portion)) {
        work.run(thread, first, Math.min(tasks, first + portion));
      }
    } catch (RuntimeException | Error thrown) {
      failure = thrown;
      next.set(tasks);
    }
  }

  private void rethrow() {
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error) {
      throw (Error) thrown;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  /** Ends the threads and waits for them. */
  @Override
  public void close() {
    stopped = true;
    for (Semaphore start : starts) {
      start.release();
    }
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException wish) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

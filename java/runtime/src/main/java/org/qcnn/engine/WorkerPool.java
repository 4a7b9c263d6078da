package org.qcnn.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A few threads that share the tasks of one stage at a time. The calling thread works too, as
 * thread 0. Every thread begins with the same part of the tasks in each stage, because neighbouring
 * tasks of two layers deal with the same pixels, which are then in the caches of its core; only who
 * is done with that helps the others. A worker that has nothing to do looks out for the next stage
 * for a moment, because the stages of a run follow each other faster than the system wakes a
 * thread; then it sleeps.
 */
final class WorkerPool implements AutoCloseable {
  /** Work that can be cut into tasks. */
  interface Work {
    /** Does the tasks {@code first <= task < last} on thread {@code thread}. */
    void run(int thread, int first, int last);
  }

  // The next portion of a part is this share of what is left of it: at first large ones, as each
  // costs a call, then small ones, so that no thread waits long for another one's last.
  private static final int SHARE_OF_REST = 3;

  // Waking a thread took 50 to 200 microseconds where this was measured.
  private static final long LOOK_OUT_NANOSECONDS = 200_000;

  private final Worker[] workers;
  private final AtomicInteger[] next; // of each thread's part of the tasks
  private final AtomicInteger unfinished = new AtomicInteger();
  // Everything that describes a stage is written before its number and read after it.
  private final AtomicInteger stage = new AtomicInteger();
  private Work work;
  private int tasks;
  private volatile Thread waitingCaller;
  private volatile Throwable failure;
  private volatile boolean stopped;

  /** Starts {@code threads - 1} threads. */
  WorkerPool(int threads) {
    workers = new Worker[threads - 1];
    next = new AtomicInteger[threads];
    for (int i = 0; i < threads; i++) {
      next[i] = new AtomicInteger();
    }
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    try {
      for (Worker worker : workers) {
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
    if (workers.length == 0 || taskCount <= 1) {
      newWork.run(0, 0, taskCount);
      return;
    }
    work = newWork;
    tasks = taskCount;
    for (int thread = 0; thread < threads(); thread++) {
      next[thread].set(partOf(thread));
    }
    unfinished.set(workers.length);
    announceStage();
    takePortions(0);
    awaitWorkers();
    rethrow();
  }

  private void announceStage() {
    stage.incrementAndGet();
    for (Worker worker : workers) {
      if (worker.asleep) {
        LockSupport.unpark(worker);
      }
    }
  }

  private void awaitWorkers() {
    long end = System.nanoTime() + LOOK_OUT_NANOSECONDS;
    while (unfinished.get() > 0) {
      if (System.nanoTime() - end > 0) {
        waitingCaller = Thread.currentThread();
        if (unfinished.get() > 0) {
          LockSupport.park(this);
        }
      }
    }
    waitingCaller = null;
  }

  private void takePortions(int thread) {
    try {
      for (int i = 0; i < threads(); i++) {
        takePortions(thread, (thread + i) % threads());
      }
    } catch (RuntimeException | Error thrown) {
      failure = thrown;
      for (AtomicInteger ofPart : next) {
        ofPart.set(tasks);
      }
    }
  }

  private void takePortions(int thread, int part) {
    int end = partOf(part + 1);
    int first = next[part].get();
    while (first < end) {
      int last = first + (end - first + SHARE_OF_REST - 1) / SHARE_OF_REST;
      if (next[part].compareAndSet(first, last)) {
        work.run(thread, first, last);
      }
      first = next[part].get();
    }
  }

  /** Returns the first task of a thread's part. */
  private int partOf(int thread) {
    return (int) ((long) tasks * thread / threads());
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
    announceStage();
    boolean interrupted = false;
    for (Worker worker : workers) {
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

  private final class Worker extends Thread {
    private final int number;
    private volatile boolean asleep;

    Worker(int number) {
      super("qcnn-worker-" + number);
      this.number = number;
      setDaemon(true);
    }

    @Override
    public void run() {
      for (int done = 0; !stopped; done++) {
        awaitStageAfter(done);
        if (stopped) {
          return;
        }
        takePortions(number);
        if (unfinished.decrementAndGet() == 0) {
          LockSupport.unpark(waitingCaller); // does nothing for null
        }
      }
    }

    private void awaitStageAfter(int done) {
      long end = System.nanoTime() + LOOK_OUT_NANOSECONDS;
      while (stage.get() == done) {
        if (System.nanoTime() - end > 0) {
          asleep = true;
          if (stage.get() == done) {
            LockSupport.park(WorkerPool.this);
          }
          asleep = false;
        }
      }
    }
  }
}

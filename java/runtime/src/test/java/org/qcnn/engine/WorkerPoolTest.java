package org.qcnn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  @Test
  void everyTaskIsDoneOnce() {
    for (int threads = 1; threads <= 4; threads++) {
      try (WorkerPool pool = new WorkerPool(threads)) {
        for (int tasks = 0; tasks < 70; tasks++) {
          AtomicIntegerArray done = new AtomicIntegerArray(tasks);
          pool.run(
              tasks,
              (thread, first, last) -> {
                for (int task = first; task < last; task++) {
                  done.incrementAndGet(task);
                }
              });
          for (int task = 0; task < tasks; task++) {
            assertEquals(1, done.get(task), threads + " threads, task " + task + " of " + tasks);
          }
        }
      }
    }
  }

  @Test
  void failuresReachTheCallerAndThePoolLivesOn() {
    try (WorkerPool pool = new WorkerPool(3)) {
      for (int round = 0; round < 20; round++) {
        int bad = round;
        assertThrows(
            IllegalStateException.class,
            () ->
                pool.run(
                    20,
                    (thread, first, last) -> {
                      if (first <= bad && bad < last) {
                        throw new IllegalStateException("task " + bad);
                      }
                    }));
        AtomicIntegerArray done = new AtomicIntegerArray(20);
        pool.run(
            20,
            (thread, first, last) -> {
              for (int task = first; task < last; task++) {
                done.incrementAndGet(task);
              }
            });
        for (int task = 0; task < 20; task++) {
          assertEquals(1, done.get(task));
        }
      }
    }
  }
}

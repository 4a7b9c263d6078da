#include "check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, bytes) ((void)(start), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(start, bytes) ((void)(start), (void)(bytes))
#endif

enum { GUARD = 128, GUARD_BYTE = 0xa5, PRINTED_FAILURES = 5 };

static struct {
  const char* name;
  uint64_t random;
  int compared, failed;
} family;

void check_begin(const char* name, const check_options* options) {
  family.name = name;
  family.random = options->seed;
  family.compared = family.failed = 0;
}

void check_expect(bool ok, const char* format, ...) {
  family.compared++;
  if (ok || ++family.failed > PRINTED_FAILURES) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", family.name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
}

int check_end(void) {
  printf("%-24s %7d comparisons  ", family.name, family.compared);
  if (family.failed == 0) {
    puts("ok");
  } else {
    printf("%d FAILED\n", family.failed);
  }
  return family.failed;
}

/* SplitMix64. */
static uint32_t next_random(void) {
  uint64_t z = family.random += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ (z >> 31)) >> 32);
}

uint32_t check_below(uint32_t limit) {
  return (uint32_t)(((uint64_t)next_random() * limit) >> 32);
}

int32_t check_between(int32_t low, int32_t high) {
  return low + (int32_t)check_below((uint32_t)(high - low + 1));
}

static float random_float(check_data kind) {
  float unit = (float)check_between(-(1 << 23), 1 << 23) * 0x1p-23f;
  switch (kind) {
    case CHECK_SPREAD:
      return ldexpf(unit, check_between(-24, 24));
    case CHECK_HUGE:
      return check_below(2) ? 1e15f : -1e15f;
    case CHECK_DENORMAL:
      return check_below(2) ? unit * 0x1p-130f : 0.0f;
    default:
      return unit;
  }
}

void check_fill(float* values, int64_t n, check_data kind) {
  for (int64_t i = 0; i < n; i++) {
    values[i] = random_float(kind);
  }
}

/* Lies before the guard of every buffer. */
typedef struct {
  int64_t bytes;
} block;

static unsigned char* guard_before(void* buffer) {
  return (unsigned char*)buffer - GUARD;
}

static block* block_of(void* buffer) {
  return (block*)(void*)(guard_before(buffer) - 64);
}

void* check_allocate(int64_t bytes) {
  size_t total = ((size_t)bytes + 64 + 2 * GUARD + 63) / 64 * 64;
  unsigned char* memory = aligned_alloc(64, total);
  if (bytes < 0 || memory == NULL) {
    fprintf(stderr, "%s: cannot allocate %lld bytes\n", family.name, (long long)bytes);
    exit(2);
  }
  unsigned char* buffer = memory + 64 + GUARD;
  block_of(buffer)->bytes = bytes;
  memset(guard_before(buffer), GUARD_BYTE, GUARD);
  memset(buffer, 0xff, (size_t)bytes);
  memset(buffer + bytes, GUARD_BYTE, GUARD);
  ASAN_POISON_MEMORY_REGION(guard_before(buffer), GUARD);
  ASAN_POISON_MEMORY_REGION(buffer + bytes, GUARD);
  return buffer;
}

float* check_floats(int64_t n) {
  return check_allocate(n * (int64_t)sizeof(float));
}

float* check_random_floats(int64_t n, check_data kind) {
  float* values = check_floats(n);
  check_fill(values, n, kind);
  return values;
}

void check_free(void* buffer) {
  unsigned char* end = (unsigned char*)buffer + block_of(buffer)->bytes;
  ASAN_UNPOISON_MEMORY_REGION(guard_before(buffer), GUARD);
  ASAN_UNPOISON_MEMORY_REGION(end, GUARD);
  bool intact = true;
  for (int i = 0; i < GUARD; i++) {
    intact = intact && guard_before(buffer)[i] == GUARD_BYTE && end[i] == GUARD_BYTE;
  }
  check_expect(intact, "wrote beyond a buffer of %lld bytes", (long long)block_of(buffer)->bytes);
  free(block_of(buffer));
}

qcnn_activation check_random_activation(void) {
  qcnn_activation activation = {
      .kind = check_between(QCNN_ACTIVATION_NONE, QCNN_ACTIVATION_HARD_SWISH),
  };
  switch (activation.kind) {
    case QCNN_ACTIVATION_CLIP:
      activation.b = 6.0f;
      break;
    case QCNN_ACTIVATION_LEAKY_RELU:
      activation.a = 0.1f;
      break;
    case QCNN_ACTIVATION_HARD_SIGMOID:
      activation.a = 0.2f;
      activation.b = 0.5f;
      break;
    default:
      break;
  }
  return activation;
}

double check_activate(const qcnn_activation* activation, double x) {
  double a = activation->a, b = activation->b;
  switch (activation->kind) {
    case QCNN_ACTIVATION_RELU:
      return fmax(x, 0);
    case QCNN_ACTIVATION_CLIP:
      return fmin(fmax(x, a), b);
    case QCNN_ACTIVATION_LEAKY_RELU:
      return x >= 0 ? x : a * x;
    case QCNN_ACTIVATION_SIGMOID:
      return 1 / (1 + exp(-x));
    case QCNN_ACTIVATION_HARD_SIGMOID:
      return fmin(fmax(a * x + b, 0), 1);
    case QCNN_ACTIVATION_HARD_SWISH:
      return x * fmin(fmax(x / 6 + 0.5, 0), 1);
    default:
      return x;
  }
}

void check_in_ranges(int32_t tasks, int32_t (*run)(void* context, int32_t first, int32_t last),
                     void* context) {
  int32_t middle = check_between(0, tasks);
  int32_t quarter = check_between(0, middle);
  const int32_t ranges[][2] = {{middle, tasks}, {0, quarter}, {quarter, middle}};
  for (int i = 0; i < 3; i++) {
    int32_t status = run(context, ranges[i][0], ranges[i][1]);
    check_expect(status == QCNN_OK, "status %d for tasks %d to %d of %d", (int)status,
                 (int)ranges[i][0], (int)ranges[i][1], (int)tasks);
  }
}

static double now(void) {
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double check_time(int32_t tasks, int32_t (*run)(void* context, int32_t first, int32_t last),
                  void* context) {
  double best = INFINITY;
  double begin = now();
  for (int repetition = 0; repetition < 5 || now() - begin < 0.3; repetition++) {
    double start = now();
    run(context, 0, tasks);
    best = fmin(best, now() - start);
  }
  return best;
}

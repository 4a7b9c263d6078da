/* Activation, arithmetic, copy, fill, softmax and local response normalization. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "activation.h"
#include "check.h"

/* Equal, or both NaN. */
static bool same(float a, float b) {
  return a == b || (a != a && b != b);
}

static void check_activations(int32_t isa) {
  static const float special[] = {0.0f, -0.0f, 3.0f, -3.0f, 6.0f, 100.0f, -100.0f, 3e38f, -3e38f};
  qcnn_activation activation = check_random_activation();
  int32_t n = check_between(1, 70), first = check_between(0, n);
  float* input = check_random_floats(n, CHECK_SPREAD);
  float* output = check_floats(n);
  input[check_below((uint32_t)n)] = special[check_below(sizeof special / sizeof *special)];
  input[check_below((uint32_t)n)] = check_below(2) ? NAN : INFINITY;
  check_expect(qcnn_activation_run(isa, &activation, input, output, first, n) == QCNN_OK &&
                   qcnn_activation_run(isa, &activation, input, output, 0, first) == QCNN_OK,
               "activation refused");
  for (int32_t i = 0; i < n; i++) {
    float expected = qcnn_activate(activation.kind, activation.a, activation.b, input[i]);
    check_expect(same(output[i], expected), "activation %d of %g: %g", (int)activation.kind,
                 (double)input[i], (double)output[i]);
    double exact = check_activate(&activation, input[i]);
    double bound = 1e-6 * (fabs(exact) + 1e-30) + 1e-7;
    check_expect(
        isnan(input[i]) ? isnan(expected) : expected == exact || fabs(expected - exact) <= bound,
        "activation %d of %g: %g, not %g", (int)activation.kind, (double)input[i], (double)expected,
        exact);
  }
  /* In place: the same numbers. */
  check_expect(qcnn_activation_run(isa, &activation, input, input, 0, n) == QCNN_OK, "refused");
  for (int32_t i = 0; i < n; i++) {
    check_expect(same(input[i], output[i]), "activation %d in place", (int)activation.kind);
  }
  check_free(input);
  check_free(output);
}

static float arithmetic(int32_t kind, float a, float b) {
  switch (kind) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return a / b;
    case 4:
      return a > b ? a : b;
    default:
      return a >= 0 ? a : a * b;
  }
}

/* Random extents, most of them 1, and strides of operands that repeat along some of the axes. */
static qcnn_strides random_strides(int32_t* a_size, int32_t* b_size) {
  qcnn_strides s;
  *a_size = *b_size = 1;
  for (int axis = QCNN_MAX_AXES - 1; axis >= 0; axis--) {
    s.extent[axis] = check_below(2) ? 1 : check_between(2, axis == QCNN_MAX_AXES - 1 ? 40 : 5);
    bool repeat_a = check_below(4) == 0, repeat_b = check_below(4) == 0;
    s.a_stride[axis] = repeat_a ? 0 : *a_size;
    s.b_stride[axis] = repeat_b ? 0 : *b_size;
    *a_size *= repeat_a ? 1 : s.extent[axis];
    *b_size *= repeat_b ? 1 : s.extent[axis];
  }
  return s;
}

/* The offsets of element `index`, counted in row-major order. */
static void offsets(const qcnn_strides* s, int64_t index, int64_t* a, int64_t* b) {
  *a = *b = 0;
  for (int axis = QCNN_MAX_AXES - 1; axis >= 0; axis--) {
    int64_t i = index % s->extent[axis];
    index /= s->extent[axis];
    *a += i * s->a_stride[axis];
    *b += i * s->b_stride[axis];
  }
}

static int64_t element_count(const qcnn_strides* s) {
  int64_t n = 1;
  for (int axis = 0; axis < QCNN_MAX_AXES; axis++) {
    n *= s->extent[axis];
  }
  return n;
}

static void check_arithmetic(int32_t isa, int32_t kind) {
  int32_t a_size, b_size;
  qcnn_strides s = random_strides(&a_size, &b_size);
  int64_t n = element_count(&s);
  float* a = check_random_floats(a_size, CHECK_SPREAD);
  float* b = check_random_floats(b_size, CHECK_SPREAD);
  float* output = check_floats(n);
  qcnn_activation activation = check_random_activation();
  int32_t middle = check_between(0, s.extent[0]);
  int32_t status =
      qcnn_arithmetic_run(isa, &s, kind, &activation, a, b, output, middle, s.extent[0]);
  status |= qcnn_arithmetic_run(isa, &s, kind, &activation, a, b, output, 0, middle);
  check_expect(status == QCNN_OK, "arithmetic refused");
  for (int64_t i = 0; i < n; i++) {
    int64_t at_a, at_b;
    offsets(&s, i, &at_a, &at_b);
    float expected = qcnn_activate(activation.kind, activation.a, activation.b,
                                   arithmetic(kind, a[at_a], b[at_b]));
    check_expect(same(output[i], expected), "arithmetic %d of %g and %g: %g, not %g", (int)kind,
                 (double)a[at_a], (double)b[at_b], (double)output[i], (double)expected);
  }
  s.extent[3] = 0;
  check_expect(
      qcnn_arithmetic_run(isa, &s, kind, &activation, a, b, output, 0, 0) == QCNN_BAD_SHAPE,
      "accepted an extent of 0");
  check_free(a);
  check_free(b);
  check_free(output);
}

/* A transposition into a larger map: b_stride is a permutation of row-major strides. */
static void check_copy(void) {
  qcnn_strides s;
  int32_t a_size, b_size;
  s = random_strides(&a_size, &b_size);
  int32_t order[QCNN_MAX_AXES] = {0, 1, 2, 3, 4, 5};
  for (uint32_t i = QCNN_MAX_AXES - 1; i > 0 && check_below(3) > 0; i--) {
    uint32_t j = check_below(i + 1);
    int32_t swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  int32_t size = 1;
  for (int i = QCNN_MAX_AXES - 1; i >= 0; i--) {
    s.b_stride[order[i]] = size;
    size *= s.extent[order[i]] + (int32_t)check_below(2);
  }
  float* a = check_random_floats(a_size, CHECK_UNIFORM);
  float* output = check_floats(size);
  float* expected = check_floats(size);
  for (int64_t i = 0; i < element_count(&s); i++) {
    int64_t from, to;
    offsets(&s, i, &from, &to);
    expected[to] = a[from];
  }
  int32_t middle = check_between(0, s.extent[0]);
  int32_t status = qcnn_copy_run(&s, a, output, middle, s.extent[0]);
  status |= qcnn_copy_run(&s, a, output, 0, middle);
  check_expect(status == QCNN_OK, "copy refused");
  check_expect(memcmp(output, expected, (size_t)size * sizeof *output) == 0, "copy");
  check_expect(qcnn_copy_run(&s, a, output, 0, s.extent[0] + 1) == QCNN_BAD_RANGE,
               "copy accepted a range beyond the outermost axis");
  check_free(a);
  check_free(output);
  check_free(expected);
}

static void check_fill_run(void) {
  float* output = check_floats(9);
  check_expect(qcnn_fill_run(2.5f, output, 3, 9) == QCNN_OK, "fill refused");
  check_expect(isnan(output[2]) && output[3] == 2.5f && output[8] == 2.5f, "fill");
  check_expect(qcnn_fill_run(2.5f, output, 3, 2) == QCNN_BAD_RANGE, "fill accepted 3 to 2");
  check_free(output);
}

static void check_softmax(int32_t isa, check_data kind) {
  int32_t outer = check_between(1, 3), axis = check_between(1, 50);
  int32_t inner = check_below(2) ? 1 : check_between(1, 150);
  int32_t n = outer * axis * inner;
  float* input = check_random_floats(n, kind);
  float* output = check_floats(n);
  int32_t status = qcnn_softmax_run(isa, axis, inner, input, output, 1, outer);
  status |= qcnn_softmax_run(isa, axis, inner, input, output, 0, 1);
  check_expect(status == QCNN_OK, "softmax refused");
  for (int32_t i = 0; i < n; i++) {
    const float* column = input + i / (axis * inner) * axis * inner + i % inner;
    float largest = -INFINITY;
    double sum = 0;
    for (int32_t a = 0; a < axis; a++) {
      largest = column[a * inner] > largest ? column[a * inner] : largest;
    }
    for (int32_t a = 0; a < axis; a++) {
      sum += exp((double)(column[a * inner] - largest));
    }
    double expected = exp((double)(input[i] - largest)) / sum;
    check_expect(fabs(output[i] - expected) <= CHECK_UNIT * (axis + 6) * expected + 1e-37,
                 "%s, softmax over %d, inner %d: %g, not %g", qcnn_isa_name(isa), (int)axis,
                 (int)inner, (double)output[i], expected);
  }
  check_expect(qcnn_softmax_run(isa, 0, 1, input, output, 0, 1) == QCNN_BAD_SHAPE,
               "softmax over none");
  check_free(input);
  check_free(output);
}

/* Minus infinity gets exactly nothing, a NaN spoils all. */
static void check_special_softmax(int32_t isa) {
  float input[70], output[70];
  for (int i = 0; i < 70; i++) {
    input[i] = i % 2 == 0 ? -INFINITY : 3.0f;
  }
  check_expect(qcnn_softmax_run(isa, 70, 1, input, output, 0, 1) == QCNN_OK, "refused");
  for (int i = 0; i < 70; i++) {
    check_expect(output[i] == (i % 2 == 0 ? 0.0f : 1.0f / 35.0f), "%s, softmax of %g: %g",
                 qcnn_isa_name(isa), (double)input[i], (double)output[i]);
  }
  input[check_below(70)] = NAN;
  check_expect(qcnn_softmax_run(isa, 70, 1, input, output, 0, 1) == QCNN_OK, "refused");
  for (int i = 0; i < 70; i++) {
    check_expect(isnan(output[i]), "%s, softmax lost a NaN", qcnn_isa_name(isa));
  }
}

static void check_normalization(int32_t isa, float beta) {
  int32_t images = check_between(1, 2), channels = check_between(1, 12);
  int32_t plane = check_between(1, 150), size = check_between(1, 8);
  int32_t positions = images * plane, middle = check_between(0, positions);
  float alpha = 0.5f, k = 1.5f;
  int32_t n = positions * channels;
  float* input = check_random_floats(n, check_below(3) ? CHECK_SPREAD : CHECK_HUGE);
  float* output = check_floats(n);
  int32_t status = qcnn_local_response_normalization_run(isa, channels, plane, size, alpha, beta, k,
                                                         input, output, middle, positions);
  status |= qcnn_local_response_normalization_run(isa, channels, plane, size, alpha, beta, k, input,
                                                  output, 0, middle);
  check_expect(status == QCNN_OK, "local response normalization refused");
  for (int32_t i = 0; i < n; i++) {
    int32_t channel = i / plane % channels;
    double sum = 0;
    for (int32_t c = channel - (size - 1) / 2; c <= channel + size / 2; c++) {
      if (c >= 0 && c < channels) {
        sum += pow(input[i + (c - channel) * plane], 2);
      }
    }
    double expected = input[i] / pow(k + alpha / size * sum, beta);
    check_expect(fabs(output[i] - expected) <= CHECK_UNIT * (2 * size + 12) * fabs(expected),
                 "%s, local response normalization, size %d, beta %g: %g, not %g",
                 qcnn_isa_name(isa), (int)size, (double)beta, (double)output[i], expected);
  }
  check_free(input);
  check_free(output);
}

/* Sums that are infinite, NaN or so small that their roots need care. */
static void check_special_normalization(int32_t isa) {
  static const float special[] = {INFINITY, -INFINITY, 1e30f, 1e-25f, 0.0f};
  float input[40], output[40];
  for (int i = 0; i < 40; i++) {
    input[i] = i < 30 ? special[i % 5] : NAN;
  }
  int32_t status =
      qcnn_local_response_normalization_run(isa, 1, 40, 5, 1.0f, 0.75f, 0.0f, input, output, 0, 40);
  check_expect(status == QCNN_OK, "refused");
  for (int i = 0; i < 40; i++) {
    float sum = input[i] * input[i] * 0.2f;
    float expected = input[i] / powf(sum, 0.75f);
    bool close = isfinite(expected) && fabsf(output[i] - expected) <= 1e-6f * fabsf(expected);
    check_expect(close || same(output[i], expected),
                 "%s, local response normalization of %g: %g, not %g", qcnn_isa_name(isa),
                 (double)input[i], (double)output[i], (double)expected);
  }
}

typedef struct {
  int32_t isa, channels, plane;
  const float* input;
  float* output;
} map;

static int32_t run_normalization(void* context, int32_t first, int32_t last) {
  map* m = context;
  return qcnn_local_response_normalization_run(m->isa, m->channels, m->plane, 5, 1e-4f, 0.75f, 1.0f,
                                               m->input, m->output, first, last);
}

static int32_t run_add(void* context, int32_t first, int32_t last) {
  map* m = context;
  qcnn_strides s = {
      {1, 1, 1, 1, m->channels, m->plane}, {0, 0, 0, 0, m->plane, 1}, {0, 0, 0, 0, m->plane, 1}};
  qcnn_activation relu = {QCNN_ACTIVATION_RELU, 0, 0};
  (void)first, (void)last;
  return qcnn_arithmetic_run(m->isa, &s, 0, &relu, m->input, m->input, m->output, 0, 1);
}

static void bench(int32_t isas) {
  float* input = check_random_floats(256 * 56 * 56, CHECK_UNIFORM);
  map m = {0, 0, 0, input, check_floats(256 * 56 * 56)};
  for (m.isa = 0; m.isa < QCNN_ISA_COUNT; m.isa++) {
    if ((isas >> m.isa & 1) == 0) {
      continue;
    }
    const char* name = qcnn_isa_name(m.isa);
    m.channels = 96;
    m.plane = 55 * 55;
    printf("  %-24s %-8s %8.3f ms\n", "96 LRN 5 @55", name,
           check_time(m.plane, run_normalization, &m) * 1e3);
    m.channels = 256;
    m.plane = 56 * 56;
    printf("  %-24s %-8s %8.3f ms\n", "256 add, relu @56", name, check_time(1, run_add, &m) * 1e3);
  }
  check_free(input);
  check_free(m.output);
}

int check_operators(const check_options* options) {
  check_begin("operators", options);
  check_fill_run();
  for (int i = 0; i < 150; i++) {
    check_copy();
    for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
      if ((options->isas >> isa & 1) != 0) {
        check_activations(isa);
        check_softmax(isa, i % 3 == 0 ? CHECK_SPREAD : CHECK_UNIFORM);
        check_special_softmax(isa);
        check_arithmetic(isa, i % 6);
        check_normalization(isa, (const float[]){0.75f, 0.5f, 0.6f}[i % 3]);
        check_special_normalization(isa);
      }
    }
  }
  if (options->bench) {
    bench(options->isas);
  }
  return check_end();
}

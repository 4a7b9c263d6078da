/* Pooling and global pooling against direct loops. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "check.h"

typedef struct {
  int32_t isa;
  qcnn_pooling shape;
  const float* input;
  float* output;
  void* scratch;
} layer;

static int32_t run(void* context, int32_t first, int32_t last) {
  layer* l = context;
  return qcnn_pooling_run(l->isa, &l->shape, l->input, l->output, l->scratch, first, last);
}

/* Direct; *magnitude becomes the sum of absolute values over the divisor. */
static double pool(const qcnn_pooling* s, const float* plane, int32_t row, int32_t column,
                   double* magnitude) {
  double sum = 0, largest = -INFINITY;
  int pixels = 0, with_padding = 0;
  *magnitude = 0;
  for (int32_t ky = 0; ky < s->kernel_height; ky++) {
    for (int32_t kx = 0; kx < s->kernel_width; kx++) {
      int32_t y = row * s->stride_height - s->pad_top + ky * s->dilation_height;
      int32_t x = column * s->stride_width - s->pad_left + kx * s->dilation_width;
      with_padding += y < s->input_height + s->pad_bottom && x < s->input_width + s->pad_right;
      if (y >= 0 && y < s->input_height && x >= 0 && x < s->input_width) {
        double value = plane[(int64_t)y * s->input_width + x];
        sum += value;
        *magnitude += fabs(value);
        largest = fmax(largest, value);
        pixels++;
      }
    }
  }
  double divisor = fmax(s->count_include_pad ? with_padding : pixels, 1);
  *magnitude /= divisor;
  return s->maximum ? largest : sum / divisor;
}

static void compare(const layer* l, int32_t channels) {
  const qcnn_pooling* s = &l->shape;
  const float* actual = l->output;
  double worst = 0;
  for (int32_t channel = 0; channel < channels; channel++) {
    const float* plane = l->input + (int64_t)channel * s->input_height * s->input_width;
    for (int32_t row = 0; row < s->output_height; row++) {
      for (int32_t column = 0; column < s->output_width; column++) {
        double magnitude;
        double expected = pool(s, plane, row, column, &magnitude);
        double bound = CHECK_UNIT * (s->kernel_height * s->kernel_width + 2) * magnitude + 1e-37;
        double excess = *actual == expected ? 0 : fabs(*actual - expected) / bound;
        excess = s->maximum && *actual != expected ? INFINITY : excess;
        worst = excess <= worst ? worst : excess; /* keeps a NaN */
        actual++;
      }
    }
  }
  check_expect(worst <= 1,
               "maximum %d: %dx%d, %dx%d window, stride %dx%d, pad %d %d %d %d, dilation %dx%d to "
               "%dx%d: %g times the bound",
               (int)s->maximum, (int)s->input_height, (int)s->input_width, (int)s->kernel_height,
               (int)s->kernel_width, (int)s->stride_height, (int)s->stride_width, (int)s->pad_top,
               (int)s->pad_left, (int)s->pad_bottom, (int)s->pad_right, (int)s->dilation_height,
               (int)s->dilation_width, (int)s->output_height, (int)s->output_width, worst);
}

/* ceil: the last window may reach beyond the declared padding. */
static int32_t output_extent(int32_t input, int32_t pad, int32_t reach, int32_t stride, bool ceil) {
  int32_t span = input + pad - reach;
  return span < 0 ? 1 : (span + (ceil ? stride - 1 : 0)) / stride + 1;
}

static qcnn_pooling random_shape(void) {
  qcnn_pooling s = {
      .maximum = check_between(0, 1),
      .input_height = check_between(1, 20),
      .input_width = check_between(1, 40),
      .kernel_height = check_between(1, 5),
      .kernel_width = check_between(1, 5),
      .stride_height = check_between(1, 4),
      .stride_width = check_between(1, 4),
      .pad_top = check_between(0, 3),
      .pad_left = check_between(0, 3),
      .pad_bottom = check_between(0, 3),
      .pad_right = check_between(0, 3),
      .dilation_height = check_between(1, 2),
      .dilation_width = check_between(1, 2),
      .count_include_pad = check_between(0, 1),
  };
  bool ceil = check_below(2) != 0;
  s.output_height =
      output_extent(s.input_height, s.pad_top + s.pad_bottom,
                    (s.kernel_height - 1) * s.dilation_height + 1, s.stride_height, ceil);
  s.output_width = output_extent(s.input_width, s.pad_left + s.pad_right,
                                 (s.kernel_width - 1) * s.dilation_width + 1, s.stride_width, ceil);
  return s;
}

static layer make_layer(const qcnn_pooling* s, const float* input, int32_t channels) {
  return (layer){
      .shape = *s,
      .input = input,
      .output = check_floats((int64_t)channels * s->output_height * s->output_width),
      .scratch = check_allocate(qcnn_pooling_scratch_size(s)),
  };
}

static void free_layer(layer* l) {
  check_free(l->output);
  check_free(l->scratch);
}

/* Equal, or both NaN. The vectors of ARMv7 take denormal numbers for zeros. */
static bool same(float actual, float expected) {
#if defined(__arm__)
  if (fabsf(actual) < FLT_MIN && fabsf(expected) < FLT_MIN) {
    return true;
  }
#endif
  return actual == expected || (isnan(actual) && isnan(expected));
}

/* The vector kernels give the bits of the scalar ones, also for NaNs and infinities. */
static void compare_with_scalar(layer* l, const layer* scalar, int32_t channels) {
  check_in_ranges(channels, run, l);
  const qcnn_pooling* s = &l->shape;
  int64_t n = (int64_t)channels * s->output_height * s->output_width;
  for (int64_t i = 0; i < n; i++) {
    float expected = scalar->output[i], actual = l->output[i];
    check_expect(same(actual, expected), "%s, maximum %d, %dx%d window, stride %d: %g, scalar %g",
                 qcnn_isa_name(l->isa), (int)s->maximum, (int)s->kernel_height,
                 (int)s->kernel_width, (int)s->stride_width, (double)actual, (double)expected);
  }
}

static void check_random_shape(int32_t isas, check_data kind) {
  qcnn_pooling s = random_shape();
  int32_t channels = check_between(1, 4);
  int64_t n = (int64_t)channels * s.input_height * s.input_width;
  float* input = check_random_floats(n, kind);
  layer scalar = make_layer(&s, input, channels);
  check_in_ranges(channels, run, &scalar);
  compare(&scalar, channels);
  for (int special = 0; special < 2; special++) {
    for (int32_t isa = 1; isa < QCNN_ISA_COUNT; isa++) {
      if ((isas >> isa & 1) != 0) {
        layer l = make_layer(&s, input, channels);
        l.isa = isa;
        compare_with_scalar(&l, &scalar, channels);
        free_layer(&l);
      }
    }
    for (int i = 0; i < 4; i++) {
      input[check_below((uint32_t)n)] = (const float[]){NAN, INFINITY, -INFINITY, -0.0f}[i];
    }
    check_in_ranges(channels, run, &scalar);
  }
  check_free(input);
  free_layer(&scalar);
}

/* Any NaN in a window is its maximum. */
static void check_nan(void) {
  float input[25] = {0}, output[4];
  float scratch[64 + 2 * 32];
  qcnn_pooling s = {1, 5, 5, 2, 2, 3, 3, 2, 2, 0, 0, 0, 0, 1, 1, 0};
  check_expect(qcnn_pooling_scratch_size(&s) <= (int64_t)sizeof scratch, "much scratch memory");
  for (int i = 0; i < 25; i++) {
    input[i] = NAN;
    check_expect(qcnn_pooling_run(0, &s, input, output, scratch, 0, 1) == QCNN_OK, "refused");
    for (int o = 0; o < 4; o++) {
      int row = i / 5 - o / 2 * 2, column = i % 5 - o % 2 * 2;
      bool inside = row >= 0 && row < 3 && column >= 0 && column < 3;
      check_expect(inside ? isnan(output[o]) : output[o] == 0, "a NaN at %d, output %d", i, o);
    }
    input[i] = 0.0f;
  }
}

static void check_refusals(void) {
  const qcnn_pooling good = {1, 4, 4, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 0};
  float input[16] = {0};
  layer l = make_layer(&good, input, 1);
  check_expect(run(&l, 0, 1) == QCNN_OK, "refused a good shape");
  check_expect(run(&l, 1, 0) == QCNN_BAD_RANGE, "accepted a range that ends before it begins");
  check_expect(run(&l, -1, 0) == QCNN_BAD_RANGE, "accepted channel -1");
  l.isa = QCNN_ISA_COUNT;
  check_expect(run(&l, 0, 1) == QCNN_BAD_ISA, "accepted an instruction set that there is not");
  for (int i = 1; i < 15; i++) {
    l.shape = good;
    ((int32_t*)&l.shape)[i] = -1;
    check_expect(run(&l, 0, 0) == QCNN_BAD_SHAPE, "accepted member %d = -1", i);
  }
  free_layer(&l);
}

typedef struct {
  int32_t isa, maximum, plane;
  const float* input;
  float* output;
} global_layer;

static int32_t run_global(void* context, int32_t first, int32_t last) {
  global_layer* l = context;
  return qcnn_global_pooling_run(l->isa, l->maximum, l->plane, l->input, l->output, first, last);
}

static void check_global(int32_t isa, int32_t maximum, check_data kind) {
  int32_t channels = check_between(1, 5), plane = check_between(1, 200);
  float* input = check_random_floats((int64_t)channels * plane, kind);
  global_layer l = {isa, maximum, plane, input, check_floats(channels)};
  check_in_ranges(channels, run_global, &l);
  for (int32_t channel = 0; channel < channels; channel++) {
    double sum = 0, magnitude = 0, largest = -INFINITY;
    for (int32_t i = 0; i < plane; i++) {
      double value = input[channel * plane + i];
      sum += value;
      magnitude += fabs(value);
      largest = fmax(largest, value);
    }
    double bound = CHECK_UNIT * (plane + 2) * magnitude / plane + 1e-37;
    bool ok = maximum ? same(l.output[channel], (float)largest)
                      : fabs(l.output[channel] - sum / plane) <= bound;
    check_expect(ok, "%s, global, maximum %d, plane %d", qcnn_isa_name(isa), (int)maximum,
                 (int)plane);
  }
  input[check_below((uint32_t)plane)] = NAN;
  check_expect(run_global(&l, 0, 1) == QCNN_OK && isnan(l.output[0]), "%s, global, NaN lost",
               qcnn_isa_name(isa));
  check_free(input);
  check_free(l.output);
}

static void bench_shape(int32_t isas, const char* name, int32_t channels, const qcnn_pooling* s) {
  float* input =
      check_random_floats((int64_t)channels * s->input_height * s->input_width, CHECK_UNIFORM);
  layer l = make_layer(s, input, channels);
  for (l.isa = 0; l.isa < QCNN_ISA_COUNT; l.isa++) {
    if ((isas >> l.isa & 1) != 0) {
      printf("  %-24s %-8s %8.3f ms\n", name, qcnn_isa_name(l.isa),
             check_time(channels, run, &l) * 1e3);
    }
  }
  check_free(input);
  free_layer(&l);
}

static void bench(int32_t isas) {
  static const struct {
    const char* name;
    int32_t channels;
    qcnn_pooling shape;
  } cases[] = {
      {"96 maximum 3x3/2 @55", 96, {1, 55, 55, 27, 27, 3, 3, 2, 2, 0, 0, 0, 0, 1, 1, 0}},
      {"256 maximum 3x3/2 @13", 256, {1, 13, 13, 6, 6, 3, 3, 2, 2, 0, 0, 0, 0, 1, 1, 0}},
      {"64 maximum 3x3/2 @112", 64, {1, 112, 112, 56, 56, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 0}},
      {"64 maximum 2x2/2 @224", 64, {1, 224, 224, 112, 112, 2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 0}},
      {"192 maximum 3x3 @28", 192, {1, 28, 28, 28, 28, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 0}},
      {"64 average 3x3/2 @112", 64, {0, 112, 112, 56, 56, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 0}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bench_shape(isas, cases[i].name, cases[i].channels, &cases[i].shape);
  }
}

int check_pooling(const check_options* options) {
  check_begin("pooling", options);
  for (int i = 0; i < 600; i++) {
    check_random_shape(options->isas, i % CHECK_DATA_KINDS);
    for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
      if ((options->isas >> isa & 1) != 0) {
        check_global(isa, i % 2, i / 2 % CHECK_DATA_KINDS);
      }
    }
  }
  check_nan();
  check_refusals();
  if (options->bench) {
    bench(options->isas);
  }
  return check_end();
}

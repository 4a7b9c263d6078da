/*
 * Dense and depthwise convolution against a direct loop in double precision. A float sum of n
 * products in any order is off by at most (n + 2) * 2^-24 * (sum of |products|), to first order.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "check.h"

typedef struct {
  qcnn_convolution shape;
  int32_t batch;
  const float *weights, *bias, *input;
  void *packed, *scratch;
  qcnn_activation activation;
  float* output;
} layer;

static int64_t weight_count(const qcnn_convolution* s) {
  return (int64_t)s->output_channels * (s->input_channels / s->groups) * s->kernel_height *
         s->kernel_width;
}

static int64_t input_count(const qcnn_convolution* s) {
  return (int64_t)s->input_channels * s->input_height * s->input_width;
}

static int64_t output_count(const qcnn_convolution* s) {
  return (int64_t)s->output_channels * s->output_height * s->output_width;
}

static int32_t run(void* context, int32_t first, int32_t last) {
  layer* l = context;
  return qcnn_convolution_run(&l->shape, l->batch, l->packed, l->bias, &l->activation, l->input,
                              l->output, l->scratch, first, last);
}

/* One response, and in *magnitude the sum of the absolute products. */
static double response(const layer* l, int32_t image, int32_t filter, int32_t row, int32_t column,
                       double* magnitude) {
  const qcnn_convolution* s = &l->shape;
  int32_t channels = s->input_channels / s->groups;
  int32_t group = filter / (s->output_channels / s->groups);
  double sum = l->bias ? l->bias[filter] : 0;
  *magnitude = fabs(sum);
  for (int32_t c = 0; c < channels; c++) {
    for (int32_t ky = 0; ky < s->kernel_height; ky++) {
      for (int32_t kx = 0; kx < s->kernel_width; kx++) {
        int32_t y = row * s->stride_height - s->pad_top + ky * s->dilation_height;
        int32_t x = column * s->stride_width - s->pad_left + kx * s->dilation_width;
        if (y < 0 || y >= s->input_height || x < 0 || x >= s->input_width) {
          continue;
        }
        int64_t plane = (int64_t)image * s->input_channels + group * channels + c;
        int64_t pixel = (plane * s->input_height + y) * s->input_width + x;
        int64_t weight =
            (((int64_t)filter * channels + c) * s->kernel_height + ky) * s->kernel_width + kx;
        double product = (double)l->weights[weight] * l->input[pixel];
        sum += product;
        *magnitude += fabs(product);
      }
    }
  }
  return sum;
}

static void compare(const layer* l, const char* isa) {
  const qcnn_convolution* s = &l->shape;
  double terms = (double)weight_count(s) / s->output_channels;
  const float* actual = l->output;
  double worst = 0;
  for (int32_t image = 0; image < l->batch; image++) {
    for (int32_t filter = 0; filter < s->output_channels; filter++) {
      for (int32_t row = 0; row < s->output_height; row++) {
        for (int32_t column = 0; column < s->output_width; column++) {
          double magnitude;
          double exact = response(l, image, filter, row, column, &magnitude);
          double expected = check_activate(&l->activation, exact);
          double bound = CHECK_ACTIVATION_SLOPE * (terms + 6) * (CHECK_UNIT * magnitude + FLT_MIN) +
                         4 * CHECK_UNIT * (fabs(expected) + 1);
          double excess = fabs(*actual++ - expected) / bound;
          worst = excess <= worst ? worst : excess; /* keeps a NaN */
        }
      }
    }
  }
  check_expect(worst <= 1,
               "%s: %d images of %dx%dx%d, %dx%d kernel, stride %dx%d, pad %dx%d, dilation %dx%d, "
               "%d groups, to %dx%dx%d, activation %d: %g times the bound",
               isa, (int)l->batch, (int)s->input_channels, (int)s->input_height,
               (int)s->input_width, (int)s->kernel_height, (int)s->kernel_width,
               (int)s->stride_height, (int)s->stride_width, (int)s->pad_top, (int)s->pad_left,
               (int)s->dilation_height, (int)s->dilation_width, (int)s->groups,
               (int)s->output_channels, (int)s->output_height, (int)s->output_width,
               (int)l->activation.kind, worst);
}

/* The outputs that padding `pad` on both sides and `excess` more behind the image give. */
static int32_t output_extent(int32_t input, int32_t kernel, int32_t stride, int32_t pad,
                             int32_t dilation, int32_t excess) {
  int32_t span = input + 2 * pad + excess - (kernel - 1) * dilation - 1;
  return span < 0 ? 1 : span / stride + 1;
}

static qcnn_convolution with_outputs(qcnn_convolution s, int32_t excess) {
  s.output_height = output_extent(s.input_height, s.kernel_height, s.stride_height, s.pad_top,
                                  s.dilation_height, excess);
  s.output_width = output_extent(s.input_width, s.kernel_width, s.stride_width, s.pad_left,
                                 s.dilation_width, excess);
  return s;
}

/* Every third shape is depthwise, every third as most networks have it, the others are anything. */
static qcnn_convolution random_shape(int index) {
  bool usual = index % 3 == 1;
  int32_t groups = check_below(2) ? 1 : check_between(1, 5);
  int32_t channels = index % 3 == 0 ? 1 : check_between(1, check_below(8) ? 6 : 150);
  int32_t kernel = check_between(1, 3) * 2 - 1;
  int32_t stride = check_between(1, 2);
  qcnn_convolution s = {
      .input_channels = groups * channels,
      .input_height = check_between(1, 20),
      .input_width = check_between(1, check_below(4) ? 20 : 200),
      .output_channels = groups * check_between(1, check_below(4) ? 20 : 90),
      .kernel_height = usual ? kernel : check_between(1, 7),
      .kernel_width = usual ? kernel : check_between(1, 7),
      .stride_height = usual ? stride : check_between(1, 4),
      .stride_width = usual ? stride : check_between(1, 4),
      .pad_top = usual ? kernel / 2 : check_between(0, 8),
      .pad_left = usual ? kernel / 2 : check_between(0, 8),
      .dilation_height = usual ? 1 : check_between(1, 3),
      .dilation_width = usual ? 1 : check_between(1, 3),
      .groups = groups,
  };
  return with_outputs(s, usual ? 0 : check_between(-s.pad_left, 6));
}

static void open_layer(layer* l, int32_t isa) {
  l->packed = check_allocate(qcnn_convolution_packed_size(&l->shape, isa));
  l->scratch = check_allocate(qcnn_convolution_scratch_size(&l->shape, isa));
  l->output = check_floats(l->batch * output_count(&l->shape));
  int32_t status = qcnn_convolution_pack(&l->shape, isa, l->weights, l->packed);
  check_expect(status == QCNN_OK, "pack: status %d", (int)status);
}

static void close_layer(layer* l) {
  check_free(l->packed);
  check_free(l->scratch);
  check_free(l->output);
}

static void check_shape(const qcnn_convolution* shape, int32_t batch, check_data kind,
                        int32_t isas) {
  float* weights = check_random_floats(weight_count(shape), kind);
  float* bias = check_random_floats(shape->output_channels, kind);
  float* input = check_random_floats(batch * input_count(shape), kind);
  layer l = {
      .shape = *shape,
      .batch = batch,
      .weights = weights,
      .bias = check_below(4) ? bias : NULL,
      .input = input,
      .activation = check_random_activation(),
  };
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((isas >> isa & 1) != 0) {
      open_layer(&l, isa);
      check_in_ranges(qcnn_convolution_tasks(&l.shape, batch), run, &l);
      compare(&l, qcnn_isa_name(isa));
      close_layer(&l);
    }
  }
  check_free(weights);
  check_free(bias);
  check_free(input);
}

/* A 3x3 convolution that fits: the starting point of those that must be refused. */
static const qcnn_convolution good = {4, 8, 8, 6, 8, 8, 3, 3, 1, 1, 1, 1, 1, 1, 2};

static void expect_refused(const char* what, const qcnn_convolution* shape) {
  check_expect(qcnn_convolution_tasks(shape, 1) == -QCNN_BAD_SHAPE &&
                   qcnn_convolution_packed_size(shape, QCNN_ISA_SCALAR) == -QCNN_BAD_SHAPE &&
                   qcnn_convolution_scratch_size(shape, QCNN_ISA_SCALAR) == -QCNN_BAD_SHAPE,
               "accepted a shape with %s", what);
}

static void check_refusals(void) {
  for (int i = 0; i < (int)(sizeof good / sizeof(int32_t)); i++) {
    qcnn_convolution bad = good;
    ((int32_t*)&bad)[i] = -1;
    expect_refused("a negative member", &bad);
    ((int32_t*)&bad)[i] = INT32_MAX;
    expect_refused("a huge member", &bad);
  }
  check_expect(qcnn_convolution_packed_size(&good, QCNN_ISA_COUNT) == -QCNN_BAD_ISA,
               "accepted an unknown instruction set");
  check_expect(qcnn_convolution_tasks(&good, 0) == -QCNN_BAD_SHAPE, "accepted no images");
  check_expect(qcnn_convolution_tasks(&good, INT32_MAX) == -QCNN_BAD_SHAPE, "too many tasks");

  float* weights = check_random_floats(weight_count(&good), CHECK_UNIFORM);
  layer l = {.shape = good, .batch = 1, .weights = weights};
  open_layer(&l, QCNN_ISA_SCALAR);
  int32_t tasks = qcnn_convolution_tasks(&good, 1);
  check_expect(run(&l, 0, tasks + 1) == QCNN_BAD_RANGE, "accepted a task too many");
  check_expect(run(&l, -1, 1) == QCNN_BAD_RANGE, "accepted task -1");
  check_expect(run(&l, 1, 0) == QCNN_BAD_RANGE, "accepted a range that ends before it begins");
  check_expect(run(&l, 0, 0) == QCNN_OK, "refused an empty range");
  l.activation.kind = -1;
  check_expect(run(&l, 0, tasks) == QCNN_BAD_RANGE, "accepted an unknown activation");
  l.activation.kind = QCNN_ACTIVATION_NONE;
  l.shape.pad_left = 2;
  check_expect(run(&l, 0, tasks) == QCNN_BAD_PACKED, "accepted the weights of another shape");
  l.shape = good;
  for (int i = 0; i < 3; i++) { /* magic, ABI version, instruction set */
    uint32_t* header = l.packed;
    uint32_t right = header[i];
    header[i] = 0xfffffffeu;
    check_expect(run(&l, 0, tasks) == QCNN_BAD_PACKED, "accepted a wrong header word %d", i);
    header[i] = right;
  }
  close_layer(&l);
  check_free(weights);
}

static void bench(int32_t isas) {
  static const struct {
    const char* name;
    qcnn_convolution shape;
  } cases[] = {
      {"3->64 7x7/2 @224", {3, 224, 224, 64, 0, 0, 7, 7, 2, 2, 3, 3, 1, 1, 1}},
      {"64->64 3x3 @56", {64, 56, 56, 64, 0, 0, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"128->256 3x3/2 @56", {128, 56, 56, 256, 0, 0, 3, 3, 2, 2, 1, 1, 1, 1, 1}},
      {"256->256 3x3 @14", {256, 14, 14, 256, 0, 0, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"512->512 3x3 @7", {512, 7, 7, 512, 0, 0, 3, 3, 1, 1, 1, 1, 1, 1, 1}},
      {"256->512 1x1 @28", {256, 28, 28, 512, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1}},
      {"96 3x3 depthwise @112", {96, 112, 112, 96, 0, 0, 3, 3, 1, 1, 1, 1, 1, 1, 96}},
      {"96 3x3/2 depthwise @112", {96, 112, 112, 96, 0, 0, 3, 3, 2, 2, 1, 1, 1, 1, 96}},
      {"672 5x5 depthwise @14", {672, 14, 14, 672, 0, 0, 5, 5, 1, 1, 2, 2, 1, 1, 672}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    qcnn_convolution shape = with_outputs(cases[i].shape, 0);
    float* weights = check_random_floats(weight_count(&shape), CHECK_UNIFORM);
    float* input = check_random_floats(input_count(&shape), CHECK_UNIFORM);
    layer l = {.shape = shape, .batch = 1, .weights = weights, .input = input};
    double macs =
        (double)output_count(&shape) * (double)weight_count(&shape) / shape.output_channels;
    for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
      if ((isas >> isa & 1) != 0) {
        open_layer(&l, isa);
        double seconds = check_time(qcnn_convolution_tasks(&shape, 1), run, &l);
        printf("  %-24s %-7s %8.3f ms %7.2f GMAC/s\n", cases[i].name, qcnn_isa_name(isa),
               seconds * 1e3, macs / seconds * 1e-9);
        close_layer(&l);
      }
    }
    check_free(weights);
    check_free(input);
  }
}

int check_convolution(const check_options* options) {
  check_begin("convolution", options);
  for (int i = 0; i < 240; i++) {
    qcnn_convolution shape = random_shape(i);
    check_shape(&shape, check_between(1, 2), i % CHECK_DATA_KINDS, options->isas);
  }
  /* Several blocks of filters, of depth and of positions, none of them full. */
  check_shape(&(qcnn_convolution){130, 13, 13, 271, 13, 13, 3, 3, 1, 1, 1, 1, 1, 1, 1}, 1,
              CHECK_UNIFORM, options->isas);
  check_refusals();
  if (options->bench) {
    bench(options->isas);
  }
  return check_end();
}

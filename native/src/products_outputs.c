/* Outputs of convolutions by products: as maps of floats, or as inputs of the layer that reads them. */
#include "products_outputs.h"

#include "activation.h"
#include "shape.h"

/* The number of the first filter among those of all groups. */
static int32_t channel_of(const qcnn_products_calls* calls, const qcnn_products_place* at) {
  return at->group * calls->layout->filters + at->filter_block * QCNN_PRODUCT_FILTERS;
}

static int32_t filters_of(const qcnn_products_calls* calls, const qcnn_products_place* at) {
  return qcnn_min(QCNN_PRODUCT_FILTERS,
                  calls->layout->filters - at->filter_block * QCNN_PRODUCT_FILTERS);
}

/* Memory of outputs: of the first filter, and by how much those of the next filter, column and row lie behind. */
typedef struct {
  char* first;
  ptrdiff_t filter, column, row;
} output_memory;

static output_memory memory_of_maps(const qcnn_products_calls* calls,
                                    const qcnn_products_place* at) {
  const qcnn_convolution* convolution = &calls->shape->convolution;
  const int32_t shrunk = calls->shape->pooled ? 2 : 1;
  const ptrdiff_t width = convolution->output_width / shrunk;
  const ptrdiff_t map = convolution->output_height / shrunk * width;
  const ptrdiff_t maps =
      (ptrdiff_t)at->image * convolution->output_channels + channel_of(calls, at);
  const ptrdiff_t size = sizeof *calls->output;
  return (output_memory){
      .first = (char*)(calls->output + maps * map + at->y * width + at->x),
      .filter = map * size,
      .column = size,
      .row = width * size,
  };
}

static output_memory memory_of_reader(const qcnn_products_calls* calls,
                                      const qcnn_products_place* at) {
  const qcnn_products_reader* reader = calls->reader;
  const qcnn_convolution* next = reader->convolution;
  const ptrdiff_t channels = reader->layout.channels;
  const int32_t channel = channel_of(calls, at);
  const ptrdiff_t group = (ptrdiff_t)at->image * next->groups + channel / channels;
  const ptrdiff_t pixel =
      (ptrdiff_t)(at->y + next->pad_top) * reader->layout.columns + at->x + next->pad_left;
  return (output_memory){
      .first = (char*)reader->prepared + group * reader->layout.group_bytes + pixel * channels +
               channel % channels,
      .filter = 1,
      .column = channels,
      .row = reader->layout.columns * channels,
  };
}

void qcnn_products_fetch(const qcnn_products_calls* calls, const qcnn_products_place* at,
                         int32_t rows, int32_t columns) {
  if (calls->reader != NULL) {
    return; /* a quarter or half of the bytes, side by side: no faster */
  }
  const output_memory memory = memory_of_maps(calls, at);
  const ptrdiff_t last = (columns - 1) * memory.column;
  for (int32_t row = 0; row < rows; row++) {
    for (int32_t f = 0; f < filters_of(calls, at); f++) {
      const char* from = memory.first + row * memory.row + f * memory.filter;
      __builtin_prefetch(from, 1);
      __builtin_prefetch(from + last, 1);
    }
  }
}

void qcnn_products_write(const qcnn_products_calls* calls, const qcnn_products_place* at,
                         const int32_t* sums, int32_t columns) {
  const int32_t channel = channel_of(calls, at);
  const qcnn_product_kernels* kernels = calls->weights->kernels;
  const qcnn_product_outputs outputs = {
      .filters = filters_of(calls, at),
      .scale = calls->weights->scale + qcnn_products_block(calls, at) * QCNN_PRODUCT_FILTERS,
      .bias = calls->bias + channel,
      .floor = qcnn_activation_floor(calls->activation),
  };
  if (calls->reader != NULL) {
    const output_memory memory = memory_of_reader(calls, at);
    const qcnn_product_quantizer* all = &calls->reader->weights.quantizer;
    const int32_t inside = channel % calls->reader->layout.channels;
    const qcnn_product_quantizer quantizer = {all->scale + inside, all->zero + inside};
    uint8_t* to = (uint8_t*)memory.first;
    if (calls->reader->layout.planes == 1) {
      kernels->hand_over(sums, columns, &outputs, &quantizer, to, memory.column);
    } else {
      kernels->hand_over_words(sums, columns, &outputs, quantizer.scale, to, memory.column,
                               calls->reader->layout.plane_bytes);
    }
    return;
  }
  const output_memory memory = memory_of_maps(calls, at);
  float* maps = (float*)(void*)memory.first;
  const ptrdiff_t map = memory.filter / (ptrdiff_t)sizeof *maps;
  kernels->finish(sums, columns, &outputs, maps, map);
  if (calls->activation->kind > QCNN_ACTIVATION_RELU) {
    for (int32_t f = 0; f < outputs.filters; f++) {
      qcnn_activate_row(calls->activation, maps + f * map, columns);
    }
  }
}

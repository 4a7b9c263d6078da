/* Packing the weights of convolutions by products, and opening what was packed. */
#include <math.h>

#include "cpu.h"
#include "products.h"
#include "shape.h"

#define MAGIC 0x51435052u /* "RPCQ" */

/* Where everything lies, in bytes. */
typedef struct {
  int64_t scales, zeros, start, factors, weights, end;
  int64_t starts; /* of one pass */
} packed_places;

static packed_places places_of(const qcnn_lookup_convolution* shape,
                               const qcnn_products_layout* layout) {
  const int64_t channels = qcnn_round_up(layout->channels, QCNN_PRODUCT_FILTERS);
  const int64_t blocks = (int64_t)shape->convolution.groups * layout->filter_blocks;
  packed_places at;
  at.starts = blocks * QCNN_PRODUCT_FILTERS * (int64_t)sizeof(int32_t);
  at.scales = (int64_t)sizeof(qcnn_packed_header);
  at.zeros = at.scales + channels * (int64_t)sizeof(float);
  at.start = at.zeros + channels * (int64_t)sizeof(int32_t);
  at.factors = at.start + layout->passes * at.starts;
  at.weights = at.factors + blocks * QCNN_PRODUCT_FILTERS * (int64_t)sizeof(float);
  at.end = at.weights + blocks * qcnn_products_weight_bytes(layout);
  return at;
}

int64_t qcnn_products_packed_size(const qcnn_lookup_convolution* shape, int32_t isa) {
  qcnn_products_layout layout;
  int32_t status = qcnn_products_layout_of(shape, isa, &layout);
  if (status == QCNN_OK && !qcnn_isa_supported(isa)) {
    status = QCNN_BAD_ISA;
  }
  return status != QCNN_OK ? -status : places_of(shape, &layout).end;
}

/* One filter: its sub-codewords, and where its integers go. */
typedef struct {
  const qcnn_lookup_convolution* shape;
  const qcnn_products_layout* layout;
  const float* codebooks;
  const uint8_t* codes; /* [tap][subspace] of the filter */
  const float* scales;  /* of inputs, [channel] */
  const int32_t* zeros; /* [channel] */
  int8_t* weights;      /* of its block, the first one's byte of this filter */
} filter_source;

static const float* codeword_of(const filter_source* source, int32_t tap, int32_t subspace) {
  const qcnn_lookup_convolution* shape = source->shape;
  int64_t code = source->codes[(ptrdiff_t)tap * shape->subspaces + subspace];
  return source->codebooks +
         ((ptrdiff_t)subspace * shape->sub_codewords + code) * shape->sub_codeword_size;
}

/* The channels of a subspace that exist. */
static int32_t size_of(const filter_source* source, int32_t subspace) {
  const int32_t size = source->shape->sub_codeword_size;
  return qcnn_min(size, source->layout->channels - subspace * size);
}

/*
 * The bits of a component without its sign. As integers they are in the order of what they stand for, and those of
 * what is no number are above all others.
 */
static int32_t magnitude_bits(float component) {
  int32_t bits;
  memcpy(&bits, &component, sizeof bits);
  return bits & INT32_MAX;
}

/* The largest weight in units of inputs; not finite if a codeword is not. */
static double largest_weight(const filter_source* source, int32_t taps) {
  double largest = 0;
  for (int32_t m = 0; m < source->shape->subspaces; m++) {
    const int32_t size = size_of(source, m);
    int32_t most = 0;
    for (int32_t tap = 0; tap < taps; tap++) {
      const float* codeword = codeword_of(source, tap, m);
      for (int32_t d = 0; d < size; d++) {
        const int32_t bits = magnitude_bits(codeword[d]);
        most = bits > most ? bits : most;
      }
    }
    float element;
    memcpy(&element, &most, sizeof element);
    if (isnan(element)) {
      return NAN;
    }
    double scaled = (double)element / (double)source->scales[m * source->shape->sub_codeword_size];
    largest = scaled > largest ? scaled : largest;
  }
  return largest;
}

/* The largest integer of a weight: of two bytes both reach 127. */
static double largest_integer(const qcnn_products_layout* layout) {
  return layout->passes == 1 ? 127 : 127 * 256 + 127;
}

/*
 * Writes the weights of a filter in the order in which its inputs lie, a block at a time: one byte each, or an upper and
 * a lower one that has a sign, too.
 */
typedef struct {
  const qcnn_products_layout* layout;
  int8_t* to; /* of the block, the first byte of the filter */
  int32_t filled;
  int8_t upper[QCNN_PRODUCT_BLOCK], lower[QCNN_PRODUCT_BLOCK];
} weight_writer;

static void write_bytes(const int8_t* bytes, int32_t count, int8_t* to) {
  for (int32_t i = 0; i < count; i += 4) {
    memcpy(to + 16 * (ptrdiff_t)i, bytes + i, 4);
  }
}

/* Of what is not filled, at most the end of four bytes is written: it is 0, as the rest is already. */
static void end_block(weight_writer* writer) {
  if (writer->filled == 0) {
    return;
  }
  write_bytes(writer->upper, writer->filled, writer->to);
  if (writer->layout->passes > 1) {
    write_bytes(writer->lower, writer->filled,
                writer->to + qcnn_products_part_bytes(writer->layout));
  }
  memset(writer->upper, 0, sizeof writer->upper);
  memset(writer->lower, 0, sizeof writer->lower);
  writer->to += QCNN_PRODUCT_WEIGHTS;
  writer->filled = 0;
}

/* The sums of a filter's integers, of their upper bytes, and of each times the zero of its subspace. */
typedef struct {
  int64_t all, upper, zeros;
} weight_sums;

/* To nearest, ties to even. The factor takes the largest weight of the filter to the limit, so that none goes beyond. */
static void round_weights(const float* codeword, int32_t count, double factor,
                          int32_t* restrict rounded) {
  for (int32_t d = 0; d < count; d++) {
    rounded[d] = (int32_t)(((double)codeword[d] * factor + 0x1.8p52) - 0x1.8p52);
  }
}

/* Writes so many weights, which the block has room for; adds them up. */
static void write_weights(weight_writer* writer, const int32_t* weights, int32_t count,
                          int32_t zero, weight_sums* sums) {
  int8_t* const upper = writer->upper + writer->filled;
  int8_t* const lower = writer->lower + writer->filled;
  const bool split = writer->layout->passes > 1;
  int32_t all = 0, upper_bytes = 0;
  for (int32_t i = 0; i < count; i++) {
    const int32_t byte = split ? (weights[i] + 128) >> 8 : weights[i];
    upper[i] = (int8_t)byte;
    lower[i] = (int8_t)(weights[i] - 256 * byte); /* left out by end_block unless split */
    all += weights[i];
    upper_bytes += byte;
  }
  sums->all += all;
  sums->upper += upper_bytes;
  sums->zeros += (int64_t)all * zero;
  writer->filled += count;
}

/* Writes the integers of one sub-codeword, which is multiplied by the factor. */
static void pack_codeword(weight_writer* writer, const float* codeword, int32_t size, double factor,
                          int32_t zero, weight_sums* sums) {
  int32_t rounded[QCNN_PRODUCT_BLOCK];
  int32_t count;
  for (int32_t d = 0; d < size; d += count) {
    count = qcnn_min(size - d, QCNN_PRODUCT_BLOCK - writer->filled);
    round_weights(codeword + d, count, factor, rounded);
    write_weights(writer, rounded, count, zero, sums);
    if (writer->filled == QCNN_PRODUCT_BLOCK) {
      end_block(writer);
    }
  }
}

/* Writes the integers, run by run. */
static weight_sums pack_weights(const filter_source* source, int32_t taps, double largest) {
  const double scale = largest > 0 ? largest_integer(source->layout) / largest : 0;
  const int32_t taps_of_run = source->layout->run_bytes / source->layout->channels;
  const int32_t sub_codeword_size = source->shape->sub_codeword_size;
  weight_writer writer = {.layout = source->layout, .to = source->weights};
  weight_sums sums = {0, 0, 0};
  for (int32_t tap = 0; tap < taps; tap++) {
    if (tap % taps_of_run == 0) {
      end_block(&writer);
    }
    for (int32_t m = 0; m < source->shape->subspaces; m++) {
      const int32_t channel = m * sub_codeword_size; /* the first one */
      pack_codeword(&writer, codeword_of(source, tap, m), size_of(source, m),
                    scale / (double)source->scales[channel], source->zeros[channel], &sums);
    }
  }
  end_block(&writer);
  return sums;
}

/*
 * What the sum of a pass starts from, modulo 2^32 as it is, so that what bytes of inputs differ by from the
 * numbers they stand for does not count: high and low bytes differ by the offset and by 128 less.
 */
static int32_t start_of(const weight_sums* sums, int32_t pass, int64_t offset) {
  const int64_t lower = sums->all - 256 * sums->upper;
  const int64_t start = pass == 0   ? -sums->zeros - offset * sums->upper
                        : pass == 1 ? (128 - offset) * sums->upper
                                    : -offset * lower;
  return (int32_t)(uint32_t)(uint64_t)start;
}

/* Writes how the inputs of each channel become integers; returns whether that is possible. */
static bool pack_quantizer(const qcnn_lookup_convolution* shape, int32_t channels,
                           float input_range, const float* input_bounds, float* scales,
                           int32_t* zeros) {
  bool possible = true;
  for (int32_t c = 0; c < channels; c++) {
    const ptrdiff_t m = c / shape->sub_codeword_size;
    possible &= input_bounds == NULL
                    ? qcnn_word_input_scale(input_range, &scales[c])
                    : qcnn_byte_input_scale(input_bounds + 2 * m, &scales[c], &zeros[c]);
  }
  return possible;
}

int32_t qcnn_products_pack(const qcnn_lookup_convolution* shape, int32_t isa,
                           const float* codebooks, const uint8_t* codes, float input_range,
                           const float* input_bounds, void* packed) {
  int64_t size = qcnn_products_packed_size(shape, isa);
  if (size < 0) {
    return (int32_t)-size;
  }
  const qcnn_convolution* convolution = &shape->convolution;
  const int32_t taps = convolution->kernel_height * convolution->kernel_width;
  const int64_t filter_codes = (int64_t)taps * shape->subspaces;
  if ((input_bounds == NULL) != (shape->operand_bits == 16) ||
      qcnn_largest_code(codes, filter_codes * convolution->output_channels) >=
          shape->sub_codewords) {
    return QCNN_BAD_RANGE;
  }
  qcnn_products_layout layout;
  qcnn_products_layout_of(shape, isa, &layout);
  const packed_places at = places_of(shape, &layout);
  char* bytes = packed;
  memset(packed, 0, (size_t)size);
  qcnn_packed_begin(packed, MAGIC, isa, (const int32_t*)shape,
                    QCNN_SHAPE_INTS(qcnn_lookup_convolution), size);
  float* scales = (float*)(void*)(bytes + at.scales);
  int32_t* zeros = (int32_t*)(void*)(bytes + at.zeros);
  if (!pack_quantizer(shape, layout.channels, input_range, input_bounds, scales, zeros)) {
    return QCNN_BAD_RANGE;
  }
  filter_source source = {
      .shape = shape, .layout = &layout, .codebooks = codebooks, .scales = scales, .zeros = zeros};
  const int64_t block_bytes = qcnn_products_weight_bytes(&layout);
  for (int32_t f = 0; f < convolution->output_channels; f++) {
    const int32_t inside = f % layout.filters;
    const int64_t block =
        (int64_t)f / layout.filters * layout.filter_blocks + inside / QCNN_PRODUCT_FILTERS;
    const int32_t place = inside % QCNN_PRODUCT_FILTERS;
    source.codes = codes + f * filter_codes;
    source.weights = (int8_t*)bytes + at.weights + block * block_bytes +
                     place / 16 * (QCNN_PRODUCT_WEIGHTS / 2) + place % 16 * 4;
    const double largest = largest_weight(&source, taps);
    const double unit = layout.passes == 1 ? 1 : 65536;
    const float factor = (float)(largest / largest_integer(&layout) * unit);
    if (!isfinite(factor)) {
      return QCNN_BAD_RANGE;
    }
    const ptrdiff_t number = block * QCNN_PRODUCT_FILTERS + place;
    ((float*)(void*)(bytes + at.factors))[number] = factor;
    const weight_sums sums = pack_weights(&source, taps, largest);
    for (int32_t pass = 0; pass < layout.passes; pass++) {
      ((int32_t*)(void*)(bytes + at.start + pass * at.starts))[number] =
          start_of(&sums, pass, qcnn_product_kernels_for(isa)->input_offset);
    }
  }
  return QCNN_OK;
}

int32_t qcnn_products_packed_open(const qcnn_lookup_convolution* shape, const void* packed,
                                  qcnn_products_layout* layout, qcnn_products_packed* out) {
  int32_t status = qcnn_packed_verify(packed, MAGIC, (const int32_t*)shape,
                                      QCNN_SHAPE_INTS(qcnn_lookup_convolution));
  const qcnn_packed_header* header = packed;
  if (status == QCNN_OK) {
    status = qcnn_products_layout_of(shape, header->isa, layout);
  }
  if (status != QCNN_OK) {
    return status;
  }
  const packed_places at = places_of(shape, layout);
  const char* bytes = packed;
  *out = (qcnn_products_packed){
      .header = header,
      .kernels = qcnn_product_kernels_for(header->isa),
      .quantizer = {(const void*)(bytes + at.scales), (const void*)(bytes + at.zeros)},
      .start = {(const void*)(bytes + at.start), (const void*)(bytes + at.start + at.starts),
                (const void*)(bytes + at.start + 2 * at.starts)},
      .scale = (const void*)(bytes + at.factors),
      .weights = (const int8_t*)bytes + at.weights,
  };
  return QCNN_OK;
}

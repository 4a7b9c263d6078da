#include "lookup_codes.h"

#include "lookup_sums.h"
#include "shape.h"

/* Writes the codes of a filter for the taps of a phase, `step` bytes apart. */
static void pack_filter(const qcnn_code_source* source, int32_t subspace, int32_t phase,
                        int32_t filter, ptrdiff_t step, uint8_t* packed) {
  const qcnn_axis* vertical = &source->layout->vertical;
  const qcnn_axis* horizontal = &source->layout->horizontal;
  int64_t channel = (int64_t)source->group * source->layout->filters + filter;
  int32_t m = source->subspaces == NULL ? subspace : source->subspaces[subspace].subspace;
  for (int32_t y = phase / horizontal->phases; y < vertical->taps; y += vertical->period) {
    for (int32_t x = phase % horizontal->phases; x < horizontal->taps; x += horizontal->period) {
      int64_t tap = (channel * vertical->taps + y) * horizontal->taps + x;
      *packed = source->codes[tap * source->shape->subspaces + m];
      packed += step;
    }
  }
}

/* Appends the codes of a group for positions in lanes: [subspace][phase][filter][tap]. */
static uint8_t* pack_in_positions(const qcnn_code_source* source, uint8_t* packed) {
  const qcnn_lookup_layout* layout = source->layout;
  for (int32_t m = 0; m < source->shape->subspaces; m++) {
    for (int32_t phase = 0; phase < layout->phases; phase++) {
      for (int32_t f = 0; f < layout->filters; f++) {
        pack_filter(source, m, phase, f, 1, packed);
        packed += qcnn_phase_taps(layout, phase);
      }
    }
  }
  return packed;
}

/* Appends the codes of one strip of filters for a chunk: [pass][tap][filter of the strip]. */
static uint8_t* pack_strip(const qcnn_code_source* source, const qcnn_chunk* chunk, int32_t first,
                           int32_t strip, uint8_t* packed) {
  for (int32_t i = 0; i < chunk->passes; i++) {
    int32_t phase = chunk->pass[i].phase;
    for (int32_t place = 0; place < strip; place++) {
      int32_t filter = first + place / QCNN_FILTER_BLOCK * QCNN_FILTER_BLOCK +
                       source->filter_tables->filter_at(place % QCNN_FILTER_BLOCK);
      if (filter < source->layout->filters) {
        pack_filter(source, chunk->pass[i].subspace, phase, filter, strip, packed + place);
      }
    }
    packed += (ptrdiff_t)strip * qcnn_phase_taps(source->layout, phase);
  }
  return packed;
}

/* Appends the codes of a group for filters in lanes: [chunk][strip][pass][tap][filter]. */
static uint8_t* pack_in_filters(const qcnn_code_source* source, uint8_t* packed) {
  const qcnn_lookup_layout* layout = source->layout;
  qcnn_pass_walk walk = {0};
  qcnn_chunk chunk;
  while (qcnn_next_chunk(source->shape, layout, source->subspaces, &walk, &chunk)) {
    int32_t blocks;
    for (int32_t done = 0; done < layout->filter_blocks; done += blocks) {
      blocks = qcnn_filter_strip(source->filter_tables, layout->filter_blocks - done);
      packed =
          pack_strip(source, &chunk, done * QCNN_FILTER_BLOCK, blocks * QCNN_FILTER_BLOCK, packed);
    }
  }
  return packed;
}

uint8_t* qcnn_pack_codes(const qcnn_code_source* source, uint8_t* packed) {
  return source->layout->filter_blocks == 0 ? pack_in_positions(source, packed)
                                            : pack_in_filters(source, packed);
}

/*
 * Lookup tables of 8-bit operands at the limits of what kernels have room for: sub-codewords whose sums just stay
 * within 16 bits and just do not, with the inputs that make their sums largest. Random layers hardly ever have them.
 */
#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "kernels/lookup_lines.h"

#define LARGEST_SIZE 256
#define LARGEST_QUADS (LARGEST_SIZE / 4)
#define MOST_CODEWORDS 256
#define POSITIONS 192
#define STRIDE (POSITIONS + 64)

typedef struct {
  const qcnn_byte_tables* kernels;
  int size, quads, count; /* Cs' and K */
  int8_t* inputs;         /* [quads][POSITIONS][4] */
  int32_t* codewords;     /* [count][1 + quads], readable 16 bytes beyond */
} table_case;

static int magnitude(int value) {
  return value < 0 ? -value : value;
}

/* Components of up to 127 with a sum of sizes near 255, at most 127, or any; every third codeword of one sign. */
static void random_components(const table_case* c, int8_t* components) {
  const int kind = check_between(0, 3);
  const int sign = check_between(-1, 1);
  int left = kind == 0 ? check_between(250, 260) : kind == 1 ? 127 : 127 * c->size;
  for (int j = 0; j < c->size; j++) {
    const int most = left < 127 ? left : 127;
    const int size = kind == 0 && j + 1 == c->size ? most : check_between(0, most);
    components[j] = (int8_t)((sign != 0 ? sign > 0 : check_below(2) == 0) ? size : -size);
    left -= size;
  }
}

/* What stands for an input of 0: that of inputs which are all positive, or all negative, or any. */
static int random_zero(void) {
  const int kind = check_between(0, 2);
  return kind == 0 ? -128 : kind == 1 ? 127 : check_between(-128, 127);
}

static int32_t* codeword_of(table_case* c, int k) {
  return c->codewords + k * (1 + c->quads);
}

static void random_codewords(table_case* c) {
  for (int k = 0; k < c->count; k++) {
    int8_t components[4 * LARGEST_QUADS] = {0};
    random_components(c, components);
    memcpy(codeword_of(c, k) + 1, components, 4 * (size_t)c->quads);
    int sum = 0;
    for (int j = 0; j < c->size; j++) {
      sum += components[j];
    }
    codeword_of(c, k)[0] = 128 - random_zero() * sum;
  }
}

/* Some positions have the inputs that make the sum of a codeword largest or smallest. */
static void random_inputs(table_case* c) {
  for (int i = 0; i < POSITIONS; i++) {
    const int8_t* components = (const int8_t*)(codeword_of(c, i % c->count) + 1);
    const int kind = check_between(0, 3);
    for (int j = 0; j < 4 * c->quads; j++) {
      int value = check_between(-128, 127);
      if (j >= c->size) {
        value = 0;
      } else if (kind < 2) {
        value = (components[j] < 0) == (kind == 0) ? -128 : 127;
      }
      c->inputs[(j / 4 * POSITIONS + i) * 4 + j % 4] = (int8_t)value;
    }
  }
}

static int32_t sum_of(table_case* c, int k, int position) {
  const int8_t* components = (const int8_t*)(codeword_of(c, k) + 1);
  int32_t sum = codeword_of(c, k)[0];
  for (int j = 0; j < c->size; j++) {
    const int input = c->inputs[(j / 4 * POSITIONS + position) * 4 + j % 4];
    sum += (input + c->kernels->input_offset) * components[j];
  }
  return sum;
}

static void check_bytes(table_case* c, const char* isa) {
  int8_t* table = check_allocate(c->count * STRIDE);
  c->kernels->build_table(c->inputs, 4 * POSITIONS, c->size, c->codewords, c->count, POSITIONS,
                          table, STRIDE);
  for (int k = 0; k < c->count; k++) {
    for (int i = 0; i < POSITIONS; i++) {
      const int32_t entry = sum_of(c, k, i) >> 8;
      const int32_t wanted = entry < -128 ? -128 : entry > 127 ? 127 : entry;
      const int got = table[k * STRIDE + i];
      check_expect(got == wanted, "%s, 8 bits, Cs' %d: entry %d, not %" PRId32, isa, c->size, got,
                   wanted);
    }
  }
  check_free(table);
}

/* The fewest fraction bits with which all entries have room in 16 bits. */
static int fewest_fraction_bits(table_case* c) {
  int bits = 1;
  for (int k = 0; k < c->count; k++) {
    for (int i = 0; i < POSITIONS; i++) {
      while (magnitude(sum_of(c, k, i) >> bits) > INT16_MAX) {
        bits++;
      }
    }
  }
  return bits;
}

static void check_words(table_case* c, const char* isa) {
  const int bits = check_between(fewest_fraction_bits(c), 15);
  int16_t* table = check_allocate(c->count * STRIDE * (int64_t)sizeof *table);
  c->kernels->build_words(c->inputs, 4 * POSITIONS, c->size, c->codewords, bits, c->count,
                          POSITIONS, table, STRIDE);
  for (int k = 0; k < c->count; k++) {
    for (int i = 0; i < POSITIONS; i++) {
      const int32_t wanted = sum_of(c, k, i) >> bits;
      const int got = table[k * STRIDE + i];
      check_expect(got == wanted, "%s, 16 bits, Cs' %d: entry %d, not %" PRId32, isa, c->size, got,
                   wanted);
    }
  }
  check_free(table);
}

/* Tables in lines, against those that lie otherwise. */
static void check_lines(table_case* c, const qcnn_line_kernels* lines, int table_bits,
                        const char* isa) {
  const int bits =
      table_bits == 8 ? QCNN_BYTE_FRACTION_BITS : check_between(fewest_fraction_bits(c), 15);
  const int line = 8 * QCNN_LINE_BYTES / table_bits;
  void* codebook = check_allocate(lines->codebook_bytes);
  char* table = check_allocate(c->count * QCNN_LINE_BYTES);
  lines->sort(c->codewords, c->size, bits, c->count, line, codebook);
  for (int first = 0; first < POSITIONS; first += line) {
    if (table_bits == 8) {
      lines->build_bytes(codebook, c->inputs + 4 * first, 4 * POSITIONS, (int8_t*)table);
    } else {
      lines->build_words(codebook, c->inputs + 4 * first, 4 * POSITIONS, (int16_t*)(void*)table);
    }
    for (int i = 0; i < c->count * line; i++) {
      const int32_t entry = sum_of(c, i / line, first + i % line) >> bits;
      const int got = table_bits == 8 ? ((int8_t*)table)[i] : ((int16_t*)(void*)table)[i];
      const int32_t wanted = table_bits == 16 ? entry
                             : entry < -128   ? -128
                             : entry > 127    ? 127
                                              : entry;
      check_expect(got == wanted, "%s, lines of %d bits, Cs' %d: entry %d, not %" PRId32, isa,
                   table_bits, c->size, got, wanted);
    }
  }
  check_free(codebook);
  check_free(table);
}

static void check_case(const qcnn_byte_tables* kernels, const qcnn_line_kernels* lines,
                       const char* isa, int size, int count) {
  table_case c = {.kernels = kernels, .size = size, .quads = (size + 3) / 4, .count = count};
  c.inputs = check_allocate(c.quads * POSITIONS * 4);
  c.codewords = check_allocate((count * (1 + c.quads) + 4) * (int64_t)sizeof *c.codewords);
  random_codewords(&c);
  random_inputs(&c);
  check_bytes(&c, isa);
  if (kernels->build_words != NULL) {
    check_words(&c, isa);
  }
  if (lines != NULL) {
    check_lines(&c, lines, 8, isa);
    check_lines(&c, lines, 16, isa);
  }
  check_free(c.inputs);
  check_free(c.codewords);
}

int check_lookup_tables(const check_options* options) {
  check_begin("lookup_tables", options);
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    const qcnn_byte_tables* kernels =
        (options->isas >> isa & 1) != 0 ? qcnn_byte_tables_for((uint32_t)isa) : NULL;
    if (kernels == NULL) {
      continue;
    }
    const char* name = qcnn_isa_name(isa);
    const qcnn_line_kernels* lines = qcnn_line_kernels_for((uint32_t)isa);
    check_case(kernels, lines, name, LARGEST_SIZE, 3);
    for (int round = 0; round < 30; round++) {
      check_case(kernels, lines, name, check_between(1, 10), check_between(1, MOST_CODEWORDS));
    }
    for (int round = 0; round < 5; round++) {
      check_case(kernels, lines, name, check_between(11, 40), check_between(1, 64));
    }
  }
  return check_end();
}

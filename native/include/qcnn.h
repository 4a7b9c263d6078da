/*
 * qcnn: lookup-table and dense kernels for convolutional networks.
 *
 * House rules, valid for every function here:
 * - stateless and thread-safe; nothing is allocated, no thread is started, no error is remembered;
 * - the caller owns every buffer, and sizes it with the *_size function of the same family;
 * - float arrays are contiguous; feature maps are [image][channel][row][column];
 * - work is cut into tasks: a *_run function computes the tasks first <= task < last, and different
 *   tasks of one call may run on different threads at the same time;
 * - a function that can fail returns a qcnn_status (0 is success); a size function returns the
 *   size, or a negated qcnn_status.
 * All struct members are int32_t so that a caller may pass a plain int array.
 */
#ifndef QCNN_H
#define QCNN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define QCNN_API __declspec(dllexport)
#else
#define QCNN_API __attribute__((visibility("default")))
#endif

/* Changes whenever a signature, a struct or a packed layout here changes. */
#define QCNN_ABI_VERSION 11

typedef enum {
  QCNN_OK = 0,
  QCNN_BAD_SHAPE = 1,  /* extents that are not positive, do not fit, or are too large */
  QCNN_BAD_ISA = 2,    /* an instruction set that this library or this CPU does not have */
  QCNN_BAD_PACKED = 3, /* packed weights of another layer, library version or machine */
  QCNN_BAD_RANGE = 4,  /* a task range, a code or a calibrated range out of bounds */
} qcnn_status;

/* Instruction sets, each containing the ones before it on the same architecture. */
typedef enum {
  QCNN_ISA_SCALAR = 0,
  QCNN_ISA_AVX2 = 1,   /* with FMA */
  QCNN_ISA_AVX512 = 2, /* F, BW, VL, DQ, VBMI, VNNI */
  QCNN_ISA_NEON = 3,
  QCNN_ISA_NEON_DOTPROD = 4, /* arm64 only */
  QCNN_ISA_AMX = 5,          /* AVX512 and tiles of bytes; Linux only */
  QCNN_ISA_COUNT = 6,
} qcnn_isa;

/* Functions of one value, see org.qcnn.graph.Activation; a and b are their parameters. */
typedef enum {
  QCNN_ACTIVATION_NONE = 0,
  QCNN_ACTIVATION_RELU = 1,
  QCNN_ACTIVATION_CLIP = 2,
  QCNN_ACTIVATION_LEAKY_RELU = 3,
  QCNN_ACTIVATION_SIGMOID = 4,
  QCNN_ACTIVATION_HARD_SIGMOID = 5,
  QCNN_ACTIVATION_HARD_SWISH = 6,
} qcnn_activation_kind;

typedef struct {
  int32_t kind; /* qcnn_activation_kind */
  float a;
  float b;
} qcnn_activation;

QCNN_API int32_t qcnn_abi_version(void);

/*
 * Bit i is set when instruction set i (qcnn_isa) is compiled in and this CPU and system have it. On Linux, asking
 * requests the registers of AMX for the process, which makes signal frames of its threads larger.
 */
QCNN_API int32_t qcnn_supported_isas(void);

/* The name of an instruction set ("scalar", "avx2", ...), or NULL. Static storage. */
QCNN_API const char* qcnn_isa_name(int32_t isa);

/* ---- Convolution ---------------------------------------------------------------------------- */

typedef struct {
  int32_t input_channels, input_height, input_width;
  int32_t output_channels, output_height, output_width;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t pad_top, pad_left;
  int32_t dilation_height, dilation_width;
  int32_t groups;
} qcnn_convolution;

/*
 * Dense convolution, as a matrix product over tiles of output positions.
 * weights: [output_channels][input_channels / groups][kernel_height][kernel_width].
 * Tasks: qcnn_convolution_tasks(shape, batch). scratch: one per thread, 64-byte aligned.
 * activation is applied to response + bias.
 */
QCNN_API int64_t qcnn_convolution_packed_size(const qcnn_convolution* shape, int32_t isa);
QCNN_API int32_t qcnn_convolution_pack(const qcnn_convolution* shape, int32_t isa,
                                       const float* weights, void* packed);
QCNN_API int64_t qcnn_convolution_scratch_size(const qcnn_convolution* shape, int32_t isa);
QCNN_API int32_t qcnn_convolution_tasks(const qcnn_convolution* shape, int32_t batch);
QCNN_API int32_t qcnn_convolution_run(const qcnn_convolution* shape, int32_t batch,
                                      const void* packed, const float* bias,
                                      const qcnn_activation* activation, const float* input,
                                      float* output, void* scratch, int32_t first, int32_t last);

/* ---- Assignments ---------------------------------------------------------------------------- */

/*
 * Unpacks codes from bit planes, the form in which a file keeps them: bit i (least significant
 * first) of byte j in plane b is bit b of code 8 * j + i. A plane has (count + 7) / 8 bytes; planes
 * lie one behind the other, 1 to 8 of them. codes: count bytes.
 */
QCNN_API int32_t qcnn_unpack_bit_planes(const uint8_t* planes, int32_t plane_count, int32_t count,
                                        uint8_t* codes);

/* Decodes half floats (IEEE 754 binary16), in which a file keeps codebooks; always exact. */
QCNN_API int32_t qcnn_halves_to_floats(const uint16_t* halves, int32_t count, float* floats);

/*
 * Decodes bytes with scales, the other form of codebooks in a file: floats[p][i] = scales[p] *
 * bytes[p][i] for `parts` parts of `part` numbers; if shared is not 0, all use the bytes of part 0.
 */
QCNN_API int32_t qcnn_scaled_bytes_to_floats(const int8_t* bytes, int32_t shared,
                                             const float* scales, int32_t parts, int32_t part,
                                             float* floats);

/* ---- Lookup convolution --------------------------------------------------------------------- */

typedef enum {
  QCNN_NOT_POOLED = 0,
  QCNN_POOLED_SQUARES = 1,     /* outputs are the maxima of squares of two by two, or */
  QCNN_POOLED_OVERLAPPING = 2, /* of three by three, around every second row and column from 0 on */
} qcnn_pooled_outputs;

/*
 * A quantized convolution (Q-CNN, section 3.2). Subspaces are those of one group and cover
 * input_channels / groups; all groups and kernel positions share the codebook of a subspace.
 */
typedef struct {
  qcnn_convolution convolution;
  int32_t subspaces;         /* M */
  int32_t sub_codewords;     /* K, 1 to 256 */
  int32_t sub_codeword_size; /* Cs', with 8-bit operands at most 256 */
  int32_t table_bits;        /* of an entry of a lookup table: 16 or 8 */
  int32_t operand_bits;      /* of what tables are built from: 16 or 8; of 8-bit tables 8 */
  int32_t pooled;            /* qcnn_pooled_outputs */
  int32_t products;          /* 1: by products of decoded weights, without tables; or 0 */
} qcnn_lookup_convolution;

/*
 * Integer arithmetic, the same bit for bit on every instruction set. With 16-bit tables and operands:
 *   x = clamp(round(input * input_scale), -32767, 32767), d = round(codeword * codeword_scale),
 *   table entry = (sum over Cs' of x * d + 2^15) >> 16, a 16-bit value,
 *   response = saturating 16-bit sum of entries over subspaces, then phases of the stride (rows of
 *   phases outermost), then the kernel rows and columns that read the phase, each ascending,
 *   output = activation(response * output_scale + bias).
 * The phase of kernel tap t along an axis is t modulo stride / gcd(stride, dilation); with stride 1
 * there is only one and the order is simply subspace, kernel row, kernel column.
 *
 * The scales follow from input_range and response_range, the largest absolute input and response
 * seen in calibration, with a headroom of 2 on each; they are kept in the packed blob.
 *
 * With 16-bit tables and 8-bit operands each subspace m has scales of its own:
 *   x = clamp(round(input * input_scale[m]), low, low + 255), low = -128 - zero[m],
 *   d = round(codeword * codeword_scale[m]), -127 to 127,
 *   table entry = (sum over Cs' of x * d + 2^(s - 1)) >> s, s = fraction_bits[m], 1 to 15,
 * and the rest is as above. Input scales and zeros are those of 8-bit tables, below. The unit of the sum
 * follows from response_range, and is coarser if an entry could leave 16 bits otherwise, or a codeword 8
 * bits with s = 1; s is the largest with which all codewords of the subspace fit. Cs' is at most 256.
 *
 * With 8-bit tables inputs and codewords have 8 bits as well, with scales of each subspace m, whose
 * entries count in 2^s units, s = table_shifts[m], 0 to 8:
 *   x = clamp(round(input * input_scale[m]) + zero[m], -128, 127),
 *   d = round(codeword * codeword_scale[m]), -127 to 127,
 *   table entry = (sum over Cs' of (x - zero[m]) * d + 2^7) >> 8, clamped to -128 ... 127,
 *   partial sum = sum over the taps of one phase, two by two, of their entries' sum clamped to
 *   -128 ... 127 (an odd last tap counts alone),
 *   response = sum of partial sums over subspaces, in the order of descending shifts, equal ones as
 *   they are numbered, and phases, doubled on the way from each shift to the next smaller one, so that
 *   it counts in units of the smallest shift in the end.
 * Partial sums are added in chunks of as many as have the same shift and together at most 24 pairs of
 * taps (p = (taps of a phase + 1) / 2 each), or of a single one. The sum is clamped to +-L after every
 * chunk and every doubling, L = 32767 - 128 * max(24, p of the largest phase); p is at most 255.
 * The input scale and zero of a subspace let x span its input_bounds, a lower one of at most 0 and an
 * upper one of at least 0; input_range is not used. The unit follows from response_range, and is
 * coarser if a codeword would not fit into 8 bits otherwise.
 *
 * By products x is as with 16-bit tables of the same operands, and the rest is that of a convolution of
 * integers, with a scale for each filter f, whose decoded weights are c; without bounds input_scale[m] is the
 * input_scale of all subspaces:
 *   w = round(c / input_scale[m] * 127 / largest[f]), largest[f] = that of |c / input_scale[m]|,
 *   response = sum of x * w over all channels and taps, exactly,
 *   output = activation(response * (largest[f] / 127) + bias);
 * with 16-bit operands x = 256 * high + low and w = 256 * upper + lower, 0 <= low < 256, -128 <= lower < 128, and
 *   w = round(c / input_scale[m] * 32639 / largest[f]),
 *   response = (sum of x * upper + high * lower + 2^7) >> 8, exactly,
 *   output = activation(response * (largest[f] / 32639 * 2^16) + bias).
 * There are no sums of entries to clamp; an output may have 65536 products, or 32768 of 16-bit operands.
 * response_range is not used.
 *
 * codebooks: [M][K][Cs'] floats. codes: [output_channels][kernel_height][kernel_width][M] bytes < K.
 * table_shifts: [M] for 8-bit tables, or else NULL; input_bounds: [M][2] for 8-bit operands, or NULL.
 */
QCNN_API int64_t qcnn_lookup_convolution_packed_size(const qcnn_lookup_convolution* shape,
                                                     int32_t isa);
QCNN_API int32_t qcnn_lookup_convolution_pack(const qcnn_lookup_convolution* shape, int32_t isa,
                                              const float* codebooks, const uint8_t* codes,
                                              float input_range, float response_range,
                                              const uint8_t* table_shifts,
                                              const float* input_bounds, void* packed);

/*
 * Stage 1 quantizes the input, padded, split into the phases of the stride, into `prepared`, which
 * all threads share: qcnn_lookup_convolution_prepared_size bytes, 64-byte aligned.
 * Tasks of stage 1: qcnn_lookup_convolution_prepare_tasks (subspaces of all groups; by products rows of them).
 * With input NULL only
 * what lies around the input is written, zeros: for inputs that were handed over, see below.
 */
QCNN_API int64_t qcnn_lookup_convolution_prepared_size(const qcnn_lookup_convolution* shape,
                                                       int32_t isa, int32_t batch);
QCNN_API int32_t qcnn_lookup_convolution_prepare_tasks(const qcnn_lookup_convolution* shape);
QCNN_API int32_t qcnn_lookup_convolution_prepare(const qcnn_lookup_convolution* shape,
                                                 int32_t batch, const void* packed,
                                                 const float* input, void* prepared, int32_t first,
                                                 int32_t last);

/*
 * How an instruction set would go about a single image, for estimates of its time. filter_blocks: in how
 * many vectors of 64 the filters of a group lie side by side; 0 if positions do, as they do everywhere
 * but with tables of at most 128 entries on AVX-512. table_positions: for how many positions tables
 * are built, halos of tiles included, for each subspace of each group and each phase of the stride, if tasks are run
 * one by one. By
 * products there are no filter_blocks, which is QCNN_BAD_SHAPE, and table_positions is the number of rows of up
 * to 16 outputs that the maps of one filter of each group are cut into. Both give minus a status for a bad shape.
 */
QCNN_API int32_t qcnn_lookup_convolution_filter_blocks(const qcnn_lookup_convolution* shape,
                                                       int32_t isa);
QCNN_API int64_t qcnn_lookup_convolution_table_positions(const qcnn_lookup_convolution* shape,
                                                         int32_t isa);

/*
 * Stage 2 builds lookup tables and sums. scratch: one per thread, 64-byte aligned; it has room for all tasks as one, which
 * a call for all of them may make of two halves, with the same results. A pooled shape takes the
 * maximum of every square of outputs at once, of three by three by products only: output is then
 * [batch][output_channels][output_height / 2][output_width / 2]. Such a shape is QCNN_BAD_SHAPE if an extent
 * is odd, or by look-ups if filter_blocks would be 0 and pairs of rows do not fit well into what is computed at a
 * time. Maxima are taken of sums, so that the activation must never fall: none, ReLU or clipping, or else the range
 * is bad.
 */
QCNN_API int64_t qcnn_lookup_convolution_scratch_size(const qcnn_lookup_convolution* shape,
                                                      int32_t isa, int32_t batch);
QCNN_API int32_t qcnn_lookup_convolution_tasks(const qcnn_lookup_convolution* shape, int32_t isa,
                                               int32_t batch);
QCNN_API int32_t qcnn_lookup_convolution_run(const qcnn_lookup_convolution* shape, int32_t batch,
                                             const void* packed, const float* bias,
                                             const qcnn_activation* activation,
                                             const void* prepared, float* output, void* scratch,
                                             int32_t first, int32_t last);

/*
 * Stage 2 of a layer whose outputs only the lookup convolution `next` reads, in place of
 * qcnn_lookup_convolution_run: they are written as its quantized input, with the bits that its stage 1 would
 * write. That one runs with input NULL, before, afterwards or meanwhile: no byte is written by both. hands_over
 * says whether an instruction set can do that, 0 or 1, or gives minus a status. It takes two layers by look-ups or
 * two by products. By look-ups the second one must have no strides. Where it keeps its input as pairs of channels, as
 * with 16-bit operands, Cs' and channels must be even; elsewhere as fours. If filters lie side by side in the first
 * one, so they must in both, and pairs need an even number of filters in a group; otherwise no pair or four of
 * channels may be of two groups of the first one. By products the second one must read all of its input, and have one
 * group or both of them multiples of 32 filters and channels in a group. The activation must be none or ReLU, or else
 * the range is bad. next_prepared: the `prepared` of `next`, for the same batch.
 */
QCNN_API int32_t qcnn_lookup_convolution_hands_over(const qcnn_lookup_convolution* shape,
                                                    const qcnn_lookup_convolution* next,
                                                    int32_t isa);
QCNN_API int32_t qcnn_lookup_convolution_hand_over(
    const qcnn_lookup_convolution* shape, int32_t batch, const void* packed, const float* bias,
    const qcnn_activation* activation, const void* prepared, const qcnn_lookup_convolution* next,
    const void* next_packed, void* next_prepared, void* scratch, int32_t first, int32_t last);

/* ---- Fully-connected layers ----------------------------------------------------------------- */

/*
 * Dense: output[image][o] = activation(sum of weights[o][i] * input[image][i] + bias[o]) for the
 * outputs first <= o < last and all images. weights: [outputs][inputs], not packed.
 */
QCNN_API int32_t qcnn_fully_connected_run(int32_t isa, int32_t inputs, int32_t outputs,
                                          int32_t batch, const float* weights, const float* bias,
                                          const qcnn_activation* activation, const float* input,
                                          float* output, int32_t first, int32_t last);

#define QCNN_CODE_SLICE 256

/* A quantized fully-connected layer (Q-CNN, section 3.1). */
typedef struct {
  int32_t inputs, outputs;
  int32_t subspaces, sub_codewords, sub_codeword_size; /* M; K, 1 to 256; Cs', 1 to 256 */
} qcnn_lookup_fully_connected;

/*
 * The same arithmetic as the lookup convolution with a single position; subspaces are summed in
 * ascending order. codebooks: [M][K][Cs']. Codes are packed slice by slice, as there may be many of them:
 * codes: [count][M], those of the outputs first <= o < first + count, where first is a multiple of
 * QCNN_CODE_SLICE, and so is count, or else it reaches to the last output.
 * Stage 1 builds the tables of all images, tables_size(shape, batch) bytes: tasks are parts of the subspaces
 * of an image.
 * Stage 2 sums; tasks are blocks of outputs.
 */
QCNN_API int64_t qcnn_lookup_fully_connected_packed_size(const qcnn_lookup_fully_connected* shape,
                                                         int32_t isa);
QCNN_API int32_t qcnn_lookup_fully_connected_pack(const qcnn_lookup_fully_connected* shape,
                                                  int32_t isa, const float* codebooks,
                                                  float input_range, float response_range,
                                                  void* packed);
QCNN_API int32_t qcnn_lookup_fully_connected_pack_codes(const qcnn_lookup_fully_connected* shape,
                                                        const uint8_t* codes, int32_t first,
                                                        int32_t count, void* packed);
QCNN_API int64_t qcnn_lookup_fully_connected_tables_size(const qcnn_lookup_fully_connected* shape,
                                                         int32_t batch);
QCNN_API int32_t qcnn_lookup_fully_connected_build_tasks(const qcnn_lookup_fully_connected* shape,
                                                         int32_t batch);
QCNN_API int32_t qcnn_lookup_fully_connected_build(const qcnn_lookup_fully_connected* shape,
                                                   int32_t batch, const void* packed,
                                                   const float* input, void* tables, int32_t first,
                                                   int32_t last);
QCNN_API int32_t qcnn_lookup_fully_connected_tasks(const qcnn_lookup_fully_connected* shape);
QCNN_API int32_t qcnn_lookup_fully_connected_run(const qcnn_lookup_fully_connected* shape,
                                                 int32_t batch, const void* packed,
                                                 const float* bias,
                                                 const qcnn_activation* activation,
                                                 const void* tables, float* output, int32_t first,
                                                 int32_t last);

/* ---- The other operators -------------------------------------------------------------------- */

typedef struct {
  int32_t maximum; /* 1: maximum, 0: average */
  int32_t input_height, input_width, output_height, output_width;
  int32_t kernel_height, kernel_width, stride_height, stride_width;
  int32_t pad_top, pad_left, pad_bottom, pad_right;
  int32_t dilation_height, dilation_width;
  int32_t count_include_pad; /* averages count the declared padding, never what lies beyond it */
} qcnn_pooling;

/*
 * Pools the channels first <= c < last, counted through all images; a NaN wins every maximum.
 * scratch: one per thread.
 */
QCNN_API int64_t qcnn_pooling_scratch_size(const qcnn_pooling* shape);
QCNN_API int32_t qcnn_pooling_run(int32_t isa, const qcnn_pooling* shape, const float* input,
                                  float* output, void* scratch, int32_t first, int32_t last);

/* output[c] = maximum or mean of input[c][0 .. plane) for the channels first <= c < last. */
QCNN_API int32_t qcnn_global_pooling_run(int32_t isa, int32_t maximum, int32_t plane,
                                         const float* input, float* output, int32_t first,
                                         int32_t last);

/*
 * Local response normalization over channels, see org.qcnn.graph.LocalResponseNormalization.
 * Tasks are positions, counted through all images: position p is pixel p % plane of image p / plane.
 */
QCNN_API int32_t qcnn_local_response_normalization_run(int32_t isa, int32_t channels, int32_t plane,
                                                       int32_t size, float alpha, float beta,
                                                       float k, const float* input, float* output,
                                                       int32_t first, int32_t last);

/* Softmax over axis in [outer][axis][inner], for first <= outer < last. */
QCNN_API int32_t qcnn_softmax_run(int32_t isa, int32_t axis, int32_t inner, const float* input,
                                  float* output, int32_t first, int32_t last);

/* The activation on the elements first <= i < last. */
QCNN_API int32_t qcnn_activation_run(int32_t isa, const qcnn_activation* activation,
                                     const float* input, float* output, int32_t first,
                                     int32_t last);

#define QCNN_MAX_AXES 6

/* Element (i0, ..., i5) of a strided operand lies at the sum of i * stride; strides may be 0. */
typedef struct {
  int32_t extent[QCNN_MAX_AXES]; /* unused leading axes are 1 */
  int32_t a_stride[QCNN_MAX_AXES];
  int32_t b_stride[QCNN_MAX_AXES];
} qcnn_strides;

/* Kinds as in org.qcnn.graph.Arithmetic: add, subtract, multiply, divide, maximum, PReLU. */
/* output is contiguous; computes first <= i0 < last of the outermost axis. */
QCNN_API int32_t qcnn_arithmetic_run(int32_t isa, const qcnn_strides* strides, int32_t kind,
                                     const qcnn_activation* activation, const float* a,
                                     const float* b, float* output, int32_t first, int32_t last);

/* Copies element by element from a (a_stride) to output (b_stride), first <= i0 < last. */
QCNN_API int32_t qcnn_copy_run(const qcnn_strides* strides, const float* a, float* output,
                               int32_t first, int32_t last);

/* output[i] = value for first <= i < last. */
QCNN_API int32_t qcnn_fill_run(float value, float* output, int32_t first, int32_t last);

/* ---- Camera pictures ------------------------------------------------------------------------ */

/* A picture in YUV 4:2:0 (ITU-R BT.601) as cameras give it: NV21, NV12, I420, YUV_420_888. */
typedef struct {
  int32_t width, height; /* as stored, before the rotation; 1 to QCNN_YUV_MAX_SIDE */
  int32_t luma_row_stride;
  int32_t chroma_row_stride, chroma_pixel_stride; /* of both; chroma is (side + 1) / 2 pixels */
  int32_t rotation;                               /* clockwise, in degrees: 0, 90, 180 or 270 */
  int32_t full_range; /* 1: values 0 to 255, 0: luma 16 to 235, chroma 16 to 240 */
} qcnn_yuv;

#define QCNN_YUV_MAX_SIDE 32767

/*
 * Writes rows first <= row < last of the upright picture: rgb[row][column][3], whole buffer passed.
 * Each pixel takes the chroma of its 2x2 block; integer arithmetic with 16 fractional bits:
 *   c = clamp((luma * (y - y0) + r * (v - 128) [or g, b] + 2^15) >> 16, 0, 255).
 */
QCNN_API int32_t qcnn_yuv_to_rgb(const qcnn_yuv* picture, const uint8_t* y, const uint8_t* u,
                                 const uint8_t* v, uint8_t* rgb, int32_t first, int32_t last);

#ifdef __cplusplus
}
#endif

#endif

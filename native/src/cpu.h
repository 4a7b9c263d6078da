/* Which instruction sets this library was compiled for and this machine can run. */
#ifndef QCNN_CPU_H
#define QCNN_CPU_H

#include <stdbool.h>

#include "qcnn.h"

/* The architectures that have kernels besides the scalar ones. */
#if defined(__x86_64__)
#define QCNN_HAS_X86 1
#if defined(__linux__) && !defined(__ANDROID__)
#define QCNN_HAS_AMX 1 /* Linux lends the registers on demand */
#endif
#elif defined(__aarch64__) || defined(__arm__)
#define QCNN_HAS_ARM 1
#if defined(__aarch64__)
#define QCNN_HAS_DOTPROD 1
#endif
#endif

/*
 * Whether kernels of this instruction set may run here. Asks the CPU every time, which is slow in a
 * virtual machine: for *_pack and *_size functions only, never for *_run.
 */
bool qcnn_isa_supported(int32_t isa);

/*
 * Whether streams that are read once for each image are better fetched past the caches. On processors of AMD
 * they leave more of the caches to others; those of Intel then forgo the copy in their last cache. Asks the CPU,
 * too.
 */
bool qcnn_reads_past_caches(void);

#endif

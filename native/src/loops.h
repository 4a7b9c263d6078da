/* Promises to the compiler, so that plain C loops become vector loops. */
#ifndef QCNN_LOOPS_H
#define QCNN_LOOPS_H

/*
 * Before a loop whose iterations do not depend on each other: an output element may share its
 * address with the input element of the same iteration, but not with that of another one.
 */
#if defined(__clang__)
#define QCNN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define QCNN_INDEPENDENT _Pragma("GCC ivdep")
#else
#define QCNN_INDEPENDENT
#endif

/* For a function that is compiled once per constant argument of its callers. */
#define QCNN_SPECIALIZED static inline __attribute__((always_inline))

#endif

/* Exponentials of a row, written once for all instruction sets. */
#include <math.h>

#include "kernels/operator_kernels.h"
#include "kernels/vectors.h"

#if LANES == 1

#define exponential(x) expf(x)

#else

typedef int32_t integers __attribute__((vector_size(LANES * sizeof(int32_t))));

/*
 * e^x for x <= 0, up to 3 rounding units: 2^n times a polynomial (that of the Cephes library) of
 * the rest, which is below log(2) / 2. 2^n is made in two halves, so that it may become zero.
 */
static vector exponential(vector x) {
  const vector magic = broadcast(0x1.8p23f); /* what is added to it is rounded to an integer */
  x = larger(x, broadcast(-150.0f));
  vector shifted = multiply_add(magic, x, broadcast(1.44269504f));
  vector n = shifted - magic;
  vector r = multiply_add(x, n, broadcast(-0.693359375f));
  r = multiply_add(r, n, broadcast(2.12194440e-4f));
  vector p = broadcast(1.9875691500e-4f);
  p = multiply_add(broadcast(1.3981999507e-3f), p, r);
  p = multiply_add(broadcast(8.3334519073e-3f), p, r);
  p = multiply_add(broadcast(4.1665795894e-2f), p, r);
  p = multiply_add(broadcast(1.6666665459e-1f), p, r);
  p = multiply_add(broadcast(5.0000001201e-1f), p, r);
  p = multiply_add(r, p, r * r) + broadcast(1.0f);
  integers whole = (integers)shifted - (integers)magic, half = whole >> 1;
  vector first = (vector)((half + 127) << 23), second = (vector)((whole - half + 127) << 23);
  return p * first * second;
}

#endif

static float exponentials(const float* values, float largest, float* output, int32_t n) {
  vector sum = zero();
  int32_t i = 0;
  for (; n - i >= LANES; i += LANES) {
    vector e = exponential(load(values + i) - broadcast(largest));
    store(output + i, e);
    sum = sum + e;
  }
  float total = sum_lanes(sum);
  for (; i < n; i++) {
    output[i] = expf(values[i] - largest);
    total += output[i];
  }
  return total;
}

#define _DEFAULT_SOURCE /* for syscall */

#include "cpu.h"

#include <stddef.h>

#if defined(QCNN_HAS_X86)

#include <cpuid.h>
#if defined(QCNN_HAS_AMX)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#define BIT(n) (1u << (n))
#define ALL(word, bits) (((word) & (bits)) == (bits))

/* XCR0 says which registers the operating system saves when it switches threads. */
static uint32_t enabled_register_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

#if defined(QCNN_HAS_AMX)

/* Asks Linux for the registers of tiles, which a process has to do before it uses them. */
static bool tiles_granted(void) {
  const long request = 0x1023,
             tile_data = 18; /* ARCH_REQ_XCOMP_PERM of asm/prctl.h, XFEATURE_XTILEDATA */
  return syscall(SYS_arch_prctl, request, tile_data) == 0;
}

static bool amx_supported(void) {
  const uint32_t amx_tile_int8 = BIT(24) | BIT(25); /* leaf 7, edx */
  const uint32_t tile_state = BIT(17) | BIT(18);    /* XCR0 */
  uint32_t eax, ebx, ecx, edx;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && ALL(edx, amx_tile_int8) &&
         ALL(enabled_register_state(), tile_state) && tiles_granted();
}

#else

static bool amx_supported(void) {
  return false;
}

#endif

static bool vector_isa_supported(int32_t isa) {
  const uint32_t fma = BIT(12), osxsave = BIT(27);                       /* leaf 1, ecx */
  const uint32_t avx2 = BIT(5);                                          /* leaf 7, ebx */
  const uint32_t avx512_fdqbwvl = BIT(16) | BIT(17) | BIT(30) | BIT(31); /* leaf 7, ebx */
  const uint32_t vbmi_vnni = BIT(1) | BIT(11);                           /* leaf 7, ecx */
  const uint32_t ymm_state = BIT(1) | BIT(2);                            /* XCR0: xmm, ymm */
  const uint32_t zmm_state = ymm_state | BIT(5) | BIT(6) | BIT(7);       /* + masks, zmm */

  uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !ALL(ecx, fma | osxsave)) {
    return false;
  }
  uint32_t state = enabled_register_state();
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
    return false;
  }
  bool has_avx2 = ALL(ebx, avx2) && ALL(state, ymm_state);
  if (isa == QCNN_ISA_AVX2) {
    return has_avx2;
  }
  bool has_avx512 =
      has_avx2 && ALL(ebx, avx512_fdqbwvl) && ALL(ecx, vbmi_vnni) && ALL(state, zmm_state);
  return has_avx512 && (isa == QCNN_ISA_AVX512 || (isa == QCNN_ISA_AMX && amx_supported()));
}

bool qcnn_reads_past_caches(void) {
  uint32_t eax, ebx, ecx, edx;
  const uint32_t amd = 0x68747541, hygon = 0x6f677948; /* "Auth" and "Hygo" */
  return __get_cpuid(0, &eax, &ebx, &ecx, &edx) && (ebx == amd || ebx == hygon);
}

#elif defined(__aarch64__)

#include <sys/auxv.h>

static bool vector_isa_supported(int32_t isa) {
  const unsigned long hwcap_asimddp = 1ul << 20; /* HWCAP_ASIMDDP of Linux's asm/hwcap.h */
  if (isa == QCNN_ISA_NEON_DOTPROD) {
    return (getauxval(AT_HWCAP) & hwcap_asimddp) != 0;
  }
  return isa == QCNN_ISA_NEON; /* part of the architecture */
}

#elif defined(__arm__)

#include <sys/auxv.h>

static bool vector_isa_supported(int32_t isa) {
  const unsigned long hwcap_neon = 1ul << 12; /* HWCAP_NEON of Linux's asm/hwcap.h */
  return isa == QCNN_ISA_NEON && (getauxval(AT_HWCAP) & hwcap_neon) != 0;
}

#else

static bool vector_isa_supported(int32_t isa) {
  (void)isa;
  return false;
}

#endif

#if !defined(QCNN_HAS_X86)

bool qcnn_reads_past_caches(void) {
  return false;
}

#endif

bool qcnn_isa_supported(int32_t isa) {
  return isa == QCNN_ISA_SCALAR || vector_isa_supported(isa);
}

int32_t qcnn_supported_isas(void) {
  int32_t isas = 0;
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    isas |= (int32_t)qcnn_isa_supported(isa) << isa;
  }
  return isas;
}

const char* qcnn_isa_name(int32_t isa) {
  static const char* const names[QCNN_ISA_COUNT] = {
      [QCNN_ISA_SCALAR] = "scalar",
      [QCNN_ISA_AVX2] = "avx2",
      [QCNN_ISA_AVX512] = "avx512",
      [QCNN_ISA_NEON] = "neon",
      [QCNN_ISA_NEON_DOTPROD] = "neon-dotprod",
      [QCNN_ISA_AMX] = "amx",
  };
  return isa >= 0 && isa < QCNN_ISA_COUNT ? names[isa] : NULL;
}

int32_t qcnn_abi_version(void) {
  return QCNN_ABI_VERSION;
}

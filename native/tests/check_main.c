/* The check program: compares every kernel of every instruction set with a plain computation. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* A new family needs a line here and its declaration in check.h. */
static const struct {
  const char* name;
  int (*check)(const check_options* options);
} families[] = {
    {"stored_weights", check_stored_weights},
    {"convolution", check_convolution},
    {"fully_connected", check_fully_connected},
    {"pooling", check_pooling},
    {"operators", check_operators},
    {"lookup_tables", check_lookup_tables},
    {"lookup_convolution", check_lookup_convolution},
    {"lookup_handover", check_lookup_handover},
    {"products", check_products},
    {"lookup_fully_connected", check_lookup_fully_connected},
};

enum { FAMILIES = sizeof families / sizeof *families };

static int usage(void) {
  fputs(
      "usage: qcnn-check [--isa NAME] [--seed NUMBER] [--bench] [--list] [FAMILY]\n"
      "  --isa NAME  leave out the instruction sets above NAME\n"
      "  --bench     time typical calls, too\n"
      "  --list      print families and instruction sets\n",
      stderr);
  return 2;
}

static void list(void) {
  for (int i = 0; i < FAMILIES; i++) {
    puts(families[i].name);
  }
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    bool supported = (qcnn_supported_isas() >> isa & 1) != 0;
    printf("%s: %s\n", qcnn_isa_name(isa), supported ? "supported" : "not supported here");
  }
}

/* The instruction sets up to the named one, or 0 if it is unknown or not supported. */
static int32_t isas_up_to(const char* name) {
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if (strcmp(name, qcnn_isa_name(isa)) == 0 && (qcnn_supported_isas() >> isa & 1) != 0) {
      return qcnn_supported_isas() & ((2 << isa) - 1);
    }
  }
  return 0;
}

int main(int argc, char** argv) {
  check_options options = {.isas = qcnn_supported_isas(), .seed = 1};
  const char* only = NULL;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--isa") == 0 && i + 1 < argc) {
      options.isas = isas_up_to(argv[++i]);
      if (options.isas == 0) {
        fprintf(stderr, "qcnn-check: instruction set %s is not available here\n", argv[i]);
        return 2;
      }
    } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
      options.seed = strtoull(argv[++i], NULL, 0);
    } else if (strcmp(argv[i], "--bench") == 0) {
      options.bench = true;
    } else if (strcmp(argv[i], "--list") == 0) {
      list();
      return 0;
    } else if (argv[i][0] != '-' && only == NULL) {
      only = argv[i];
    } else {
      return usage();
    }
  }

  if (qcnn_abi_version() != QCNN_ABI_VERSION) {
    fputs("qcnn-check: header and library differ in their ABI version\n", stderr);
    return 1;
  }
  printf("qcnn-check: seed %" PRIu64 ", instruction sets", options.seed);
  for (int32_t isa = 0; isa < QCNN_ISA_COUNT; isa++) {
    if ((options.isas >> isa & 1) != 0) {
      printf(" %s", qcnn_isa_name(isa));
    }
  }
  putchar('\n');
  int checked = 0, failures = 0;
  for (int i = 0; i < FAMILIES; i++) {
    if (only == NULL || strcmp(only, families[i].name) == 0) {
      failures += families[i].check(&options);
      checked++;
    }
  }
  if (checked == 0) {
    return usage();
  }
  puts(failures == 0 ? "qcnn-check: all passed" : "qcnn-check: FAILED");
  return failures == 0 ? 0 : 1;
}

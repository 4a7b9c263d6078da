/*
 * A plugin for qemu-user that counts the instructions a program executes between its functions
 * count_begin() and count_end(), in all and by function: `-plugin count.so,out=FILE`. FILE gets lines
 * "instructions function", the sum first under the name "all". For programs with one thread.
 *
 * The few declarations of qemu's plugin interface (version 1) that are needed stand here, since Debian
 * packages no header for it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { NO_REGISTERS = 0, INLINE_ADD = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
                                           void (*callback)(plugin_id, struct qemu_plugin_tb*));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb* block,
                                          void (*callback)(unsigned, void*), int flags, void* data);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb* block, int operation,
                                              void* counter, uint64_t value);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*callback)(plugin_id, void*), void* data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb* block);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb* block, size_t i);
const char* qemu_plugin_insn_symbol(const struct qemu_plugin_insn* instruction);

EXPORT int qemu_plugin_version = 1;

enum { FUNCTIONS = 4096 };
typedef struct {
  char name[64];
  uint64_t executed; /* since the program began */
  uint64_t begun;    /* what that was at count_begin */
  uint64_t counted;
} function;

static function functions[FUNCTIONS];
static size_t used = 1; /* functions[0] is whatever has no name */
static const char* path;

static function* find(const char* name) {
  if (name == NULL) {
    return functions;
  }
  for (size_t i = 1; i < used; i++) {
    if (strncmp(functions[i].name, name, sizeof functions->name - 1) == 0) {
      return functions + i;
    }
  }
  if (used == FUNCTIONS) {
    return functions;
  }
  strncpy(functions[used].name, name, sizeof functions->name - 1);
  return functions + used++;
}

static void begin(unsigned cpu, void* data) {
  (void)cpu;
  (void)data;
  for (size_t i = 0; i < FUNCTIONS; i++) { /* those found later begin at 0 */
    functions[i].begun = functions[i].executed;
  }
}

static void end(unsigned cpu, void* data) {
  (void)cpu;
  (void)data;
  for (size_t i = 0; i < used; i++) {
    functions[i].counted += functions[i].executed - functions[i].begun;
    functions[i].begun = functions[i].executed;
  }
}

static void translated(plugin_id id, struct qemu_plugin_tb* block) {
  (void)id;
  const char* name = qemu_plugin_insn_symbol(qemu_plugin_tb_get_insn(block, 0));
  qemu_plugin_register_vcpu_tb_exec_inline(block, INLINE_ADD, &find(name)->executed,
                                           qemu_plugin_tb_n_insns(block));
  if (name != NULL && strcmp(name, "count_begin") == 0) {
    qemu_plugin_register_vcpu_tb_exec_cb(block, begin, NO_REGISTERS, NULL);
  } else if (name != NULL && strcmp(name, "count_end") == 0) {
    qemu_plugin_register_vcpu_tb_exec_cb(block, end, NO_REGISTERS, NULL);
  }
}

static void report(plugin_id id, void* data) {
  (void)id;
  (void)data;
  FILE* file = fopen(path, "w");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  uint64_t all = 0;
  for (size_t i = 0; i < used; i++) {
    all += functions[i].counted;
  }
  fprintf(file, "%llu all\n", (unsigned long long)all);
  for (size_t i = 0; i < used; i++) {
    if (functions[i].counted > 0) {
      fprintf(file, "%llu %s\n", (unsigned long long)functions[i].counted,
              i == 0 ? "?" : functions[i].name);
    }
  }
  fclose(file);
}

EXPORT int qemu_plugin_install(plugin_id id, const void* machine, int count, char** arguments) {
  (void)machine;
  if (count != 1 || strncmp(arguments[0], "out=", 4) != 0) {
    fprintf(stderr, "usage: -plugin count.so,out=FILE\n");
    return 1;
  }
  path = strdup(arguments[0] + 4);
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, report, NULL);
  return 0;
}

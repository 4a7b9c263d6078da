// Memory that Java owns: see NativeMemory.java, which checks what it asks for.
#include <jni.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

// Weights are read from end to end in every run, and tables row by row: pages of 2 MB take fewer faults to come and fewer
// misses to be found. Only whole ones that lie in the block are asked for, so that it grows by nothing; the system may
// decline.
static void ask_for_large_pages(void *block, size_t bytes) {
#ifdef MADV_HUGEPAGE
  const uintptr_t page = (uintptr_t)2 << 20;
  const uintptr_t begin = ((uintptr_t)block + page - 1) / page * page;
  const uintptr_t end = ((uintptr_t)block + bytes) / page * page;
  if (begin < end) {
    madvise((void *)begin, end - begin, MADV_HUGEPAGE);
  }
#endif
}

extern "C" {

// Returns the address of zeroed memory, or 0. calloc notices when a product exceeds the addresses of a 32-bit system.
JNIEXPORT jlong JNICALL Java_org_qcnn_kernel_NativeMemory_allocate(JNIEnv *, jclass, jlong blocks, jlong block_size) {
  if ((jlong)(size_t)blocks != blocks) {
    return 0;
  }
  void *block = std::calloc((size_t)blocks, (size_t)block_size);
  if (block != nullptr) {
    ask_for_large_pages(block, (size_t)blocks * (size_t)block_size);
  }
  return (jlong)(intptr_t)block;
}

JNIEXPORT void JNICALL Java_org_qcnn_kernel_NativeMemory_free(JNIEnv *, jclass, jlong address) {
  std::free((void *)(intptr_t)address);
}

JNIEXPORT jobject JNICALL Java_org_qcnn_kernel_NativeMemory_view(JNIEnv *env, jclass, jlong address, jlong bytes) {
  return env->NewDirectByteBuffer((void *)(intptr_t)address, bytes);
}

// Returns where a direct buffer begins, or 0 where the virtual machine does not tell.
JNIEXPORT jlong JNICALL Java_org_qcnn_kernel_NativeMemory_address(JNIEnv *env, jclass, jobject buffer) {
  return (jlong)(intptr_t)env->GetDirectBufferAddress(buffer);
}
}

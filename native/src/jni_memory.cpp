// Memory that Java owns: see NativeMemory.java, which checks what it asks for.
#include <jni.h>

#include <cstdint>
#include <cstdlib>

extern "C" {

// Returns the address of zeroed memory, or 0. calloc notices when a product exceeds the addresses of a 32-bit system.
JNIEXPORT jlong JNICALL Java_org_qcnn_kernel_NativeMemory_allocate(JNIEnv *, jclass, jlong blocks, jlong block_size) {
  if ((jlong)(size_t)blocks != blocks) {
    return 0;
  }
  return (jlong)(intptr_t)std::calloc((size_t)blocks, (size_t)block_size);
}

JNIEXPORT void JNICALL Java_org_qcnn_kernel_NativeMemory_free(JNIEnv *, jclass, jlong address) {
  std::free((void *)(intptr_t)address);
}

JNIEXPORT jobject JNICALL Java_org_qcnn_kernel_NativeMemory_view(JNIEnv *env, jclass, jlong address, jlong bytes) {
  return env->NewDirectByteBuffer((void *)(intptr_t)address, bytes);
}

JNIEXPORT jlong JNICALL Java_org_qcnn_kernel_NativeMemory_address(JNIEnv *env, jclass, jobject buffer) {
  return (jlong)(intptr_t)env->GetDirectBufferAddress(buffer);
}
}

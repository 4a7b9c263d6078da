// The glue that JavaCPP generated from NativeBinding, with another way to load it. JavaCPP's own JNI_OnLoad initializes
// its Pointer classes, which takes a cold virtual machine longer than a network takes to run and starts a thread.
// NativeBinding only passes buffers and numbers, for which the glue asks for no more than the three names below.
#define JNI_OnLoad JNI_OnLoad_javacpp
#define JNI_OnUnload JNI_OnUnload_javacpp
#include "jniqcnn.cpp"
#undef JNI_OnLoad
#undef JNI_OnUnload

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *) {
  JNIEnv *env;
  if (vm->GetEnv((void **)&env, JNI_VERSION_1_6) != JNI_OK) {
    return JNI_ERR;
  }
  jclass buffer = env->FindClass("java/nio/Buffer");
  if (buffer == NULL) {
    return JNI_ERR;
  }
  JavaCPP_arrayMID = env->GetMethodID(buffer, "array", "()Ljava/lang/Object;");
  JavaCPP_arrayOffsetMID = env->GetMethodID(buffer, "arrayOffset", "()I");
  JavaCPP_bufferPositionFID = env->GetFieldID(buffer, "position", "I");
  return env->ExceptionCheck() ? JNI_ERR : JNI_VERSION_1_6;
}

# Debian packages: gcc-arm-linux-gnueabi libc6-dev-armel-cross, and those of android.cmake
set(CMAKE_SYSTEM_PROCESSOR armv7-a)
set(qcnn_triple armv7a-linux-androideabi24)
set(qcnn_headers /usr/arm-linux-gnueabi/include)
set(qcnn_flags "-mthumb")
# Divisions and the like, which ARMv7 has no instruction for; the calling convention is the same as Android's.
set(qcnn_libraries /usr/lib/gcc-cross/arm-linux-gnueabi/12/libgcc.a)
include("${CMAKE_CURRENT_LIST_DIR}/android.cmake")

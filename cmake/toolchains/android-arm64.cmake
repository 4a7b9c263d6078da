# Debian packages: libc6-dev-arm64-cross, and those of android.cmake
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(qcnn_triple aarch64-linux-android24)
set(qcnn_headers /usr/aarch64-linux-gnu/include)
include("${CMAKE_CURRENT_LIST_DIR}/android.cmake")

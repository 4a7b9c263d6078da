# Debian packages: libc6-dev, and those of android.cmake
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(qcnn_triple x86_64-linux-android24)
set(qcnn_headers /usr/include/x86_64-linux-gnu /usr/include)
include("${CMAKE_CURRENT_LIST_DIR}/android.cmake")

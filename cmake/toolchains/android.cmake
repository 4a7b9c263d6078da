# Android without an NDK: clang and lld, Debian's C headers with the corrections in cmake/android/include, and link
# stubs. Included by android-<platform>.cmake, which set qcnn_triple and qcnn_headers. With an NDK at hand, use its
# build/cmake/android.toolchain.cmake instead; nothing else changes.
# Debian packages: clang-19 lld-19 llvm-19 libc++-19-dev
set(CMAKE_SYSTEM_NAME Linux) # "Android" would have CMake look for an NDK
set(ANDROID TRUE)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # a program would need Android's start files
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_TARGET ${qcnn_triple})
endforeach()
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
set(CMAKE_STRIP llvm-strip-19)

set(qcnn_android "${CMAKE_CURRENT_LIST_DIR}/../android")
set(qcnn_stubs "${CMAKE_BINARY_DIR}/android-stubs")
execute_process(COMMAND "${qcnn_android}/stubs.sh" ${qcnn_triple} "${qcnn_stubs}" RESULT_VARIABLE qcnn_failed)
if(qcnn_failed)
  message(FATAL_ERROR "cannot make the link stubs; Debian packages: clang-19 lld-19")
endif()

set(qcnn_include "--sysroot=/none -isystem ${qcnn_android}/include")
foreach(folder IN LISTS qcnn_headers)
  string(APPEND qcnn_include " -isystem ${folder}")
endforeach()
set(CMAKE_C_FLAGS_INIT "${qcnn_flags} ${qcnn_include}")
# The C++ headers want locales in a way that only Android's own C library has; the glue needs none.
set(CMAKE_CXX_FLAGS_INIT "${qcnn_flags} -nostdinc++ -D_LIBCPP_HAS_NO_LOCALIZATION\
 -isystem /usr/lib/llvm-19/include/c++/v1 ${qcnn_include}")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-fuse-ld=lld-19 -nostdlib -L${qcnn_stubs}")
set(CMAKE_C_STANDARD_LIBRARIES "${qcnn_libraries} -lc")

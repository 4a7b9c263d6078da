# Which kernels are compiled, and how: the last part of the file name says for which ISA a kernel is,
# e.g. kernels/lookup_conv_avx2.c. A new kernel is a new file; a new ISA is a new line here.

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  set(qcnn_isas avx2 avx512)
  if(NOT ANDROID)
    list(APPEND qcnn_isas amx)
  endif()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(qcnn_isas neon neon_dotprod)
  set(qcnn_flags_neon -march=armv8-a)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^arm")
  set(qcnn_isas neon)
  set(qcnn_flags_neon -mfpu=neon)
else()
  set(qcnn_isas)
endif()

# Scalar is the oracle: compiled plainly, so that what it costs and computes is what the C text says.
set(qcnn_flags_scalar -O2 -fno-tree-vectorize)
set(qcnn_flags_avx2 -mavx2 -mfma -mf16c)
set(qcnn_flags_avx512 -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vbmi -mavx512vnni)
set(qcnn_flags_amx ${qcnn_flags_avx512} -mamx-tile -mamx-int8)
set(qcnn_flags_neon_dotprod -march=armv8.2-a+dotprod)

# Pairs of loads, ldp, cost processors that work in order more than two loads do: Cortex-A55 by its published model
# six cycles against two.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(qcnn_flags_unpaired -fno-peephole2)
  elseif(CMAKE_C_COMPILER_ID STREQUAL "Clang")
    set(qcnn_flags_unpaired -mllvm -aarch64-enable-ldst-opt=0)
  endif()
  list(APPEND qcnn_flags_neon ${qcnn_flags_unpaired})
  list(APPEND qcnn_flags_neon_dotprod ${qcnn_flags_unpaired})
endif()

# Sets ${result} to the kernels in ${folder} that the target can have, each with its own flags.
function(qcnn_kernel_sources result folder)
  file(GLOB candidates CONFIGURE_DEPENDS "${folder}/*.c")
  set(chosen)
  foreach(file IN LISTS candidates)
    get_filename_component(name "${file}" NAME_WE)
    if(NOT name MATCHES "_(scalar|avx2|avx512|amx|neon_dotprod|neon)$")
      message(FATAL_ERROR "${file}: the name must end in _<isa>.c, see cmake/isa.cmake")
    endif()
    set(isa "${CMAKE_MATCH_1}")
    if(isa STREQUAL "scalar" OR isa IN_LIST qcnn_isas)
      set_source_files_properties("${file}" PROPERTIES COMPILE_OPTIONS "${qcnn_flags_${isa}}")
      list(APPEND chosen "${file}")
    endif()
  endforeach()
  set(${result} "${chosen}" PARENT_SCOPE)
endfunction()

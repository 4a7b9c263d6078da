# libjniqcnn.so: our C code, the glue of NativeBinding and JavaCPP's own native half, in one file, so that a
# program needs no other native library.
enable_language(CXX)

# JavaCPP writes its files anew each time; a copy keeps its date, and so its object file, while the text stays.
file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/glue")
foreach(source jniqcnn.cpp jnijavacpp.cpp)
  set(copy "${CMAKE_CURRENT_BINARY_DIR}/glue/${source}")
  execute_process(COMMAND awk -f "${CMAKE_CURRENT_LIST_DIR}/sort-glue.awk" "${QCNN_GLUE}/${source}"
    OUTPUT_FILE "${copy}.new" RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${QCNN_GLUE}/${source} cannot be sorted: ${failed}")
  endif()
  configure_file("${copy}.new" "${copy}" COPYONLY)
  list(APPEND qcnn_glue "${copy}")
endforeach()

add_library(jniqcnn SHARED ${qcnn_glue} src/jni_memory.cpp)
target_include_directories(jniqcnn PRIVATE "${QCNN_JAVA_HOME}/include" "${QCNN_JAVA_HOME}/include/linux")
# Generated code: not ours to keep free of warnings. It throws nothing (@NoException).
target_compile_options(jniqcnn PRIVATE
  "$<$<COMPILE_LANGUAGE:CXX>:-O2;-w;-fno-exceptions;-fno-rtti;-fno-threadsafe-statics>"
  -fvisibility=hidden -ffunction-sections -fdata-sections)
target_link_libraries(jniqcnn PRIVATE qcnn_objects m ${CMAKE_DL_LIBS})
if(ANDROID)
  target_link_libraries(jniqcnn PRIVATE log)
  # Phones with pages of 16 KiB load nothing that is aligned to less.
  target_link_options(jniqcnn PRIVATE "LINKER:-z,max-page-size=16384,-z,now")
endif()
set(exports "${CMAKE_CURRENT_LIST_DIR}/exports.map")
target_link_options(jniqcnn PRIVATE "LINKER:--version-script=${exports}"
  "LINKER:--gc-sections,--no-undefined,--as-needed" $<$<CONFIG:Release>:-s>)
# Linked as C, so that no C++ library is asked for; see jni_memory.cpp.
set_target_properties(jniqcnn PROPERTIES LINKER_LANGUAGE C LINK_DEPENDS "${exports}")
install(TARGETS jniqcnn LIBRARY DESTINATION .)

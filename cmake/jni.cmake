# libjniqcnn.so: our C code and the glue that JavaCPP generates from NativeBinding, in one file, so that a program
# needs no other native library. JavaCPP's own native half (jnijavacpp.cpp) is left out: nothing here uses Pointer.
enable_language(CXX)

# JavaCPP writes its file anew each time; a copy keeps its date, and so its object file, while the text stays.
file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/glue")
set(glue "${CMAKE_CURRENT_BINARY_DIR}/glue/jniqcnn.cpp")
execute_process(COMMAND awk -f "${CMAKE_CURRENT_LIST_DIR}/sort-glue.awk" "${QCNN_GLUE}/jniqcnn.cpp"
  OUTPUT_FILE "${glue}.new" RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${QCNN_GLUE}/jniqcnn.cpp cannot be sorted: ${failed}")
endif()
configure_file("${glue}.new" "${glue}" COPYONLY)

add_library(jniqcnn SHARED src/jni_glue.cpp src/jni_memory.cpp)
target_include_directories(jniqcnn PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/glue"
  "${QCNN_JAVA_HOME}/include" "${QCNN_JAVA_HOME}/include/linux")
# Generated code: not ours to keep free of warnings. It throws nothing (@NoException).
target_compile_options(jniqcnn PRIVATE
  "$<$<COMPILE_LANGUAGE:CXX>:-O2;-w;-fno-exceptions;-fno-rtti;-fno-threadsafe-statics>"
  -fvisibility=hidden -ffunction-sections -fdata-sections)
target_compile_definitions(jniqcnn PRIVATE MODIFIED_UTF8_STRING) # strings without a look at java.lang.String
target_link_libraries(jniqcnn PRIVATE qcnn_objects m ${CMAKE_DL_LIBS})
if(ANDROID)
  target_link_libraries(jniqcnn PRIVATE log)
  # Phones with pages of 16 KiB load nothing that is aligned to less.
  target_link_options(jniqcnn PRIVATE "LINKER:-z,max-page-size=16384,-z,now")
endif()
set(exports "${CMAKE_CURRENT_LIST_DIR}/exports.map")
target_link_options(jniqcnn PRIVATE "LINKER:--version-script=${exports}"
  "LINKER:--gc-sections,--no-undefined,--as-needed" $<$<CONFIG:Release>:-s>)
# Linked as C, so that no C++ library is asked for: boards and phones have other versions of it or none.
set_target_properties(jniqcnn PROPERTIES LINKER_LANGUAGE C LINK_DEPENDS "${exports}")
install(TARGETS jniqcnn LIBRARY DESTINATION .)

# Workstations and servers; the machine that builds is one.
need gcc gcc
need g++ g++
need readelf binutils

run_checks() {
  check "library: one file, small, stripped, only our names" "$root/cmake/checks/library.sh" "$library"
  check "jar: holds this library and nothing else" "$root/cmake/checks/jar.sh" "$library" "$name"
  check "glibc 2.29 is enough" "$root/cmake/checks/glibc.sh" "$library" 2.29
  check "kernels: every instruction set of the machine" "$build/qcnn-check"
  check "Java: golden network, bit for bit; contract of the kernels" "$root/cmake/checks/java.sh" java "$name"
}

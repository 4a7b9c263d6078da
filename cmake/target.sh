#!/bin/sh
# target.sh NAME [build|check]: builds the native library of one target (cmake/targets/NAME.sh) from what Maven has
# generated, and proves it as far as this machine can; without a second word, both. Everything it writes is in
# target/targets/NAME: the library below jar/, a log of each check, and results.md. Installs nothing.
set -eu
name=${1:?"usage: $0 NAME [build|check]"}
part=${2:-all}
root=$(cd "$(dirname "$0")/.." && pwd)
runtime=$root/java/runtime/target
out=$root/target/targets/$name
build=$out/build
library=$out/jar/org/qcnn/kernel/$name/libjniqcnn.so
glue=$runtime/generated-sources/javacpp

# need COMMAND DEBIAN_PACKAGE: remembers what is missing.
missing=
need() {
  command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

# A target may replace this, where CMake alone does not do. Linked by &&: the shell's -e does not hold where it is called.
build_library() {
  # shellcheck disable=SC2086 # a list of options
  cmake --no-warn-unused-cli -S "$root/native" -B "$build" -DCMAKE_BUILD_TYPE=Release -DQCNN_GLUE="$glue" \
    -DQCNN_JAVA_HOME="$java_home" $cmake_options \
    && cmake --build "$build" -j2 \
    && cmake --install "$build" --prefix "$(dirname "$library")"
}

# check WHAT COMMAND...: one row of the table. The rest is checked, too, when one fails.
failed=
check() {
  what=$1
  shift
  log=$out/$(echo "$what" | tr -c 'a-z0-9A-Z\n' '-').log
  if "$@" >"$log" 2>&1 </dev/null; then
    result=passed
  else
    result=FAILED
    failed=yes
    echo "$name: $what: FAILED; the end of $log:" >&2
    tail -n 30 "$log" >&2
  fi
  echo "| $name | $what | $result |" | tee -a "$out/results.md"
}

cmake_options=
# shellcheck source=/dev/null
. "$root/cmake/targets/$name.sh"
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
rm -f "$out/results.md"
[ -e "$glue/jniqcnn.cpp" ] || missing="$missing (run: mvn package -Ptargets -pl java/runtime)"
if [ -n "$missing" ]; then
  echo "$name cannot be built or checked; missing:$missing" >&2
  exit 1
fi

mkdir -p "$out"
if [ "$part" != check ]; then
  build_library >"$out/build.log" 2>&1 || { tail -n 40 "$out/build.log" >&2; exit 1; }
fi
if [ "$part" != build ]; then
  run_checks
  [ -z "$failed" ]
fi

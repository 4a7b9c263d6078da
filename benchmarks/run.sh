#!/bin/sh
# run.sh CORES CLASS [ARGUMENT...]: runs a program of this folder on the given cores (1 or 0,1), after building it.
# QCNN_JAVA_OPTIONS goes to the virtual machine.
set -eu
cores=${1:?"usage: $0 CORES CLASS [ARGUMENT...]"}
program=${2:?"usage: $0 CORES CLASS [ARGUMENT...]"}
shift 2
root=$(cd "$(dirname "$0")/.." && pwd)

mkdir -p "$root/benchmarks/target"
log=$root/benchmarks/target/build.log
if ! (cd "$root" && mvn -B -q -ntp -Dqcnn.quick -DskipTests -pl benchmarks -am package) >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
# shellcheck disable=SC2086 # QCNN_JAVA_OPTIONS is a list of words
exec taskset -c "$cores" java -Xmx6g ${QCNN_JAVA_OPTIONS:-} \
  -cp "$root/benchmarks/target/classes:$root/benchmarks/target/lib/*" "org.qcnn.benchmarks.$program" "$@"

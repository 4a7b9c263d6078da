#!/bin/sh
# android.sh LIBRARY PLATFORM: what a library for Android must keep to beyond the rules for every library, read from
# the file itself: the processor, pages of 16 KiB, and no import that was not looked at (cmake/android/imports.txt).
set -eu
library=$1
platform=$2
imports=$(dirname "$0")/../android/imports.txt
broken=0
complain() {
  echo "$library: $*"
  broken=1
}

# only WHAT FOUND ALLOWED: every line found is one of the allowed ones, and there is at least one.
only() {
  [ -n "$2" ] || complain "no $1 found, so nothing was checked"
  for one in $2; do
    echo "$3" | grep -qxF -- "$one" || complain "unexpected $1: $one"
  done
}

case $platform in
  android-arm64) machine=AArch64 ;;
  android-arm) machine=ARM ;;
  android-x86_64) machine=X86-64 ;;
  *)
    echo "no such platform: $platform"
    exit 1
    ;;
esac
only "machine" "$(readelf -hW "$library" | sed -n 's/.*Machine: *\(.* \)\{0,1\}//p')" "$machine"
only "alignment of a segment" "$(readelf -lW "$library" | awk '$1 == "LOAD" {print $NF}')" 0x4000
only "name inside" "$(readelf -dW "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')" libjniqcnn.so
only "import" "$(readelf --dyn-syms -W "$library" | awk 'NR > 3 && $7 == "UND" && $8 {print $8}')" \
  "$(awk -v platform="$platform" '!/^#/ && ($3 == "" || "android-" $3 == platform) {print $2}' "$imports")"
exit $broken

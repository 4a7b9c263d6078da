#!/bin/sh
# check-library.sh LIBRARY PLATFORM: what every libjniqcnn.so for Android must keep to, read from the file itself.
# Prints each rule that is broken; succeeds when there is none.
set -eu
library=$1
platform=$2
imports=$(dirname "$0")/imports.txt
broken=0
complain() {
  echo "$library: $*" >&2
  broken=1
}

# only WHAT FOUND ALLOWED: every line found is one of the allowed ones, and there is at least one.
only() {
  [ -n "$2" ] || complain "no $1 found, so nothing was checked"
  for one in $2; do
    echo "$3" | grep -qxF -- "$one" || complain "unexpected $1: $one"
  done
}

size=$(wc -c <"$library")
[ "$size" -le 400000 ] || complain "$size bytes, more than 400,000"
case $platform in
  android-arm64) machine=AArch64 ;;
  android-arm) machine=ARM ;;
  android-x86_64) machine=X86-64 ;;
  *) complain "no such platform: $platform" && exit 1 ;;
esac
found=$(readelf -hW "$library" | sed -n 's/.*Machine: *\(.* \)\{0,1\}//p')
[ "$found" = "$machine" ] || complain "made for $found, not $machine"

only "needed library" "$(readelf -dW "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')" \
  "$(printf 'libc.so\nlibm.so\nlibdl.so\nliblog.so')"
only "alignment of a segment" "$(readelf -lW "$library" | awk '$1 == "LOAD" {print $NF}')" 0x4000
if readelf -dW "$library" | grep -E 'RUNPATH|RPATH|TEXTREL'; then complain "entries that do not belong there"; fi
readelf -dW "$library" | grep -q 'SONAME.*\[libjniqcnn.so\]' || complain "not named libjniqcnn.so inside"
readelf -lW "$library" | grep -q 'GNU_STACK.* RW ' || complain "wants an executable stack"
if readelf -SW "$library" | grep -E '\.(symtab|debug_)'; then complain "not stripped"; fi

symbols=$(readelf --dyn-syms -W "$library" | awk 'NR > 3 && $8 != ""')
allowed=$(awk -v platform="$platform" '!/^#/ && ($3 == "" || "android-" $3 == platform) {print $2}' "$imports")
only "import" "$(echo "$symbols" | awk '$7 == "UND" {print $8}')" "$allowed"
foreign=$(echo "$symbols" | awk '$7 != "UND" && $8 !~ /^(qcnn_|Java_|JNI_On(Unl|L)oad)/ {print $8}')
[ -z "$foreign" ] || complain "public symbols that are not ours:" $foreign
echo "$symbols" | grep -q ' qcnn_abi_version$' || complain "qcnn_abi_version is not public"

if [ "$broken" = 0 ]; then echo "$platform: $size bytes, all rules kept"; fi
exit "$broken"

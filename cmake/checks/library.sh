#!/bin/sh
# library.sh LIBRARY [NEEDED...]: the rules for every native library. It may need nothing but the libraries named,
# which are glibc's unless told otherwise.
set -eu
library=$1
shift
allowed=${*:-libc.so.6 libm.so.6}
limit=435000
wrong=0
complain() {
  echo "$library: $*"
  wrong=1
}

size=$(wc -c <"$library")
echo "$size bytes"
[ "$size" -le $limit ] || complain "larger than $limit bytes"
dynamic=$(readelf -dW "$library")
for needed in $(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
  echo "needs $needed"
  case " $allowed " in *" $needed "*) ;; *) complain "needs $needed" ;; esac
done
case $dynamic in *RUNPATH* | *RPATH*) complain "names a folder of the build" ;; esac
case $dynamic in *TEXTREL*) complain "has relocations in its code" ;; esac
case $(readelf -SW "$library") in *.symtab* | *.debug_*) complain "not stripped" ;; esac
readelf -lW "$library" | grep -q 'GNU_STACK.* RW ' || complain "wants an executable stack"

exported=$(readelf --dyn-syms -W "$library" |
  awk '$1 ~ /^[0-9]+:$/ && $7 != "UND" && $5 != "LOCAL" && $8 { sub("@.*", "", $8); print $8 }')
echo "$exported" | grep -q '^qcnn_abi_version$' || complain "does not show the C interface"
strange=$(echo "$exported" | grep -vE '^(qcnn_|Java_|JNI_On)' || true)
[ -z "$strange" ] || complain "shows names that are not the interface:" $strange
root=$(cd "$(dirname "$0")/../.." && pwd)
if grep -qF "$root" "$library"; then complain "holds the path of the build"; fi
exit $wrong

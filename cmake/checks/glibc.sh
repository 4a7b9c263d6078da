#!/bin/sh
# glibc.sh LIBRARY VERSION: the library runs with this glibc, and the documentation may say so.
set -eu
found=$(readelf -VW "$1" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1)
echo "needs glibc $found, may need $2"
[ "$found" = "$2" ] || [ "$(printf '%s\n' "$found" "$2" | sort -V | tail -n 1)" = "$2" ]

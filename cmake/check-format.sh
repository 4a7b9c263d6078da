#!/bin/sh
# Checks the C code against .clang-format; with the argument "fix", repairs it.
set -eu
cd "$(dirname "$0")/../native"
if ! command -v clang-format >/dev/null; then
  echo "skipped: clang-format not installed (Debian package clang-format)"
  exit 0
fi
case "${1:-check}" in
  fix) find . \( -name '*.c' -o -name '*.h' \) -exec clang-format -i {} + ;;
  *) find . \( -name '*.c' -o -name '*.h' \) -exec clang-format --dry-run --Werror {} + ;;
esac

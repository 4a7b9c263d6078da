#!/bin/sh
# check-sanitized.sh BUILD_FOLDER: builds the check program with ASan and UBSan and runs it.
set -eu
native=$(cd "$(dirname "$0")/../native" && pwd)
cmake -S "$native" -B "$1" -DQCNN_SANITIZE=ON >/dev/null
cmake --build "$1" -j2 --target qcnn-check >/dev/null
echo "qcnn-check with ASan and UBSan:"
"$1/qcnn-check"

#!/bin/sh
# jar.sh LIBRARY TARGET: the jar of a target holds this library, byte for byte, and nothing else but its manifest and
# description. For the host it was built a second time in another folder, so that this also shows builds to be equal.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
version=$(sed -n 's/^version=//p' "$root/java/runtime/target/maven-archiver/pom.properties")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
jar xf "$root/java/runtime/target/qcnn-$version-$2.jar"
find . -type f
cmp "org/qcnn/kernel/$2/libjniqcnn.so" "$1"
[ "$(find . -type f ! -path './META-INF/*' | wc -l)" = 1 ]

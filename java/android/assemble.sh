#!/bin/sh
# assemble.sh TARGET_FOLDER FILE.aar: puts the AAR together from the compiled runtime, a native library for each
# kind of phone, and what lies in src/main/aar; beside it its sources, Javadoc and bill of materials. Same inputs, same bytes: entries are sorted and carry a fixed date.
set -eu
target=$1
file=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
date=2026-01-01T00:00:00Z

rm -rf "$target/classes-jar" "$target/aar"
mkdir -p "$target/classes-jar" "$target/aar"
cp -R "$here/src/main/aar/." "$target/aar"

# library PLATFORM ABI: Android's tools look for libraries under names of their own.
library() {
  mkdir -p "$target/aar/jni/$2"
  cp "$root/target/targets/$1/jar/org/qcnn/kernel/$1/libjniqcnn.so" "$target/aar/jni/$2"
}
library android-arm64 arm64-v8a
library android-arm armeabi-v7a
library android-x86_64 x86_64

# Only our own classes: JavaCPP and protobuf are dependencies, so that an app that has them already does not get
# them twice.
cp -R "$root/java/runtime/target/classes/org" "$target/classes-jar"
find "$target/classes-jar" -name '*.so' -delete
find "$target/classes-jar" -type d -empty -delete
"$java_home/bin/jar" --create --date "$date" --file "$target/aar/classes.jar" -C "$target/classes-jar" .
"$java_home/bin/jar" --create --date "$date" --no-manifest --file "$file" -C "$target/aar" .

# Its classes and dependencies are the runtime's, and so is what accompanies them.
version=${file##*/qcnn-android-}
version=${version%.aar}
for kind in sources javadoc; do
  cp "$root/java/runtime/target/qcnn-$version-$kind.jar" "${file%.aar}-$kind.jar"
done
sed -e "s|pkg:maven/org.qcnn/qcnn@$version?type=jar|pkg:maven/org.qcnn/qcnn-android@$version?type=aar|" \
  -e 's|"name" : "qcnn"|"name" : "qcnn-android"|' "$root/java/runtime/target/bom.json" >"${file%.aar}-cyclonedx.json"

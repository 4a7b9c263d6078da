#!/bin/sh
# java.sh JAVA TARGET: loads the packaged library into a virtual machine and runs the tests that show whether this target
# computes what x86-64 computed: the golden network, every kernel against its formula, and how the library is chosen.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
java=$1
target=$2
cd "$root/java/runtime"
version=$(sed -n 's/^version=//p' target/maven-archiver/pom.properties)
for jar in "target/qcnn-$version.jar" "target/qcnn-$version-$target.jar"; do
  [ -e "$jar" ] || { echo "$jar is missing; mvn package -Ptargets makes it"; exit 1; }
done
# Named one by one: a 32-bit virtual machine cannot list folders in an emulator.
exec "$java" -Xmx1g -XX:TieredStopAtLevel=1 \
  -cp "target/qcnn-$version.jar:target/qcnn-$version-$target.jar:target/test-classes:$(cat target/test-classpath)" \
  org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=tree \
  --select-class org.qcnn.golden.GoldenNetworkTest --select-class org.qcnn.kernel.NativeKernelsTest \
  --select-class org.qcnn.kernel.NativeBindingTest --select-class org.qcnn.kernel.NativeLibraryTest

#!/bin/sh
# What Maven Central asks for: every jar with its sources and Javadoc, and a POM that says what it is, whose, under which
# licence and where; besides, a bill of materials for each.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
wrong=0
complain() {
  echo "$*"
  wrong=1
}

cd "$root/java"
for module in runtime compressor cli android; do
  for kind in sources javadoc; do
    ls $module/target/*-$kind.jar || complain "java/$module has no jar with $kind"
  done
done
for module in runtime compressor cli platform; do
  grep -q '"bomFormat" : "CycloneDX"' $module/target/bom.json || complain "java/$module has no bill of materials"
  grep -q '<name>' $module/pom.xml || complain "java/$module has no name"
  grep -q '<description>' $module/pom.xml || complain "java/$module has no description"
done
grep -q 'pkg:maven/org.qcnn/qcnn-android@.*type=aar' android/target/*-cyclonedx.json ||
  complain "the AAR has no bill of materials of its own"
for element in url licenses developers scm; do
  grep -q "<$element[> ]" ../pom.xml || complain "the root POM has no $element"
done
exit $wrong

#!/bin/sh
# report.sh CLASS: the test class ran in this build of java/android, and all its tests passed.
set -eu
android=$(cd "$(dirname "$0")/../../java/android/target" && pwd)
report=$android/surefire-reports/TEST-$1.xml
[ "$report" -nt "$android/aar" ] || { echo "$report is missing or older than the AAR; mvn verify -Ptargets makes it"; exit 1; }
summary=$(grep -m 1 '<testsuite ' "$report")
echo "$summary"
case $summary in
  *' tests="0"'*) exit 1 ;;
  *' errors="0"'*' skipped="0"'*' failures="0"'*) ;;
  *) exit 1 ;;
esac

#!/bin/sh
# targets.sh [build|check]: target.sh for every target, called by mvn verify -Ptargets; "check" then writes the table of
# targets and checks to target/targets.md and compares it with the one in docs/targets.md, so that what was proven once
# cannot be lost in silence. What is missing on this machine is said for all targets at once. As many targets at a time as
# there are cores: emulators use one each.
set -eu
export LC_ALL=C # the order of the table
part=${1:?"usage: $0 build|check"}
root=$(cd "$(dirname "$0")/.." && pwd)
table=$root/target/targets.md
mkdir -p "$root/target"
names=$(for description in "$root"/cmake/targets/*.sh; do basename "$description" .sh; done)
failures=$(mktemp -d)
trap 'rm -rf "$failures"' EXIT
echo "$names" | xargs -P "$(nproc)" -I '{}' sh -c '"$1/cmake/target.sh" "$2" "$3" || : >"$4/$2"' - "$root" '{}' "$part" "$failures"

{
  echo "| target | check | result |"
  echo "|---|---|---|"
  for name in $names; do
    if [ -e "$root/target/targets/$name/results.md" ]; then cat "$root/target/targets/$name/results.md"; fi
  done
} >"$table"
failed=$(ls "$failures")
if [ -n "$failed" ]; then
  echo "targets that failed:" $failed >&2
  exit 1
fi
if [ "$part" = check ]; then
  grep '^|' "$root/docs/targets.md" | diff - "$table" || {
    echo "docs/targets.md does not hold the table that was just measured, target/targets.md" >&2
    exit 1
  }
fi

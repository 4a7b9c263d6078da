#!/bin/sh
# Copies the sources to another folder with a longer name, packages them there as well, and compares every artifact that
# is published, byte for byte, with the one that lies here after mvn package -Ptargets.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
copy=$folder/another/place
mkdir -p "$copy"
cd "$root"
tar -c --exclude-vcs --exclude=target . | tar -x -C "$copy"
(cd "$copy" && mvn -B -ntp -q -Ptargets -Dqcnn.quick package) >"$folder/log" 2>&1 || { tail -n 40 "$folder/log"; exit 1; }

artifacts=$(cd "$copy" && find java/*/target -maxdepth 1 \( -name '*.jar' -o -name '*.aar' -o -name bom.json \
  -o -name '*-cyclonedx.json' \) | sort)
[ "$(echo "$artifacts" | wc -l)" -ge 16 ] || { echo "no more than these were built:"; echo "$artifacts"; exit 1; }
different=0
for artifact in $artifacts; do
  if cmp "$root/$artifact" "$copy/$artifact"; then echo "same bytes: $artifact"; else different=1; fi
done
[ $different = 0 ] || echo "What an older build left here also makes a difference: does it differ after mvn clean, too?"
exit $different

#!/bin/sh
# emulated-java.sh ARCHITECTURE: downloads a Java of Debian 12 for arm64 or armhf into a folder of its own, with a
# bin/java that runs it in an emulator, and prints the path of that bin/java. Installs nothing on this machine.
# With --if-present it downloads nothing, and fails when there is nothing.
set -eu
if_present=
if [ "$1" = --if-present ]; then
  if_present=yes
  shift
fi
architecture=$1
case $architecture in
  arm64) emulator=qemu-aarch64-static triple=aarch64-linux-gnu ;;
  armhf) emulator=qemu-arm-static triple=arm-linux-gnueabihf ;;
  *) echo "emulated-java.sh: no emulated Java for $architecture" >&2; exit 2 ;;
esac
home=${XDG_CACHE_HOME:-$HOME/.cache}/qcnn/java-17-$architecture
java=$home/bin/java
if [ -x "$java" ]; then
  echo "$java"
  exit 0
fi
[ -z "$if_present" ] || exit 1

# What the virtual machine loads, not what its package asks for: no certificates, no fonts, no sound.
packages="openjdk-17-jre-headless libc6 libgcc-s1 libstdc++6 zlib1g libjpeg62-turbo liblcms2-2 libfreetype6
  libpcsclite1 libharfbuzz0b libglib2.0-0"
work=$home.new
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root" "$work/bin"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" \
  >"$work/sources.list"
: >"$work/status"

apt_of_its_own() {
  apt-get -q -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
    -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status" \
    -o Dir::Cache="$work" -o Dir::Cache::Archives="$work/archives" -o Debug::NoLocking=1 \
    -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=3 "$@" >&2
}
apt_of_its_own update
# shellcheck disable=SC2086 # a list of words
(cd "$work/archives" && apt_of_its_own download $packages)
for package in "$work"/archives/*.deb; do
  dpkg -x "$package" "$work/root"
done
# Not the name that Debian gives it, by which JavaCPP would recognise armhf: other virtual machines have no such name.
mv "$work/root/usr/lib/jvm/java-17-openjdk-$architecture" "$work/root/usr/lib/jvm/java-17"

cat >"$work/bin/java" <<JAVA
#!/bin/sh
root=\$(cd "\$(dirname "\$0")/../root" && pwd)
exec ${emulator} -L "\$root" "\$root/usr/lib/jvm/java-17/bin/java" "\$@"
JAVA
chmod +x "$work/bin/java"
"$work/bin/java" -version >&2
rm -rf "$work/lists" "$work/archives" "$home"
mv "$work" "$home"
echo "$java"

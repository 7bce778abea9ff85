#!/usr/bin/env bash
# Debian 12's PgBouncer 1.18 ends itself at a cancel request; 1.21 and newer keep track of prepared statements.
# Unpacks the one of a newer Debian beside the libraries it was built for, without installing anything, and prints the path of a
# program that runs it. Needs apt-get and the machine's own package sources.
set -euo pipefail

suite=trixie
packages="pgbouncer libc6 libevent-2.1-7t64 libcares2 libssl3t64 libpam0g libaudit1 libcap-ng0 libsystemd0 libcap2 libzstd1 zlib1g libldap2 libsasl2-2 libgcrypt20 libgpg-error0 liblz4-1 liblzma5"
folder=${TMPDIR:-/var/tmp}/pgmatrix-test-pgbouncer
program=$folder/pgbouncer
if [ -x "$program" ]; then
  echo "$program"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,debs,root}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 -E '/debian/?$')
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$work/sources.list"
apt=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State=$work/state" -o "Dir::Cache=$work/cache" -o "Dir::State::status=/dev/null" -o APT::Sandbox::User=root)
apt-get "${apt[@]}" -qq update >&2
# shellcheck disable=SC2086 # one word a package
(cd "$work/debs" && apt-get "${apt[@]}" -qq download $packages >&2)
for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
rm -rf "$folder"
mkdir -p "$folder"
cp -a "$work/root/." "$folder/root"
libraries=$folder/root/usr/lib/$(uname -m)-linux-gnu
loader=$(find "$folder/root/usr/lib" -name 'ld-linux-*.so.*' | head -n 1)
cat > "$program.new" <<WRAPPER
#!/bin/sh
exec "$loader" --library-path "$libraries" "$folder/root/usr/sbin/pgbouncer" "\$@"
WRAPPER
chmod 755 "$program.new"
"$program.new" --version >&2
mv "$program.new" "$program"
echo "$program"

#!/usr/bin/env bash
# The machine's own Debian release of PostgreSQL with PostGIS, which npm's binaries come without.
# Unpacks it beside those of its libraries that are not installed, without installing or starting anything, and prints the folder.
# Needs apt-get and the machine's own package sources.
set -euo pipefail

folder=${TMPDIR:-/var/tmp}/pgmatrix-test-postgis
if [ -e "$folder/usr" ]; then
  echo "$folder"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{archives/partial,root}
apt=(-qq -y --no-install-recommends -o "Dir::Cache::archives=$work/archives" -o APT::Sandbox::User=root)
newest() { apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | sort -V | tail -n 1 | cut -d ' ' -f 1; }
package=$(newest)
if [ -z "$package" ]; then
  apt-get -qq update >&2
  package=$(newest)
fi
apt-get "${apt[@]}" --download-only install "$package" >&2
# The server itself too where it is installed: extensions are looked for beside the program that runs.
(cd "$work/archives" && apt-get "${apt[@]}" download "${package%-postgis-3}" >&2)
for deb in "$work"/archives/*.deb; do dpkg -x "$deb" "$work/root"; done
# An installation would make this link.
(cd "$work"/root/usr/share/postgresql/*/extension && ln -s postgis-3.control postgis.control)
# The server's own account reads it.
chmod 755 "$work/root"
rm -rf "$folder"
mv "$work/root" "$folder"
echo "$folder"

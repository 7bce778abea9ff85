# shellcheck shell=bash
# The trees of Debian that the images stand on. The registry keeps each under the hash of what it was made from.

base_packages() {
  local both=ca-certificates,netbase,tzdata,locales
  case $1 in
    # What the interpreters and servers that are copied into it are linked with.
    bookworm) printf '%s' "$both,libbz2-1.0,libffi8,liblzma5,libncurses6,libncursesw6,libnsl2,libreadline8,libsqlite3-0,libssl3,libuuid1,zlib1g" ;;
    # For what bookworm is too old for.
    sid) printf '%s' "$both,python3.14-venv,python3.15-venv" ;;
  esac
}

# The image of the base $1, for a Dockerfile's FROM.
base_image() { printf '127.0.0.1:%s/bases/%s:%s' "$(cat "$state/port")" "$1" "$(base_stamp "$1")"; }

base_stamp() { { declare -f make_base strip_tree; base_packages "$1"; } | sha256sum | cut -c1-16; }

# Makes the base $1 unless the registry has it.
make_base() {
  local image tree=$state/tree-$1
  image=$(base_image "$1")
  if docker pull -q "$image" >>"$log" 2>&1; then return; fi
  say "making the base $1"
  remove_tree "$tree"
  debootstrap --variant=minbase --include="$(base_packages "$1")" "$1" "$tree" "$(mirror)" >>"$log" 2>&1
  strip_tree "$tree"
  tar -C "$tree" --one-file-system -c . | docker import - "$image" >>"$log"
  remove_tree "$tree"
  docker push -q "$image" >>"$log" 2>&1
}

strip_tree() {
  chroot "$1" localedef -i en_US -f UTF-8 en_US.UTF-8
  rm -rf "$1"/usr/share/{doc,man,info,i18n,locale,lintian,bug} "$1"/var/log/* \
    "$1"/var/lib/apt/lists/* "$1"/var/cache/{apt/*,debconf/*-old}
}

# Where this machine has its own packages from.
mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1
}

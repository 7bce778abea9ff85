# shellcheck shell=bash
# What a bare Debian machine lacks.

install_packages() {
  local missing=() pair
  for pair in dockerd:docker.io debootstrap:debootstrap docker-registry:docker-registry iptables:iptables ip:iproute2 xz:xz-utils; do
    command -v "${pair%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || refuse "${missing[*]} must be installed, and this machine has no apt-get"
    say "installing ${missing[*]}"
    apt_quietly update || refuse "apt-get update failed, see $log"
    without_services apt_quietly install --no-install-recommends "${missing[@]}" ||
      refuse "apt-get could not install ${missing[*]}, see $log"
  fi
  # The command line is a package of its own from Debian 13 on.
  command -v docker >/dev/null || apt_quietly install --no-install-recommends docker-cli ||
    refuse "apt-get could not install docker-cli, see $log"
}

apt_quietly() { DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >>"$log" 2>&1; }

# Debian's packages of the engine and of the registry start services of their own, unless a policy forbids it.
without_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  [ ! -e "$policy" ] || { "$@"; return; }
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  "$@" || status=$?
  rm -f "$policy"
  return "$status"
}

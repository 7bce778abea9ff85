#!/usr/bin/env bash
# A private Docker engine with stand-ins of the official images in a registry on loopback. Needs root on Debian; see README.md.
# $1: folder for all that it keeps. The last line of stdout is JSON: host, registry, whether this call started it, images. Exit code 3: there is none, and why.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=state.sh
. "$here/state.sh"
# shellcheck source=packages.sh
. "$here/packages.sh"
# shellcheck source=network.sh
. "$here/network.sh"
# shellcheck source=daemons.sh
. "$here/daemons.sh"
# shellcheck source=bases.sh
. "$here/bases.sh"
# shellcheck source=images.sh
. "$here/images.sh"
trap 'case $? in 0 | 3) ;; *) refuse "a step failed, see $log" ;; esac' EXIT

[ "$(id -u)" = 0 ] || refuse 'starting one takes root'
# The sockets below it may have 107 characters in their paths.
[ ${#state} -le 64 ] || refuse "$state is too long a path for sockets"
lock_state
root=$here/../../..
[ -e "$root/dist/harness/servers/binaries.js" ] || node "$root/bin/setup.mjs" >&2
install_packages
started=true
! alive dockerd || started=false
start_registry
start_engine
node "$here/plan.mjs" "${PYENV_ROOT:-$(pyenv root 2>/dev/null || true)}" >"$state/plan"
make_images
print_answer "$started"

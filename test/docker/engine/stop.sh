#!/usr/bin/env bash
# Ends what start.sh started, and nothing else. $1: its folder. What was built stays there for the next start.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=state.sh
. "$here/state.sh"
# shellcheck source=network.sh
. "$here/network.sh"
# shellcheck source=daemons.sh
. "$here/daemons.sh"

# With the containers and networks go their addresses and rules on this machine.
remove_containers() {
  local ids
  docker version >/dev/null 2>&1 || return 0
  mapfile -t ids < <(docker ps -aq)
  [ ${#ids[@]} = 0 ] || docker rm -f "${ids[@]}" >/dev/null
  docker network prune -f >/dev/null
}

end() {
  alive "$@" || return 0
  kill "$(cat "$state/${2:-$1.pid}")"
  within 30 ended "$@" || refuse "$1 does not end"
}

ended() { ! alive "$@"; }

[ -d "$state" ] || exit 0
lock_state
remove_containers
end dockerd
end containerd exec/containerd/containerd.pid
end docker-registry
remove_remains
remove_network

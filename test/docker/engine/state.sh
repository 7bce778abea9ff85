# shellcheck shell=bash
# What start.sh and stop.sh share. $1: folder of everything that the engine keeps.
state=$(realpath -m "${1:-${TMPDIR:-/var/tmp}/pgmatrix-test-engine}")
log=$state/log
key=$(sha256sum <<<"$state" | cut -c1-4)
# An interface has at most 15 characters in its name, and a chain of iptables 28, "-ISOLATION-STAGE-1" among them.
bridge=pgmtest-$key
export OWN_CHAINS=PGMT$key

export DOCKER_HOST=unix://$state/docker.sock DOCKER_CONFIG=$state/client DOCKER_BUILDKIT=0
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_TLS DOCKER_CERT_PATH DOCKER_API_VERSION

say() { printf '%s\n' "$*" >&2; }

# One line with the reason; the tests print it.
refuse() {
  say "no test engine: $*"
  exit 3
}

# Whether the program $1 runs as its pid file $2 says: the pid may be another program's by now.
alive() {
  local pid
  pid=$(cat "$state/${2:-$1.pid}" 2>/dev/null) || return 1
  [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *"$1 "*"$state"* ]]
}

# Tries the command "$2…" every tenth of a second for $1 seconds.
within() {
  local tries=$(($1 * 10))
  shift
  until "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || return 1
    sleep 0.1
  done
}

# One start or stop at a time. What is started in between closes this file: a daemon would hold the lock for ever.
lock_state() {
  mkdir -p "$state"
  exec 9>"$state/lock"
  flock 9
}

# The folder and what is below it.
unmount() {
  local mounted
  while read -r mounted; do umount -l "$mounted"; done < <(findmnt -rno TARGET | grep -E "^$1(/|$)" | sort -r)
}

# Also where an interrupted start has left something mounted, of which nothing must be removed.
remove_tree() {
  unmount "$1"
  rm -rf --one-file-system "$1"
}

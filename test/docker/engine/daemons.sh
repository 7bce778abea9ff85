# shellcheck shell=bash
# The registry and the engine, each in the background with a pid file.

start_registry() {
  local port
  port=$(cat "$state/port" 2>/dev/null) || port=$(free_port)
  if alive docker-registry && answers "$port"; then return; fi
  say 'starting the registry'
  # Another program may have taken the port in the meantime.
  ! answers "$port" || port=$(free_port)
  printf '%s\n' "$port" >"$state/port"
  cat >"$state/registry.yml" <<CONFIG
version: 0.1
log: { level: warn }
storage: { filesystem: { rootdirectory: $state/registry } }
http: { addr: '127.0.0.1:$port', secret: pushed-and-pulled-by-tests }
CONFIG
  in_background docker-registry serve "$state/registry.yml"
  within 10 answers "$port" || refuse "the registry does not answer, see $state/docker-registry.log"
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

start_engine() {
  if alive dockerd; then
    within 30 docker version || refuse "the engine at $state runs and does not answer: stop.sh ends it"
    return
  fi
  say 'starting the engine'
  remove_remains
  remove_network
  make_bridge
  # A copy, so that a change of the sources does not reach an engine that runs.
  install -D "$here/own-chains/iptables" "$state/bin/iptables"
  # The configuration of an engine that the machine has besides is not ours, nor are its containers in containerd.
  # No address pools: a dockerd that has some removes docker0 at its second start, whoever's it is.
  cat >"$state/daemon.json" <<CONFIG
{
  "data-root": "$state/data",
  "exec-root": "$state/exec",
  "pidfile": "$state/exec.pid",
  "hosts": ["$DOCKER_HOST"],
  "bridge": "$bridge",
  "ip6tables": false
}
CONFIG
  PATH="$state/bin:$PATH" in_background dockerd --config-file "$state/daemon.json" \
    --containerd-namespace "$bridge" --containerd-plugins-namespace "$bridge-plugins"
  within 60 engine_settled
  docker version >/dev/null 2>&1 || refuse "dockerd does not come up: $(complaint)"
}

# It answers or has ended: nobody need wait for the latter.
engine_settled() { docker version || ! alive dockerd; }

complaint() { grep -v level=info "$state/dockerd.log" | tail -n 1 | cut -c1-300; }

# What an engine leaves that was killed, or that ran before the machine was started anew.
remove_remains() {
  rm -f "$state/exec.pid" "$state/docker.sock"
  ! alive containerd exec/containerd/containerd.pid || return 0
  unmount "$state/data"
  remove_tree "$state/exec"
}

# Runs the program $1 with its arguments, its output in $1.log and its pid in $1.pid.
in_background() {
  setsid "$@" </dev/null >"$state/$1.log" 2>&1 9>&- &
  printf '%s\n' "$!" >"$state/$1.pid"
}

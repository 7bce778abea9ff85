# shellcheck shell=bash
# What the engine has of its own on the machine's network: a bridge, and the chains of iptables that own-chains/iptables makes.

# With the addresses of the first time: the engine remembers them whatever the bridge has.
make_bridge() {
  local address
  address=$(cat "$state/address" 2>/dev/null) || address=$(free_address) ||
    refuse 'no addresses from 10.200.0.0 to 10.250.0.255 are free'
  printf '%s\n' "$address" >"$state/address"
  ip link add "$bridge" type bridge
  ip addr add "$address/24" dev "$bridge"
  ip link set "$bridge" up
}

# In a network that no route of this machine leads to.
free_address() {
  local number
  for number in {200..250}; do
    routed "10.$number.0.0/24" || { echo "10.$number.0.1" && return; }
  done
  return 1
}

routed() { [ -n "$({ ip -4 route show root "$1" && ip -4 route show match "$1"; } | grep -v ^default)" ]; }

# Rules first: a chain that is used stays.
remove_network() {
  local table rule
  for table in filter nat; do
    while read -ra rule; do iptables -w -t "$table" -D "${rule[@]}"; done < <(ours "$table" A)
    while read -ra rule; do iptables -w -t "$table" -X "${rule[@]}"; done < <(ours "$table" N)
  done
  [ ! -e "/sys/class/net/$bridge" ] || ip link del "$bridge"
}

ours() { iptables -w -t "$1" -S | sed -n "/$OWN_CHAINS/s/^-$2 //p"; }

# shellcheck shell=bash
# The stand-ins. A line of the plan: image, recipe, base, major version, version, source; see plan.mjs.

# Makes what is missing or has changed, on both bases at the same time.
make_images() {
  local line missing=() base makers=() pid fetching failed=0 lines
  while read -r line; do made "$line" || missing+=("$line"); done <"$state/plan"
  [ ${#missing[@]} -gt 0 ] || return 0
  [ -n "$(mirror)" ] || apt_quietly update || true
  [ -n "$(mirror)" ] || refuse "apt's sources name no mirror of Debian"
  fetch_ahead "${missing[@]}" &
  fetching=$!
  for base in bookworm sid; do
    mapfile -t lines < <(printf '%s\n' "${missing[@]}" | grep " $base ")
    [ ${#lines[@]} = 0 ] || { make_on "$base" "${lines[@]}" & makers+=($!); }
  done
  for pid in "${makers[@]}"; do wait "$pid" || failed=1; done
  wait "$fetching"
  [ "$failed" = 0 ] || refuse "not all images could be made, see $log"
}

# Downloads the servers while the trees are made. What fails here fails again, and is told, where it is needed.
fetch_ahead() {
  local sources
  mapfile -t sources < <(printf '%s\n' "$@" | awk '$2 == "postgres/embedded" { print $6 }')
  node "$here/binaries.mjs" "${sources[@]}" >/dev/null 2>>"$log" || true
}

# Makes the images of the lines "$2…", which stand on the base $1, two at a time.
make_on() {
  local first second
  make_base "$1"
  make_every_other 2 "$@" &
  first=$!
  make_every_other 3 "$@" &
  second=$!
  wait "$first"
  wait "$second"
  docker rmi "$(base_image "$1")" >>"$log"
}

# $1: the first of the words after it that is meant.
make_every_other() {
  local number
  for ((number = $1 + 1; number <= $#; number += 2)); do make_image "${!number}"; done
}

# Builds, pushes and forgets the image of a line, so that the tests have to pull it. Without the builder's cache: what it
# takes from there may be removed in the middle, with the image that it came from.
make_image() {
  local image recipe base major version source path tag digest data=/var/lib/postgresql/data volume
  read -r image recipe base major version source <<<"$1"
  say "making $image"
  volume=$data
  if [ "${recipe%/*}" = postgres ] && ((major >= 18)); then
    data=/var/lib/postgresql/$major/docker
    volume=/var/lib/postgresql
  fi
  path=$image
  [[ $image == */* ]] || path=library/$image
  tag=127.0.0.1:$(cat "$state/port")/$path
  context "$recipe" "$major" "$source" | docker build -q --no-cache --network host -t "$tag" -f "${recipe#*/}.Dockerfile" \
    --build-arg BASE="$(base_image "$base")" --build-arg MAJOR="$major" --build-arg VERSION="$version" \
    --build-arg DATA="$data" --build-arg VOLUME="$volume" - >>"$log" 2>&1
  docker push -q "$tag" >>"$log" 2>&1
  digest=$(docker image inspect --format '{{index .RepoDigests 0}}' "$tag")
  docker rmi "$tag" >>"$log"
  mkdir -p "$(dirname "$state/images/$image")"
  printf '%s %s\n' "$(stamp "$1")" "${digest#*@}" >"$state/images/$image"
}

# The tar that an image is built from: its recipe's folder, and what the recipe copies into the image as source/.
context() {
  local recipe=$1 major=$2 source=$3 files tar
  mapfile -t files < <(ls "$here/recipes/${recipe%/*}")
  tar=(tar -c -C "$here/recipes/${recipe%/*}" --transform 's,^\.,source,S')
  case $recipe in
    postgres/embedded) "${tar[@]}" "${files[@]}" -C "$(node "$here/binaries.mjs" "$source")" . ;;
    # Without what the official image leaves out, and without what was installed for others.
    python/pyenv) "${tar[@]}" --exclude={test,tests,idle_test,site-packages,__pycache__,'*.a','_tkinter*'} "${files[@]}" \
      -C "$source" ./include ./lib "./bin/python$major" ;;
    *) "${tar[@]}" "${files[@]}" ;;
  esac
}

# Whether the image of a line is in the registry as it is to be.
made() { [ "$(cut -d ' ' -f 1 "$state/images/${1%% *}" 2>/dev/null)" = "$(stamp "$1")" ]; }

# Of all that an image is made from.
stamp() {
  local recipe base
  read -r _ recipe base _ <<<"$1"
  {
    printf '%s\n' "$1" "$(base_stamp "$base")"
    declare -f make_image context
    cat "$here/recipes/$recipe.Dockerfile"
    find "$here/recipes/${recipe%/*}" -name '*.sh' | sort | xargs -r cat
  } | sha256sum | cut -c1-16
}

# The answer: where the engine and the registry are, whether they were started just now ($1), and the digests of the images.
print_answer() {
  local image digest comma=
  printf '{"host":"%s","registry":"127.0.0.1:%s","started":%s,"images":{' "$DOCKER_HOST" "$(cat "$state/port")" "$1"
  while read -r image _; do
    read -r _ digest <"$state/images/$image"
    printf '%s"%s":"%s"' "$comma" "$image" "$digest"
    comma=,
  done <"$state/plan"
  printf '}}\n'
}

# pgmatrix for bash: put this line into ~/.bashrc.
#   eval "$(pgmatrix completion bash)"
#
# The line is split here, since bash splits at = and : as well, and `dsn:managed/…` is one word of ours.
# `whole` is that word, and `piece` the part of it that bash replaces.
_pgmatrix() {
  local line="${COMP_LINE:0:COMP_POINT}" paths value
  local -a words
  read -r -a words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local whole="${words[${#words[@]}-1]}" piece="${COMP_WORDS[COMP_CWORD]}"
  [[ $piece == [:=] ]] && piece=''
  local before="${whole%"$piece"}"
  COMPREPLY=()
  {
    IFS= read -r paths
    while IFS=$'\t' read -r value _; do
      [[ $value == */ || $value == *@ ]] && compopt -o nospace 2> /dev/null
      value="${value#"$before"}"
      [[ $piece == [\"\']* && $piece != [\"\']*[\"\']* ]] || printf -v value %q "$value"
      COMPREPLY+=("$value")
    done
  } < <("${COMP_WORDS[0]}" complete -- "${words[@]:1}" 2> /dev/null)
  [[ $paths == none ]] && return
  compopt -o filenames 2> /dev/null
  local kind=-f
  [[ $paths == folders ]] && kind=-d
  while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen "$kind" -- "$piece")
}
complete -F _pgmatrix pgmatrix

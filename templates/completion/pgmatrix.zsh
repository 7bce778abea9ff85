#compdef pgmatrix
# pgmatrix for zsh: put this line into ~/.zshrc, after compinit.
#   eval "$(pgmatrix completion zsh)"
_pgmatrix() {
  local -a found values parts shown shown_parts
  local line value about
  found=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2> /dev/null)}")
  for line in "${(@)found[2,-1]}"; do
    value="${line%%$'\t'*}"
    about="${line#*$'\t'}"
    [[ -n $about ]] && about="$value  -- $about" || about=$value
    if [[ $value == */ || $value == *@ ]]; then
      parts+=("$value") shown_parts+=("$about")
    else
      values+=("$value") shown+=("$about")
    fi
  done
  (( $#values )) && compadd -l -d shown -a values
  (( $#parts )) && compadd -S '' -l -d shown_parts -a parts
  [[ ${found[1]} == none ]] && return
  compset -P '--*='
  if [[ ${found[1]} == folders ]]; then _files -/; else _files; fi
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then _pgmatrix "$@"; else compdef _pgmatrix pgmatrix; fi

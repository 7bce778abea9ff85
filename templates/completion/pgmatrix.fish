# pgmatrix for fish: put this line into ~/.config/fish/config.fish.
#   pgmatrix completion fish | source
function __pgmatrix_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l found ($words[1] complete -- $words[2..-1] "$word" 2> /dev/null)
    for line in $found[2..-1]
        echo $line
    end
    switch "$found[1]"
        case files
            __fish_complete_path "$word"
        case folders
            __fish_complete_directories "$word"
    end
end
complete -c pgmatrix -f -a '(__pgmatrix_complete)'

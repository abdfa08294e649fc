#!/bin/sh
# Usage: embed.sh   writes complete_common, complete_bash_script and complete_zsh_script: the files beside this one.
set -eu
here=$(dirname "$0")
sh "$here/../../embed.sh" complete_common "$here/common"
sh "$here/../../embed.sh" complete_bash_script "$here/bash"
sh "$here/../../embed.sh" complete_zsh_script "$here/zsh"

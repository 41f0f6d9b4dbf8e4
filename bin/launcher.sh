# Sourced by the programs in this folder, which say in $self where they are: starts lvs-lab, or ipvsadm where it is called by that name, from any folder and
# through symbolic links. In a checkout with the Node that package.json pins, whatever Node the machine has; in a package,
# where the code is compiled, with the Node on the path.
set -eu

# Without programs for what the shell can do: scripts call ipvsadm many times.
name=${0##*/}
project=${self%/bin/*}

if [ -f "$project/dist/harness/cli.js" ] && [ ! -f "$project/harness/cli.ts" ]; then
  code=$project/dist
  extension=js
  node=node
  version=$(node --version 2>/dev/null || echo none)
  major=${version#v}
  minor=${major#*.}
  major=${major%%.*}
  minor=${minor%%.*}
  case $version in
    v[0-9]*) [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 18 ]; } || version=old:$version ;;
  esac
  case $version in
    v*) ;;
    *)
      echo "$name: needs Node 22.18 or later on the path; found ${version#old:}" >&2
      exit 3
      ;;
  esac
else
  code=$project
  extension=ts
  node=$project/node_modules/node/bin/node
  if [ ! -x "$node" ]; then
    echo "$name: run npm install in $project first" >&2
    exit 3
  fi
fi
# What Node has compiled is kept for the next start, which takes half as long then; programs in the lab do the same.
if [ -n "${HOME:-}" ]; then
  export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lvs-lab}"
fi
case $name in
  ipvsadm*) exec "$node" "$code/director/ipvsadm.$extension" "$name" "$@" ;;
  *) exec "$node" "$code/harness/cli.$extension" "$@" ;;
esac

#!/bin/sh
# For kernels without ipip: takes the outer header off for a server. NAMESPACE INTERFACE; ends with the namespace's
# processes.
set -eu
project=$(cd "$(dirname "$0")/../../.." && pwd -P)
log=$(mktemp)
"$project/node_modules/node/bin/node" "$project/lab/netns/decapsulator.ts" "$1/$2/172.16.0.2" >"$log" 2>&1 &
until grep -q . "$log"; do :; done
cat "$log" >&2
grep -q ready "$log"
rm "$log"

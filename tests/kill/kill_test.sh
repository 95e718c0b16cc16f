#!/usr/bin/env bash
# kill_test: kill -9 of a writing process at random moments; nothing acknowledged may be missing afterwards.
# Usage: kill_test.sh FOLDER_OF_PROGRAMS [ROUNDS] [SEED]
set -euo pipefail
programs=${1:?usage: kill_test.sh FOLDER_OF_PROGRAMS [ROUNDS] [SEED]}
rounds=${2:-24}
seed=${3:-$RANDOM}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo "kill -9: $rounds rounds, seed $seed"
"$programs/ddb_kill" rounds "$rounds" "$folder" "$seed"

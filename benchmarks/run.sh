#!/usr/bin/env bash
# run: all floors, then all micro benchmarks, then the peers, in a fixed order, into a fresh folder.
#
#   benchmarks/run.sh [--quick] [--bin FOLDER] [--dir FOLDER] [--out FOLDER] [NAME...]
#
# NAME picks programs (floor_limits, micro_page_read, ...; "floor", "micro", "peers" and "versus" pick all of a kind).
# --quick: tiny counts, to see that everything works; its figures mean nothing. --bin: the built programs
# (build/release/bin). --dir: where the files of the benchmarks go, on a real disk (build/bench-data). --out: the run
# folder, which must not exist (build/bench-runs/<UTC time>). It receives machine.txt, one log per program, figures.jsonl
# and summary.txt. A missed target does not fail the run; a program that fails does. Programs with peers are left out
# where there are none.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

quick=0
bin=build/release/bin
data=build/bench-data
out=build/bench-runs/$(date -u +%Y%m%dT%H%M%SZ)
wanted=()
while (($#)); do
  case $1 in
    --quick) quick=1 ;;
    --bin | --dir | --out)
      (($# > 1)) || { echo "$1 needs a folder" >&2; exit 2; }
      # Relative to the repository: command lines in the logs name no folder of one machine.
      folder=$(realpath -m --relative-to="$root" "$2")
      case $1 in --bin) bin=$folder ;; --dir) data=$folder ;; --out) out=$folder ;; esac
      shift
      ;;
    -h | --help) sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//'; exit 0 ;;
    -*) echo "unknown argument $1 (--help lists them)" >&2; exit 2 ;;
    *) wanted+=("$1") ;;
  esac
  shift
done

# name | takes a folder | arguments of --quick
programs=(
  "floor_limits|dir|--rounds 2 --calls 50000 --memory 16m --seconds 0.05"
  "floor_page_lookup||--rounds 2 --lookups 200k"
  "floor_durable_write|dir|--rounds 2 --writes 20"
  "floor_group_commit|dir|--rounds 1 --seconds 0.1"
  "floor_btree_loops||--rounds 1 --rows 50000 --append-rows 20000 --lookups 50000"
  "micro_page_read|dir|--rounds 2 --lookups 200k --transactions 50k --seconds 0.05"
  "micro_commit_latency|dir|--rounds 2 --commits 20 --memory-commits 1000"
  "micro_group_commit|dir|--rounds 1 --seconds 0.1"
  "micro_checkpoint_jitter|dir|--rounds 1 --pages 2000 --commits 1000 --floor-writes 50 --memory-limit 8m --wal-limit 4m"
  "micro_log_volume|dir|--pages 2000 --changes 5000"
  "micro_snapshot_scan|dir|--rounds 2 --pages 3000"
  "micro_leaf_layouts||--rounds 1 --rows 20000 --pages 8192"
  "micro_external_sort|dir|--rounds 1 --rows 20000 --memory 8m --scarce-memory 256k"
  "micro_expr||--rounds 1"
  "micro_index_tree||--rows 20000 --insert-rows 5000 --rounds 1"
  "micro_open_recovery|dir|--rounds 2 --pages 500 --log-bytes 8000000"
  "versus_tables|dir|--rounds 1 --rows 20000 --append-rows 2000 --fetches 2000 --ranges 200 --changes 1000"
  "versus_indexes|dir|--rounds 1 --rows 20000 --insert-rows 5000 --parents 500 --lookups 2000"
  "peers_alone|dir|--rounds 1 --rows 20000 --fetches 2000 --ranges 200 --updates 1000 --deletes 1000"
)

picked() {
  ((${#wanted[@]})) || return 0
  local one
  for one in "${wanted[@]}"; do
    [[ $1 == "$one" || ${1%%_*} == "$one" ]] && return 0
  done
  return 1
}

for one in "${wanted[@]}"; do
  [[ $one == floor || $one == micro || $one == peers || $one == versus || " ${programs[*]%%|*} " == *" $one "* ]] ||
    { echo "no program $one; there are: floor micro peers versus ${programs[*]%%|*}" >&2; exit 2; }
done
cd "$root"
mkdir -p "$(dirname "$out")" "$data"
mkdir "$out" || { echo "the run folder must be fresh" >&2; exit 2; }

{
  echo "time: $(date -u +%FT%TZ)"
  echo "commit: $(git rev-parse HEAD 2>/dev/null || echo unknown)"
  echo "changed files: $(git status --porcelain 2>/dev/null | wc -l)"
  echo "kernel: $(uname -sr)"
  echo "cpu: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1) x $(nproc)"
  echo "memory: $(sed -n 's/^MemTotal: *//p' /proc/meminfo)"
  echo "disk: $(df --output=fstype "$data" | tail -n 1)"
  echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "quick: $quick"
} | tee "$out/machine.txt"

failed=0
for entry in "${programs[@]}"; do
  IFS='|' read -r name takes quick_arguments <<<"$entry"
  picked "$name" || continue
  arguments=()
  ((quick)) && read -ra arguments <<<"$quick_arguments"
  [[ $takes == dir ]] && arguments+=("$data")
  echo
  if [[ ! -x $bin/$name && $name == @(peers|versus)_* ]]; then
    echo "skipped: $name is built once benchmarks/peers/fetch.sh has run"
    continue
  fi
  if [[ ! -x $bin/$name ]]; then
    echo "FAILED: $name is not built"
    failed=$((failed + 1))
    continue
  fi
  # People see the lines, the log keeps everything.
  if ! timeout 1800 "$bin/$name" "${arguments[@]}" 2>&1 | tee "$out/$name.log" | grep --line-buffered -v '^{'; then
    echo "FAILED: $name"
    failed=$((failed + 1))
  fi
  grep '^{' "$out/$name.log" >>"$out/figures.jsonl" || true
done
rmdir "$data" 2>/dev/null || true

touch "$out/figures.jsonl"
{
  echo "figures: $(wc -l <"$out/figures.jsonl")"
  echo "targets met: $(grep -c '"met":true' "$out/figures.jsonl" || true)"
  echo "targets missed: $(grep -c '"met":false' "$out/figures.jsonl" || true)"
  sed -n 's/.*"benchmark":"\([^"]*\)","figure":"\([^"]*\)","value":\([^,]*\).*"target":"\([^"]*\)","met":false.*/  missed: \1 \2 = \3 (target \4)/p' \
    "$out/figures.jsonl"
  echo "programs that failed: $failed"
} | tee "$out/summary.txt"
echo "run folder: $out"
((failed == 0))

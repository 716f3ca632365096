#!/usr/bin/env bash
# Makes the figures of docs/results/accuracy.md: one JSON file per run, skipped if it is there, so that it can be cut and
# started again. Needs `hebbit data fetch mnist`. Usage: docs/results/accuracy.sh FOLDER
set -euo pipefail
out=${1:?usage: docs/results/accuracy.sh FOLDER}
mkdir -p "$out"
cargo build --release --quiet --package hebbit-cli
learn() { # name, seeds, options...
  local name=$1 seeds=$2; shift 2
  for seed in $seeds; do
    local file="$out/$name-seed$seed.json"
    [ -s "$file" ] && continue
    target/release/hebbit learn --data mnist --seed "$seed" --json --quiet "$@" > "$file.tmp"
    mv "$file.tmp" "$file"
  done
}
learn i16-128       "1 2 3" --layers 784-128-10 --weights i16
learn i8-128        "1 2 3" --layers 784-128-10 --weights i8
learn i16-512       "1 2 3" --layers 784-512-10 --weights i16
learn i16-128-4     "1 2 3" --layers 784-128-10 --weights i16 --ticks 4
learn i16-128-shift "1 2 3" --layers 784-128-10 --weights i16 --augment shift1
learn i8-128-shift  "1 2 3" --layers 784-128-10 --weights i8 --augment shift1
learn i16-512-shift "1 2 3" --layers 784-512-10 --weights i16 --augment shift1
learn i16-128-tied  "1 2 3" --layers 784-128-10 --weights i16 --feedback tied
learn i16-128-random "1 2 3" --layers 784-128-10 --weights i16 --feedback random
learn i16-128-first "1 2 3" --layers 784-128-10 --weights i16 --readout first
learn stdp-100      "1 2 3" --rule stdp --layers 784-100 --epochs 2
learn stdp-400      "1 2 3" --rule stdp --layers 784-400 --epochs 2
learn stdp-100-i8   "1 2 3" --rule stdp --layers 784-100 --epochs 2 --weights i8
learn burst-rate    "1 2 3" --rule burst --form rate
number() { grep -o "\"$1\": [0-9.]*" "$2" | head -n 1 | grep -o '[0-9.]*$'; }
printf '%-16s %8s %8s %8s %8s %8s %8s\n' run mean least greatest spikes decision rate/s
for name in $(cd "$out" && ls -- *.json | sed 's/-seed[0-9]*\.json$//' | sort -u); do
  for file in "$out/$name"-seed*.json; do
    echo "$(number test_accuracy "$file") $(number spikes_per_sample "$file")" \
         "$(number mean_ticks_to_decision "$file") $(number samples_per_second "$file")"
  done | awk -v name="$name" '
    NR == 1 { low = high = $1 } { sum += $1; s += $2; d += $3; r += $4; if ($1 < low) low = $1; if ($1 > high) high = $1 }
    END { printf "%-16s %8.2f %8.2f %8.2f %8.1f %8.2f %8.0f\n", name, sum / NR, low, high, s / NR, d / NR, r / NR }'
done

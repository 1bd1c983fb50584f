#!/usr/bin/env bash
# The wheel alone runs `kehoach demo`: built here, installed into an empty environment outside the tree, run from an
# empty folder, what it says to open is opened. Needs `make setup` first.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$PWD
bin=$tree/.venv/bin
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
say() { printf 'wheel: %s\n' "$*"; }
fail() { printf 'wheel: %s\n' "$*" >&2; exit 1; }

say "build"
"$bin/python" -m hatchling build -t wheel -d "$scratch/dist" 2>&1 | tail -n 1
wheel=$(echo "$scratch"/dist/kehoach-*.whl)
unpacked=$("$bin/python" -m zipfile -l "$wheel")
for needed in plan/phu-la-2025/source.txt plan/phu-la-2025/plan.yaml outputs/templates/report.html migrations/env.py; do
    grep -qF "$needed" <<<"$unpacked" || fail "$needed is missing from the wheel"
done
if grep -E '(^|/)(tests|bench|\.venv|demo)/' <<<"$unpacked"; then fail "these do not belong in the wheel"; fi

say "install into an empty environment"
"$bin/python" -m venv "$scratch/venv"
python=$scratch/venv/bin/python
if ! { "$bin/python" -m uv pip install --quiet --python "$python" --require-hashes --no-deps -r requirements/run.txt &&
       "$bin/python" -m uv pip install --quiet --python "$python" --no-deps --no-index "$wheel"; }; then
    "$python" -m pip install -qq --require-hashes --no-deps -r requirements/run.txt
    "$python" -m pip install -qq --no-deps --no-index "$wheel"
fi
"$python" -m pip check
"$python" scripts/top_level_names.py

say "demo, from an empty folder, with no setting of ours"
mkdir "$scratch/empty" "$scratch/home"
cd "$scratch/empty"
env -i PATH=/usr/bin:/bin HOME="$scratch/home" LANG=C.UTF-8 "$scratch/venv/bin/kehoach" demo | tee "$scratch/said"

# The closing lines name the files to open: each must be there, the report among them.
tail -n 30 "$scratch/said" | grep -oE '[^ «»"]*demo/[^ «»",;]*' | sed 's/[.:)]*$//' | sort -u >"$scratch/named"
grep -q 'report\.html$' "$scratch/named" || fail "the last lines of the demo name no report"
while read -r file; do
    [ -e "$file" ] || fail "the demo names $file, which is not there"
done <"$scratch/named"
env -i PATH=/usr/bin:/bin HOME="$scratch/home" LANG=C.UTF-8 KEHOACH_HOME=demo "$scratch/venv/bin/kehoach" status --json |
    "$python" -c 'import json, sys; counts = json.load(sys.stdin)["counts"]; assert sum(counts.values()) > 0, counts'
say "the wheel alone runs the demo"

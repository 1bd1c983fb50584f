#!/usr/bin/env bash
# Make the checkout's own environment: scripts/setup.sh run|dev
#   run   what the command needs (requirements/run.txt)
#   dev   that, and what tests and linters need (requirements/dev.txt)
# Every package is pinned with its hash. uv installs in a second what takes pip half a minute; where uv cannot be had
# or cannot reach the index that pip is configured for, pip does the same work.
#   PYTHON   an interpreter, 3.11 or newer (default: the first good one on the path)
#   VENV     where the environment goes (default .venv)
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-run}
venv=${VENV:-.venv}
lock=requirements/$what.txt
[ -f "$lock" ] || { echo "setup: run or dev, not «$what»" >&2; exit 2; }
say() { printf 'setup: %s\n' "$*"; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local each
    for each in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python; do
        if new_enough "$each"; then printf '%s' "$each"; return; fi
    done
    echo "setup: kehoach needs Python 3.11 or newer; none found on the path (set PYTHON=/path/to/python3)" >&2
    return 1
}

make_venv() {
    local python
    if [ -x "$venv/bin/python" ] && new_enough "$venv/bin/python"; then return; fi
    python=$(find_python)
    say "an environment in $venv ($("$python" --version 2>&1))"
    if ! "$python" -m venv --clear "$venv"; then
        echo "setup: could not make an environment; on Debian and Ubuntu: apt-get install python3-venv" >&2
        return 1
    fi
}

have_uv() {
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --no-deps \
        -r requirements/uv.txt
}

install_lock() {
    say "packages of $lock"
    if have_uv && "$venv/bin/python" -m uv pip install --quiet --python "$venv/bin/python" --require-hashes --no-deps \
        --compile-bytecode -r "$lock"; then
        return
    fi
    say "uv did not do; pip takes over (about half a minute)"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r "$lock"
}

install_project() {
    # The build backend comes from the lock, so nothing is resolved or fetched here.
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation \
        --editable .
    local rooms=(*/__init__.py)
    "$venv/bin/python" -m compileall -q ./*.py "${rooms[@]%/*}" migrations
}

make_venv
install_lock
install_project
say "ready: $venv/bin/kehoach"

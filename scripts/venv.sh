#!/bin/sh
# Make .venv with Python 3.11 or later. Plain sh, because nothing else is there yet.
# Prints nothing when it has nothing to do.
set -eu
cd "$(dirname "$0")/.."

good() { # is this a Python of 3.11 or later?
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# An environment names its own folder in its scripts: moved or copied elsewhere, it is no good.
if good .venv/bin/python && [ -d .venv/lib ] && [ "$(cat .venv/.made-in 2>/dev/null || pwd)" = "$(pwd)" ]; then
    exit 0
fi

python=""
for candidate in "${REGULARS_PYTHON:-}" python3.13 python3.12 python3.11 python3.14 python3 python; do
    if [ -n "$candidate" ] && good "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Regulars needs Python 3.11 or later, and none was found." >&2
    echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name yours: make setup REGULARS_PYTHON=/path/to/python3" >&2
    exit 1
fi
if [ -n "${REGULARS_PYTHON:-}" ] && [ "$python" != "$REGULARS_PYTHON" ]; then
    echo "REGULARS_PYTHON=$REGULARS_PYTHON is no Python 3.11 or later" >&2
    exit 1
fi

done_with() { # make it by this command; the mark, written last, says that it is whole
    rm -rf .venv
    "$@" >/dev/null 2>&1 && pwd >.venv/.made-in
}

echo "environment: .venv with $("$python" --version)"
if done_with "$python" -m venv .venv; then exit 0; fi
# Debian's Python comes without ensurepip: virtualenv, or its own package, makes up for it.
if done_with "$python" -m virtualenv .venv; then exit 0; fi
if done_with virtualenv -p "$python" .venv; then exit 0; fi
rm -rf .venv
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "environment: installing python3-venv with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    apt-get install -y -qq "python$version-venv" >/dev/null 2>&1 || apt-get install -y -qq python3-venv >/dev/null
    if done_with "$python" -m venv .venv; then exit 0; fi
fi
echo "$python cannot make environments (it lacks ensurepip)." >&2
echo "Install that part once and try again: sudo apt-get install python$version-venv" >&2
exit 1

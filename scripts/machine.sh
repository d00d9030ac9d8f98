# shellcheck shell=bash
# What the scripts beside this file share: how they speak, how they install Debian packages, how they keep out of each other's way.
# Sourced, never run. Progress goes to stderr, so that stdout can carry an answer (a URL, a path).

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$checkout/.tools # downloaded or generated for this checkout only; ignored by git, removed by `make clean`

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# usage: prints the comment block at the head of the calling script, which is its documentation.
usage() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"; }

# one_at_a_time NAME: waits for its turn. The lock falls when the script ends; a daemon must be started with `9>&-` or it keeps the lock.
one_at_a_time() {
    mkdir -p "$tools"
    exec 9>"$tools/$1.lock"
    flock -w 600 9 || die "another run has held $tools/$1.lock for 10 minutes"
}

may_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

# as_root COMMAND...: runs it as root. sudo may ask for a password at a terminal and nowhere else.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        die "needs root (or sudo) to run: $*"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# apt_install PACKAGE...: installs Debian packages, or says which ones are missing. Looks for new lists only when the known ones do not do.
apt_install() {
    command -v apt-get >/dev/null || die "please install: $* (these are Debian's names; there is no apt-get here)"
    may_be_root || die "please install as root: apt-get install $*"
    local log=$tools/apt.log
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@")
    mkdir -p "$tools"
    say "installing Debian's $*"
    if as_root "${install[@]}" >"$log" 2>&1 9>&-; then return 0; fi
    if as_root apt-get -q update >>"$log" 2>&1 9>&- && as_root "${install[@]}" >>"$log" 2>&1 9>&-; then return 0; fi
    tail -n 15 "$log" >&2
    die "apt-get could not install: $* (log: $log)"
}

# runs PID NAME: whether that process is alive and of that name. In a container nobody may reap the dead, and a zombie keeps its number.
runs() { [ -n "${1:-}" ] && [ "$(sed -n 's/^[0-9]* (\(.*\)) [^ZX] .*/\1/p' "/proc/$1/stat" 2>/dev/null)" = "$2" ]; }

# hash_of FILE...: one hash over the contents of all of them.
hash_of() { cat "$@" | sha256sum | cut -d' ' -f1; }

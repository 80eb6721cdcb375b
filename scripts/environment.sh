# shellcheck shell=bash
# Sourced by the scripts of this folder: where things are, how we speak, and set-up on demand.
#
#   root      the checkout            venv      its virtual environment (PAASTA_VENV moves it)
#   say       one line about what happens now        fail      say what is wrong and stop
#   ensure_environment [runtime|dev]   run scripts/setup when something is missing; fast when not
#   give_back a root run in a user's checkout leaves nothing there that the user cannot change

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="${PAASTA_VENV:-$root/.venv}"
program="$(basename "$0")"
cd "$root"

say() { printf '%s: %s\n' "$program" "$*" >&2; }

fail() {
    printf '%s: error: %s\n' "$program" "$1" >&2
    shift
    for hint in "$@"; do printf '  %s\n' "$hint" >&2; done
    exit 1
}

# The stamp says what the environment was made from and how complete it is ("runtime" or "dev").
# Its key changes with the requirements, with set-up itself, and when the checkout has moved.
environment_key() {
    { cat pyproject.toml scripts/setup && printf '%s' "$root"; } | sha256sum | cut -d' ' -f1
}

environment_level() {
    local key level=none
    if [ -r "$venv/.stamp" ] && [ -x "$venv/bin/python" ]; then
        read -r key level < "$venv/.stamp" || level=none
        [ "$key" = "$(environment_key)" ] || level=none
    fi
    printf '%s' "$level"
}

ensure_environment() {
    case "${1:-dev}/$(environment_level)" in
        runtime/runtime | runtime/dev | dev/dev) ;;
        runtime/*) "$root/scripts/setup" --runtime ;;
        *) "$root/scripts/setup" ;;
    esac
}

give_back() {
    [ "$(id -u)" = 0 ] && [ "$(stat -c %u "$root")" != 0 ] || return 0
    local left
    for left in .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
        .ruff_cache docs/_build paasta_deploy.egg-info; do
        if [ -e "$left" ]; then chown -R --no-dereference --reference="$root" "$left"; fi
    done
}

# Root's byte code in a user's checkout would stay there and could not be replaced by the user.
if [ "$(id -u)" = 0 ] && [ "$(stat -c %u "$root")" != 0 ]; then
    export PYTHONDONTWRITEBYTECODE=1
fi

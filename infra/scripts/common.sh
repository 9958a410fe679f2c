# What the scripts of this folder share; sourced by them, not run. Works with bash 3.2, which macOS has.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

# Ends the script: what went wrong, then lines with what to do.
fail() {
  printf 'FAILED: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# Ends the script before it has done anything: it was called wrongly, or a tool is not there.
refuse() {
  printf '%s\nSee %s --help.\n' "$1" "$(basename "$0")" >&2
  exit 2
}

need() { # tool, where it comes from
  command -v "$1" >/dev/null 2>&1 || refuse "'$1' is not installed. Get it from $2."
}

# The value of an option: refused where there is none.
value_of() { # option, number of words left, the word after it
  if [ "$2" -lt 2 ] || [ -z "$3" ]; then refuse "$1 needs a value."; fi
  printf '%s' "$3"
}

need_az() {
  need az "https://learn.microsoft.com/cli/azure/install-azure-cli"
  az account show --output none >/dev/null 2>&1 ||
    fail "the Azure CLI is not signed in." "Sign in with 'az login', and choose the subscription with 'az account set --subscription ID'."
}

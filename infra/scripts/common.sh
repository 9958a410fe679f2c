# What the scripts of this folder share; sourced by them, not run. Works with bash 3.2, which macOS has.
# shellcheck shell=bash disable=SC2034 # names that are set here are used by those that source this

say() { printf '%s\n' "$*"; }

# What 'fail' ends with. 3 once something was sent to the app that may have to be taken back.
failure=1

# Ends the script: what went wrong, then lines with what to do.
fail() {
  printf 'FAILED: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit "$failure"
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

# The project, which may be called from any folder.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
container=packages

check_environment_name() {
  [[ ${AZURE_ENV_NAME:-} =~ ^[A-Za-z0-9][A-Za-z0-9-]{0,39}$ ]] ||
    refuse "The environment is '${AZURE_ENV_NAME:-}'; give --environment (or AZURE_ENV_NAME) a name of up to 40 letters, digits and hyphens, such as test."
}

deployment_name() { printf 'orchestrator-%s' "$AZURE_ENV_NAME"; }

# An output of the deployment; the environment variable of the same name goes before it ('azd env get-values' prints them).
output() { # name
  local value=${!1:-}
  if [ -z "$value" ]; then
    value=$(az deployment sub show --name "$(deployment_name)" --query "properties.outputs.$1.value" --output tsv) || value=''
  fi
  [ -n "$value" ] || fail "the deployment $(deployment_name) of this subscription has no output $1." \
    "Provision it first: infra/scripts/provision.sh --environment $AZURE_ENV_NAME --location REGION" \
    "Made by azd? Load its values: set -a; eval \"\$(azd env get-values)\"; set +a" \
    "Is this the right subscription? az account show"
  printf '%s' "$value"
}

# Sets group, app, account and address of the environment.
find_app() {
  group=$(output AZURE_RESOURCE_GROUP)
  app=$(output AZURE_FUNCTION_APP_NAME)
  account=$(output AZURE_STORAGE_ACCOUNT_NAME)
  address=$(output AZURE_FUNCTION_APP_URL)
}

blobs() { # verb..., options: a call about the kept packages
  az storage blob "$@" --container-name "$container" --account-name "$account" --auth-mode login --only-show-errors
}

# Why the kept packages could not be reached, and what to do.
fail_on_packages() { # what was tried
  fail "$1" \
    "403, AuthorizationPermissionMismatch: you need the role Storage Blob Data Contributor on the container '$container' of $account. Provision again with" \
    "your object id in ORCHESTRATOR_DEPLOYER_PRINCIPAL_ID (az ad signed-in-user show --query id --output tsv), and wait ten minutes until it counts." \
    "403, AuthorizationFailure: the account lets only its private network in. Run this from there, or deploy with --no-keep."
}

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

# An older one may wait for ever for an app that does not start, and does not know of a what-if held to rights to read.
oldest_az=2.88

need_az() {
  local version
  need az "https://learn.microsoft.com/cli/azure/install-azure-cli"
  version=$(az version --query '"azure-cli"' --output tsv 2>/dev/null) || version=''
  if [[ $version =~ ^([0-9]+)\.([0-9]+)\. ]] && [ $((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2])) -lt $((${oldest_az%.*} * 1000 + ${oldest_az#*.})) ]; then
    refuse "The Azure CLI is $version; $oldest_az or newer is needed. Renew it with 'az upgrade'."
  fi
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

# The environment that the variables of the shell are those of; empty where it says none.
shell_environment=${AZURE_ENV_NAME:-}

# Takes the environment from its option. Names of another one, left in the shell by azd, must not send a package there.
choose_environment() { # the words that are left, --environment first
  local name
  name=$(value_of "$1" $# "${2:-}")
  if [ "$name" != "${AZURE_ENV_NAME:-}" ]; then
    unset AZURE_RESOURCE_GROUP AZURE_FUNCTION_APP_NAME AZURE_STORAGE_ACCOUNT_NAME AZURE_FUNCTION_APP_URL
  fi
  AZURE_ENV_NAME=$name
}

azd_file() { printf '%s' "$project/.azure/$AZURE_ENV_NAME/.env"; }

has_azd_environment() { [ -f "$(azd_file)" ]; }

# What azd's environment has of a variable: lines NAME="value", with a backslash before what is special to a shell.
of_azd() { # its name
  local line
  has_azd_environment || return 0
  line=$(grep -E "^$1=" "$(azd_file)" | tail -n 1) || return 0
  line=${line#*=}
  line=${line#\"}
  printf '%s' "${line%\"}" | sed -E 's/\\(.)/\1/g'
}

# Sets a variable that belongs to an environment, and taken_from: the shell, unless what it has is another environment's, else azd's environment of that name,
# else nothing. One that is empty counts as not there. Values of one environment must not come into another because the shell still has them.
left_aside=''
take() { # its name
  local value=${!1:-}
  taken_from=''
  if [ -n "$value" ] && [ -n "$shell_environment" ] && [ "$shell_environment" != "$AZURE_ENV_NAME" ]; then
    left_aside="$left_aside $1"
    value=''
  fi
  if [ -n "$value" ]; then
    taken_from=shell
    return
  fi
  unset "$1"
  value=$(of_azd "$1")
  if [ -n "$value" ]; then
    taken_from=azd
    export "$1=$value"
  fi
}

# Sets what the smoke test comes in with. Of two nobody can say which counts, so there is at most one; whether there is any, who calls must see.
take_credentials() {
  take ORCHESTRATOR_ENTRA_AUDIENCE
  take ORCHESTRATOR_API_KEY
  take ORCHESTRATOR_TOKEN
  if [ -n "${ORCHESTRATOR_API_KEY:-}" ] && [ -n "${ORCHESTRATOR_TOKEN:-}" ]; then
    refuse "ORCHESTRATOR_API_KEY and ORCHESTRATOR_TOKEN are both set; unset one."
  fi
}

say_left_aside() {
  if [ -n "$left_aside" ]; then say "Left aside, as it is of the environment $shell_environment:$left_aside"; fi
}

# Sets group, app, account and address of the environment: as 'azd env get-values' says, else by what is there. Not by the record of the
# deployment: it has no outputs when the last one failed, and whoever has rights on the group alone may not read it.
find_app() {
  group=${AZURE_RESOURCE_GROUP:-}
  app=${AZURE_FUNCTION_APP_NAME:-}
  account=${AZURE_STORAGE_ACCOUNT_NAME:-}
  address=${AZURE_FUNCTION_APP_URL:-}
  local tag
  if [ -z "$group" ]; then
    find_group
  else
    tag=$(group_tag) || fail "the resource group $group cannot be read." "Is this the right subscription? az account show"
    check_group "$tag"
  fi
  if [ -z "$app" ] || [ -z "$address" ]; then find_function_app; fi
  if [ -z "$account" ]; then find_account; fi
}

# The environment that the group says it is, as the template has it say.
group_tag() { az group show --name "$group" --query 'tags."azd-env-name"' --output tsv; }

# Names in the shell may be those of another environment, where somebody set AZURE_ENV_NAME alone.
check_group() { # what the group says
  [ "$1" = "$AZURE_ENV_NAME" ] || fail "AZURE_RESOURCE_GROUP is $group, and that is the environment '$1', not $AZURE_ENV_NAME." \
    "The shell has values of another environment. Open another shell and set those of $AZURE_ENV_NAME; never change AZURE_ENV_NAME in a shell."
}

find_group() {
  group=$(az group list --tag "azd-env-name=$AZURE_ENV_NAME" --query "[].name" --output tsv) || fail "the resource groups of this subscription cannot be listed."
  [ -n "$group" ] || fail "there is no environment $AZURE_ENV_NAME in this subscription, or you may not see it." \
    "Provision it first: infra/scripts/provision.sh --environment $AZURE_ENV_NAME --location REGION" \
    "Is this the right subscription? az account show"
  [ "$(printf '%s\n' "$group" | wc -l)" -eq 1 ] || fail "several resource groups say that they are the environment $AZURE_ENV_NAME: $(printf '%s' "$group" | tr '\n' ' ')" \
    "Say which it is: export AZURE_RESOURCE_GROUP=NAME"
}

find_function_app() {
  local found
  found=$(az functionapp list --resource-group "$group" --query "[?tags.\"azd-service-name\"=='orchestrator'].[name, defaultHostName]" --output tsv) ||
    fail "the function apps of $group cannot be listed."
  [ -n "$found" ] || fail "the resource group $group has no function app with the tag azd-service-name=orchestrator." \
    "Provision it: infra/scripts/provision.sh --environment $AZURE_ENV_NAME --location REGION"
  app=$(printf '%s\n' "$found" | head -n 1 | cut -f 1)
  address=https://$(printf '%s\n' "$found" | head -n 1 | cut -f 2)
}

find_account() {
  account=$(az functionapp config appsettings list --resource-group "$group" --name "$app" --query "[?name=='AzureWebJobsStorage__blobServiceUri'].value" --output tsv) ||
    fail "the settings of $app cannot be read." "You need the role Contributor on the resource group $group."
  account=${account#https://}
  account=${account%%.*}
  [ -n "$account" ] || fail "$app has no setting AzureWebJobsStorage__blobServiceUri." "Provision again: infra/scripts/provision.sh --environment $AZURE_ENV_NAME --location REGION"
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

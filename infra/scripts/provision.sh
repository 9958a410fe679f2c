#!/usr/bin/env bash
# Makes or changes the resources of an environment in Azure, or only shows what would change.
set -euo pipefail
# shellcheck source=infra/scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'END'
usage: provision.sh [--environment NAME] [--location REGION] [--what-if]

Deploys infra/main.bicep with infra/main.bicepparam into the subscription that the Azure CLI is signed
in to. It can be repeated: what is there already is changed to what the files say, data is left alone.

  --environment NAME  which environment; default $AZURE_ENV_NAME. Names the resource group
  --location REGION   where, such as westeurope; default $AZURE_LOCATION
  --what-if           only show what would be made, changed and deleted; who may read and ask for a what-if can have it
                      shown, without the rights to make it

The other parameters that infra/main.bicepparam reads are taken, each from the first that has it:
  1. the variables of the shell, unless they are those of another environment ($AZURE_ENV_NAME says whose)
  2. azd's environment of that name (.azure/NAME/.env), if there is one
  3. infra/main.bicepparam
What is taken from where is said first. A variable that is empty counts as not there.
Exit code: 0 done; 1 failed; 2 called wrongly.
END
}

only_show=''
location=''
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --environment) choose_environment "$@"; shift 2 ;;
    --location) location=$(value_of "$1" $# "${2:-}"); shift 2 ;;
    --what-if) only_show=yes; shift ;;
    *) refuse "There is no option or argument $1." ;;
  esac
done
check_environment_name

# Sets what infra/main.bicepparam reads, and says where it is from.
take_values() {
  local names name shell='' azd=''
  names=$(grep -oE "readEnvironmentVariable\('[A-Z_]+'" "$project/infra/main.bicepparam" | cut -d "'" -f 2 | grep -vx AZURE_ENV_NAME | sort -u)
  for name in $names; do
    take "$name"
    case "$taken_from" in
      shell) shell="$shell $name" ;;
      azd) azd="$azd $name" ;;
    esac
  done
  # With defaults in their place what is there might be turned off.
  if [ -n "${left_aside# AZURE_LOCATION}" ] && ! has_azd_environment; then
    refuse "The shell has values of the environment $shell_environment, and there are none of $AZURE_ENV_NAME:$left_aside. Unset them, or set those of $AZURE_ENV_NAME and AZURE_ENV_NAME=$AZURE_ENV_NAME."
  fi
  if [ -n "$shell" ]; then say "From the shell:$shell"; fi
  if [ -n "$azd" ]; then say "From azd's environment $AZURE_ENV_NAME:$azd"; fi
  say_left_aside
  say "All else from infra/main.bicepparam."
}

take_values
AZURE_LOCATION=${location:-${AZURE_LOCATION:-}}
[[ ${AZURE_LOCATION:-} =~ ^[a-z0-9]+$ ]] || refuse "The location is '${AZURE_LOCATION:-}'; give --location (or AZURE_LOCATION) a region, such as westeurope."
export AZURE_ENV_NAME AZURE_LOCATION
need_az
subscription=$(of_azd AZURE_SUBSCRIPTION_ID)
if [ -n "$subscription" ] && [ "$(az account show --query id --output tsv)" != "$subscription" ]; then
  fail "azd's environment $AZURE_ENV_NAME is in the subscription $subscription, and the Azure CLI in another." "az account set --subscription $subscription"
fi

deployment=orchestrator-$AZURE_ENV_NAME
what=(--name "$deployment" --location "$AZURE_LOCATION" --template-file "$project/infra/main.bicep" --parameters "$project/infra/main.bicepparam")

if [ -n "$only_show" ]; then
  say "What would change in environment $AZURE_ENV_NAME, $AZURE_LOCATION (nothing is changed now) ..."
  # Held to rights to read alone: the pipeline shows it with an identity that cannot make it.
  az deployment sub what-if "${what[@]}" --validation-level ProviderNoRbac ||
    fail "Azure could not say what would change." "Its message above says why; the table at the end of docs/how-to/deploy.md has the common ones."
  exit 0
fi

say "Provisioning environment $AZURE_ENV_NAME in $AZURE_LOCATION; this takes some minutes ..."
az deployment sub create "${what[@]}" --output none ||
  fail "the deployment $deployment did not succeed." \
    "Azure's message above says why; the table at the end of docs/how-to/deploy.md has the common ones." \
    "What was made stays. Put right what is wrong and run this again."
say "Provisioned. What there is now:"
az deployment sub show --name "$deployment" --query properties.outputs --output json
say "Next: infra/scripts/package.sh, then infra/scripts/deploy.sh."

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

Other parameters are environment variables; infra/main.bicepparam lists them.
Exit code: 0 done; 1 failed; 2 called wrongly.
END
}

only_show=''
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --environment) choose_environment "$@"; shift 2 ;;
    --location) AZURE_LOCATION=$(value_of "$1" $# "${2:-}"); shift 2 ;;
    --what-if) only_show=yes; shift ;;
    *) refuse "There is no option or argument $1." ;;
  esac
done
check_environment_name
[[ ${AZURE_LOCATION:-} =~ ^[a-z0-9]+$ ]] || refuse "The location is '${AZURE_LOCATION:-}'; give --location (or AZURE_LOCATION) a region, such as westeurope."
export AZURE_ENV_NAME AZURE_LOCATION
need_az

deployment=orchestrator-$AZURE_ENV_NAME
what=(--name "$deployment" --location "$AZURE_LOCATION" --template-file "$project/infra/main.bicep" --parameters "$project/infra/main.bicepparam")

if [ -n "$only_show" ]; then
  say "What would change in environment $AZURE_ENV_NAME, $AZURE_LOCATION (nothing is changed now) ..."
  # Held to rights to read alone: the pipeline shows it with an identity that cannot make it.
  az deployment sub what-if "${what[@]}" --validation-level ProviderNoRbac ||
    fail "Azure could not say what would change." "Its message above says why; the table at the end of docs/how-to/deploy.md has the common ones." \
      "'unrecognized arguments: --validation-level': the Azure CLI is older than 2.76."
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

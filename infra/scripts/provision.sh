#!/usr/bin/env bash
# Makes or changes the resources of an environment in Azure, or only shows what would change.
set -euo pipefail
# shellcheck source=infra/scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'END'
usage: provision.sh [--environment NAME] [--location REGION] [--what-if] [--turn-off]

Deploys infra/main.bicep with infra/main.bicepparam into the subscription that the Azure CLI is signed
in to. It can be repeated: what is there already is changed to what the files say, data is left alone.

  --environment NAME  which environment; default $AZURE_ENV_NAME. Names the resource group
  --location REGION   where, such as westeurope; default $AZURE_LOCATION
  --what-if           only show what would be made, changed and deleted; who may read and ask for a what-if can have it
                      shown, without the rights to make it
  --turn-off          turn off what the environment has and the values of this call leave out; without it that is refused

The other parameters that infra/main.bicepparam reads are taken, each from the first that has it:
  1. the variables of the shell, unless they are those of another environment ($AZURE_ENV_NAME says whose)
  2. azd's environment of that name (.azure/NAME/.env), if there is one
  3. infra/main.bicepparam
What is taken from where is said first. A variable that is empty counts as not there.
They are all that counts: what was given the last time is not remembered. So the environment is looked at before, and what
would be turned off is named, with the variable that keeps it: Entra ID, the first key, callbacks, the vault, mails, the second
account of the hub, redundancy, private networking. With --what-if that is only said; settings of the app, which who may only
read cannot see, are then not compared, and that is said too.
Exit code: 0 done; 1 failed; 2 called wrongly, or something would be turned off: nothing was changed.
END
}

only_show=''
turns_off=''
location=''
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --environment) choose_environment "$@"; shift 2 ;;
    --location) location=$(value_of "$1" $# "${2:-}"); shift 2 ;;
    --what-if) only_show=yes; shift ;;
    --turn-off) turns_off=yes; shift ;;
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
# Values of an environment in another subscription would make a second one there, and nothing be there to compare it with.
take AZURE_SUBSCRIPTION_ID
if [ -n "${AZURE_SUBSCRIPTION_ID:-}" ] && [ "$(az account show --query id --output tsv)" != "$AZURE_SUBSCRIPTION_ID" ]; then
  fail "the values of $AZURE_ENV_NAME are of the subscription $AZURE_SUBSCRIPTION_ID, and the Azure CLI is in another." "az account set --subscription $AZURE_SUBSCRIPTION_ID"
fi

# What this call gives a variable: its value, or what stands for it in the file. Fails where the file does not read it and says itself what holds.
given() { # its name
  local line
  line=$(grep -E "readEnvironmentVariable\('$1'" "$project/infra/main.bicepparam" | head -n 1) || return 1
  if [ -n "${!1:-}" ]; then printf '%s' "${!1}"; else printf '%s\n' "$line" | sed -nE "s/.*readEnvironmentVariable\('$1', *'([^']*)'\).*/\1/p"; fi
}

is_given() { # name of a variable that has a name, or true
  local value
  value=$(given "$1") || return 0
  case "$value" in '' | [Ff][Aa][Ll][Ss][Ee] | 0) return 1 ;; esac
}

losses=()
lost() { losses+=("$1"); }
not_compared=''

# Sets app and group to those that are there; both are empty in a new environment.
find_what_is_there() {
  local tag
  app=''
  group=${AZURE_RESOURCE_GROUP:-}
  # One that is gone is made anew.
  if [ -n "$group" ] && tag=$(group_tag 2>/dev/null) && [ -n "$tag" ]; then check_group "$tag"; fi
  group=$(az group list --tag "azd-env-name=$AZURE_ENV_NAME" --query "[].name" --output tsv) || return 1
  # The template makes this one; there may be others with the tag.
  if [ "$(printf '%s\n' "$group" | wc -l)" -gt 1 ]; then group=rg-$AZURE_ENV_NAME; fi
  if [ -n "$group" ]; then
    app=$(az functionapp list --resource-group "$group" --query "[?tags.\"azd-service-name\"=='orchestrator'].name | [0]" --output tsv) || return 1
  fi
}

setting() { printf '%s\n' "$settings" | awk -F '\t' -v name="$1" '$1 == name { print $2 }'; }

compare_settings() {
  local value
  # Those alone: others may be secrets.
  settings=$(az functionapp config appsettings list --resource-group "$group" --name "$app" --output tsv --query "[?name=='Orchestrator__Access__Entra__Audience' || \
name=='Orchestrator__Access__Keys__first__Key' || name=='Orchestrator__Callbacks__SigningKey' || name=='Orchestrator__Secrets__VaultUri' || \
name=='TaskHubStorage__blobServiceUri' || name=='AzureWebJobsStorage__blobServiceUri'].[name, value]" 2>"$errors") || return 1
  value=$(setting Orchestrator__Access__Entra__Audience)
  if [ -n "$value" ] && ! is_given ORCHESTRATOR_ENTRA_AUDIENCE; then lost "ORCHESTRATOR_ENTRA_AUDIENCE    Entra ID: tokens for $value let nobody in any more"; fi
  value=$(setting Orchestrator__Access__Keys__first__Key | sed -nE 's/.*SecretName=([^;)]*).*/\1/p')
  if [ -n "$value" ] && ! is_given ORCHESTRATOR_FIRST_KEY_SECRET; then lost "ORCHESTRATOR_FIRST_KEY_SECRET    the first key, the secret $value, lets nobody in any more"; fi
  value=$(setting Orchestrator__Callbacks__SigningKey | sed -nE 's/^secret://p')
  if [ -n "$value" ] && ! is_given ORCHESTRATOR_CALLBACK_KEY_SECRET; then lost "ORCHESTRATOR_CALLBACK_KEY_SECRET    callbacks, which the secret $value signs, are no longer sent"; fi
  value=$(setting Orchestrator__Secrets__VaultUri)
  if [ -n "$value" ] && ! is_given ORCHESTRATOR_USE_KEY_VAULT && ! is_given ORCHESTRATOR_CALLBACK_KEY_SECRET; then
    lost "ORCHESTRATOR_USE_KEY_VAULT    the app no longer finds secrets of tasks in $value"
  fi
  value=$(setting TaskHubStorage__blobServiceUri)
  if [ -n "$value" ] && [ "$value" != "$(setting AzureWebJobsStorage__blobServiceUri)" ] && ! is_given ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE; then
    lost "ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE    the task hub moves out of $value; the app is down for up to ten minutes"
  fi
}

# Those that the template has made, and makes this time: others of the group are somebody's own, or left from an option that was turned off.
compare_resources() {
  local accounts value ours="tags.\"azd-env-name\"=='$AZURE_ENV_NAME'"
  accounts=$(az storage account list --resource-group "$group" --query "[?$ours].[name, publicNetworkAccess || '-', sku.name]" --output tsv) || return 1
  if ! is_given ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE; then accounts=$(printf '%s\n' "$accounts" | awk '!/^sthub/'); fi
  value=$(printf '%s\n' "$accounts" | awk -F '\t' '$2 == "Disabled" { print $1 }' | paste -s -d ' ' -)
  if [ -n "$value" ] && ! is_given ORCHESTRATOR_PRIVATE_NETWORKING; then lost "ORCHESTRATOR_PRIVATE_NETWORKING    storage is opened to the public network: $value"; fi
  value=$(printf '%s\n' "$accounts" | awk -F '\t' '$3 ~ /ZRS|GRS/ && !found++ { print $3 }')
  if [ -n "$value" ] && [ "$(given ORCHESTRATOR_STORAGE_REDUNDANCY)" = Standard_LRS ] && [ -z "${ORCHESTRATOR_STORAGE_REDUNDANCY:-}" ]; then
    lost "ORCHESTRATOR_STORAGE_REDUNDANCY    storage keeps Standard_LRS copies of the data and no longer $value"
  fi
  value=$(az appservice plan list --resource-group "$group" --query "[?$ours && (zoneRedundant || properties.zoneRedundant)].name" --output tsv) || return 1
  if [ -n "$value" ] && ! is_given ORCHESTRATOR_ZONE_REDUNDANT; then lost "ORCHESTRATOR_ZONE_REDUNDANT    instances are in one zone alone"; fi
  value=$(az monitor action-group list --resource-group "$group" --query "[?$ours].emailReceivers[].emailAddress" --output tsv) || return 1
  if [ -n "$value" ] && ! is_given ORCHESTRATOR_ALERT_EMAILS; then lost "ORCHESTRATOR_ALERT_EMAILS    no longer told of alerts: $(printf '%s\n' "$value" | sort -u | paste -s -d ' ' -)"; fi
}

# Names what would be turned off, and ends the script where nobody has said that it may be.
guard() {
  local errors line
  errors=$(mktemp)
  # shellcheck disable=SC2064 # now, as it is local
  trap "rm -f '$errors'" EXIT
  find_what_is_there || not_compared='what there is'
  if [ -n "$app" ]; then compare_settings || not_compared="the settings of $app"; fi
  if [ -n "$group" ]; then
    compare_resources || not_compared="${not_compared:+$not_compared, and }the resources of $group"
  fi
  if [ -n "$not_compared" ]; then
    if [ -z "$only_show$turns_off" ]; then
      cat "$errors" >&2
      fail "$not_compared cannot be read, so what would be turned off cannot be said." "Who provisions has Contributor on the subscription. If all values of $AZURE_ENV_NAME are set, go on with --turn-off."
    fi
    say "NOT COMPARED: $not_compared cannot be read with these rights, so what would be turned off there is not said."
  fi
  [ "${#losses[@]}" -gt 0 ] || return 0
  if [ -n "$turns_off" ]; then
    say "Turned off in $AZURE_ENV_NAME, as told (--turn-off):"
  else
    say "WOULD BE TURNED OFF in $AZURE_ENV_NAME, as the values of this call leave it out. The variable that keeps it, and what is lost:"
  fi
  for line in "${losses[@]}"; do say "  $line"; done
  if [ -z "$turns_off$only_show" ]; then
    refuse "Nothing was changed. Set the variables that keep it, all of this environment's in one shell, or give --turn-off if it is to be turned off."
  elif [ -z "$turns_off" ]; then
    say "Without --turn-off that is refused."
  fi
}

guard
deployment=orchestrator-$AZURE_ENV_NAME
what=(--name "$deployment" --location "$AZURE_LOCATION" --template-file "$project/infra/main.bicep" --parameters "$project/infra/main.bicepparam")

if [ -n "$only_show" ]; then
  say "What would change in environment $AZURE_ENV_NAME, $AZURE_LOCATION (nothing is changed now) ..."
  # Held to rights to read alone: the pipeline shows it with an identity that cannot make it.
  az deployment sub what-if "${what[@]}" --validation-level ProviderNoRbac ||
    fail "Azure could not say what would change." "Its message above says why; the table at the end of docs/how-to/deploy.md has the common ones."
  exit 0
fi

if [ -z "$group" ]; then say "There is no environment $AZURE_ENV_NAME in this subscription: it is made anew."; fi
say "Provisioning environment $AZURE_ENV_NAME in $AZURE_LOCATION; this takes some minutes ..."
az deployment sub create "${what[@]}" --output none ||
  fail "the deployment $deployment did not succeed." \
    "Azure's message above says why; the table at the end of docs/how-to/deploy.md has the common ones." \
    "What was made stays. Put right what is wrong and run this again."
say "Provisioned. What there is now:"
az deployment sub show --name "$deployment" --query properties.outputs --output json
say "Next: infra/scripts/package.sh, then infra/scripts/deploy.sh."

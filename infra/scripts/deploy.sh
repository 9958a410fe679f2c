#!/usr/bin/env bash
# Puts a package of package.sh into the function app of an environment, keeps it for a rollback, and shows that the app works.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/common.sh
. "$here/common.sh"

usage() {
  cat <<'END'
usage: deploy.sh [--environment NAME] [--no-keep] [--no-smoke-test] [--accept-store-schema] [--leave VERSION] PACKAGE.zip

 1. checks that the store is not of a newer schema than the package knows
 2. keeps the package in the container 'packages' of the environment's storage account
 3. deploys it: az functionapp deployment source config-zip
 4. runs smoke-test.sh, and notes at the package that it worked

  --environment NAME      which environment; default $AZURE_ENV_NAME
  --no-keep               leave out 1 and 2 and the note: for a storage account that cannot be reached from here
  --no-smoke-test         leave out 4: for the first deployment, when there is no key yet
  --accept-store-schema   go on although 1 fails: somebody has looked at the store itself
  --leave VERSION         note at that kept package that it was gone back from, so that rollback.sh passes it over; can be repeated.
                          A version that is deployed again is no longer left

The environment is found by what azd says (AZURE_RESOURCE_GROUP and others of 'azd env get-values'), else by the tags of what is there.
You need the roles Contributor on the resource group and, to keep the package, Storage Blob Data Contributor on the
container: ORCHESTRATOR_DEPLOYER_PRINCIPAL_ID of provision.sh gives it.
The smoke test comes in with the key in ORCHESTRATOR_API_KEY; without one, with a token that the Azure CLI is asked for
now, if ORCHESTRATOR_ENTRA_AUDIENCE is set (or in azd's environment); else with that in ORCHESTRATOR_TOKEN. Key and token
together are refused. What the shell has of another environment ($AZURE_ENV_NAME says whose) is left aside.
Exit code: 0 the app works; 1 failed, and nothing was sent; 2 called wrongly, and nothing was sent; 3 the package was sent
and does not work; 4 it was sent, and nothing says that it does not work: the app does not take the key or token, so it is
not tested, or it works and that could not be noted. Only 3 is a reason to go back.
END
}

package=''
keeps=yes
tests=yes
accepts=''
leaves=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --environment) choose_environment "$@"; shift 2 ;;
    --no-keep) keeps=''; shift ;;
    --no-smoke-test) tests=''; shift ;;
    --accept-store-schema) accepts=yes; shift ;;
    --leave) left=$(value_of "$1" $# "${2:-}"); leaves+=("$left"); shift 2 ;;
    -*) refuse "There is no option $1." ;;
    *) [ -z "$package" ] || refuse "Two packages are given; one is needed."; package=$1; shift ;;
  esac
done
[ -n "$package" ] || refuse "The package is missing."
[ -f "$package" ] || refuse "There is no file $package. Make one with package.sh."
check_environment_name
if [ -n "$tests" ]; then take_credentials; fi
say_left_aside
need unzip "your system's packages"
if [ -n "$tests" ]; then
  need curl "your system's packages, or https://curl.se"
  [ -n "${ORCHESTRATOR_API_KEY:-}${ORCHESTRATOR_TOKEN:-}${ORCHESTRATOR_ENTRA_AUDIENCE:-}" ] ||
    refuse "The smoke test has neither key nor token: set ORCHESTRATOR_API_KEY, ORCHESTRATOR_TOKEN or ORCHESTRATOR_ENTRA_AUDIENCE, or give --no-smoke-test."
fi

release=$(unzip -p "$package" release.txt 2>/dev/null) || refuse "$package is no package of package.sh: it holds no release.txt."
of_release() { printf '%s\n' "$release" | sed -nE "s/^$1=([0-9A-Za-z.-]+)\$/\1/p"; }
version=$(of_release version)
hub=$(of_release hub)
schema=$(of_release storeSchema)
if [ -z "$version" ] || [ -z "$hub" ] || [ -z "$schema" ]; then refuse "release.txt in $package does not say version, hub and storeSchema."; fi
if command -v sha256sum >/dev/null 2>&1; then sum=$(sha256sum <"$package"); else sum=$(shasum -a 256 <"$package"); fi
sum=${sum%% *}
need_az
find_app
say "Environment $AZURE_ENV_NAME: $app in $group, $address"
name=$version.zip
deployed=''
worked=''

note() { # what is known of the package, at the package: all of it, as Azure replaces what was noted before
  blobs metadata update --name "$name" --output none \
    --metadata "version=$version" "hub=$hub" "storeschema=$schema" "sha256=$sum" ${deployed:+"deployed=$deployed"} ${worked:+"worked=$worked"}
}

# A store is upgraded by the first release of a newer schema that starts, and never taken back. So no schema can be newer than the newest of all that was ever deployed.
check_schema() {
  local newest
  say "Checking the schema of the store ..."
  newest=$(blobs list --include m --num-results '*' --query "[?metadata.deployed].metadata.storeschema" --output tsv | sort -n | tail -n 1) ||
    fail_on_packages "the kept packages of $account could not be listed."
  if [ -z "$newest" ] || [ "$newest" -le "$schema" ]; then
    say "  the package writes schema $schema, the newest deployed so far ${newest:-none}"
  elif [ -n "$accepts" ]; then
    say "  the package knows schema $schema; one that writes $newest was deployed. Going on, as told"
  else
    fail "version $version knows the store's schema up to $schema, but a package that writes $newest was deployed here." \
      "On an upgraded store it would refuse to start (store_schema_newer) and change nothing. Deploy a package that knows schema $newest." \
      "If that one never started, the store is still the old one: look at the column Version of the row settings/schema in the table" \
      "OrchestratorSettings, and run this again with --accept-store-schema if it is $schema or less."
  fi
}

# Also sets worked: when the package worked last. It counts until a test has shown that it does not.
keep() {
  local kept sum_of_kept
  say "Keeping the package as $container/$name in $account ..."
  kept=$(blobs list --include m --prefix "$name" --query "[].[metadata.sha256 || '-', metadata.worked || '-']" --output tsv) ||
    fail_on_packages "the kept packages of $account could not be listed."
  kept=$(printf '%s\n' "$kept" | awk 'NR == 1')
  sum_of_kept=$(printf '%s' "$kept" | cut -f 1)
  if [ -z "$kept" ]; then
    blobs upload --name "$name" --file "$package" --overwrite false --no-progress --output none \
      --metadata "version=$version" "hub=$hub" "storeschema=$schema" "sha256=$sum" ||
      fail_on_packages "the package could not be kept, so it is not deployed."
  elif [ "$sum_of_kept" = "$sum" ]; then
    worked=$(printf '%s' "$kept" | cut -f 2 | sed 's/^-$//')
    say "  it is kept already"
  else
    fail "version $version is kept already, with other content." \
      "A version stands for one package. Deploy the kept one with: infra/scripts/rollback.sh --environment $AZURE_ENV_NAME $version" \
      "or make a new version: package.sh --version"
  fi
}

# Notes at a kept package, beside what is noted there, that it was gone back from.
leave() { # its version
  local noted known all
  noted=$(blobs list --include m --prefix "$1.zip" --output tsv \
    --query "[].[metadata.version, metadata.hub, metadata.storeschema, metadata.sha256, metadata.deployed, metadata.worked || '-']") || return 1
  IFS=$'\t' read -r -a known <<<"$(printf '%s\n' "$noted" | head -n 1)"
  [ "${#known[@]}" -eq 6 ] || return 1
  all=("version=${known[0]}" "hub=${known[1]}" "storeschema=${known[2]}" "sha256=${known[3]}" "deployed=${known[4]}")
  if [ "${known[5]}" != - ]; then all+=("worked=${known[5]}"); fi
  blobs metadata update --name "$1.zip" --output none --metadata "${all[@]}" "left=$(date -u +%Y-%m-%dT%H:%M:%SZ)"
}

send() {
  say "Deploying version $version (task hub $hub) to $app; this takes some minutes ..."
  az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$package" --timeout 600 --output none ||
    fail "version $version was not deployed, or the app does not start with it." \
      "BlobUploadFailedException with 403: the app's identity got its roles less than ten minutes ago. Run this again." \
      "'the app appears to be unhealthy', or no host key: the package is there, and the app ends at its start. Its log says why; the smoke test names a code." \
      "Back to the version before: infra/scripts/rollback.sh --environment $AZURE_ENV_NAME"
  say "  deployed"
}

# Before anything is sent: an app that works must not be taken back because who deploys gets no token.
fetch_token() {
  say "Fetching a token for $ORCHESTRATOR_ENTRA_AUDIENCE ..."
  ORCHESTRATOR_TOKEN=$(az account get-access-token --resource "$ORCHESTRATOR_ENTRA_AUDIENCE" --query accessToken --output tsv) ||
    fail "there is no token for $ORCHESTRATOR_ENTRA_AUDIENCE to test the app with, so nothing is sent." \
      "A person: has the Azure CLI been let in (preAuthorizedApplications)? An identity of a pipeline: has it the app role Orchestrator.Operator? docs/operations/access.md" \
      "AADSTS700024: the sign-in of the pipeline has run out; sign in again (azure/login) just before this."
  export ORCHESTRATOR_TOKEN
}

# One that was fetched before may have run out since: they are good for an hour.
if [ -n "$tests" ] && [ -z "${ORCHESTRATOR_API_KEY:-}" ] && [ -n "${ORCHESTRATOR_ENTRA_AUDIENCE:-}" ]; then fetch_token; fi
if [ -n "$keeps" ]; then
  check_schema
  keep
  for left in ${leaves[@]+"${leaves[@]}"}; do
    leave "$left" || fail_on_packages "it could not be noted at version $left that it was gone back from, so nothing is deployed."
  done
  # Noted before it is sent: from then on it may have upgraded the store, whatever becomes of this script.
  deployed=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  note || fail_on_packages "it could not be noted at the package that it is deployed, so it is not."
else
  say "The package is not kept, and the schema of the store not checked."
fi
failure=3
send
if [ -z "$tests" ]; then
  say "Not tested. Test it with: infra/scripts/smoke-test.sh --expect-version $version $address"
  exit 0
fi
tested=0
"$here/smoke-test.sh" --timeout 600 --expect-version "$version" "$address" || tested=$?
case "$tested" in
  0) failure=4 ;;
  2 | 4)
    failure=4
    fail "version $version is deployed, and not tested: the app does not take the key or token." \
      "That is no reason to go back. Set another one, or let who deploys in (docs/operations/access.md), and run this again: the package is kept already."
    ;;
  *)
    worked=''
    if [ -n "$keeps" ]; then note || say "That version $version does not work could not be noted at its package."; fi
    fail "version $version is deployed and does not work." "Back to the version before: infra/scripts/rollback.sh --environment $AZURE_ENV_NAME"
    ;;
esac
if [ -n "$keeps" ]; then
  worked=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  note || fail_on_packages "version $version works, but that could not be noted at its package: a rollback would not choose it by itself."
fi
say "Version $version works in $AZURE_ENV_NAME."

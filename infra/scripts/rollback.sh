#!/usr/bin/env bash
# Deploys a package again that was kept when it was deployed before. Nothing is built.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/common.sh
. "$here/common.sh"

usage() {
  cat <<'END'
usage: rollback.sh [--environment NAME] [--list] [--no-smoke-test] [--accept-store-schema] [VERSION]

Fetches the package of VERSION from the container 'packages' of the environment's storage account and hands
it to deploy.sh, which checks the store's schema first and tests the app after. Without VERSION it goes one step
back each time: to the last version that worked and was deployed before the one that runs. Versions that were gone
back from are passed over until they are deployed again. Which one runs the app itself is asked; where it says
another one than was noted last (after 'azd deploy' or 'deploy.sh --no-keep'), name VERSION.

  --environment NAME      which environment; default $AZURE_ENV_NAME
  --list                  only list what is kept: version, task hub, store schema, deployed, worked,
                          left (gone back from)
  --no-smoke-test, --accept-store-schema   see deploy.sh --help

The package brings its task hub with it (host.json). Work that the other version began on another hub is begun
anew on this one: docs/how-to/deploy.md.
Exit code: 0 the app works; 1 failed, and nothing was sent; 2 called wrongly; 3 the package was sent and does not work;
4 it was sent, and nothing says that it does not work: deploy.sh --help.
END
}

version=''
only_list=''
tests=yes
options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --environment) choose_environment "$@"; shift 2 ;;
    --list) only_list=yes; tests=''; shift ;;
    --no-smoke-test) tests=''; options+=("$1"); shift ;;
    --accept-store-schema) options+=("$1"); shift ;;
    -*) refuse "There is no option $1." ;;
    *) [ -z "$version" ] || refuse "Two versions are given; one is needed."; version=$1; shift ;;
  esac
done
check_environment_name
if [ -n "$tests" ]; then take_credentials; fi
say_left_aside
[[ -z $version || $version =~ ^[0-9A-Za-z.-]+$ ]] || refuse "The version is '$version'; --list shows those that are kept."
need_az
find_app

if [ -n "$only_list" ]; then
  blobs list --include m --num-results '*' --output table \
    --query "sort_by([].{Version: metadata.version, Hub: metadata.hub, Schema: metadata.storeschema, Deployed: metadata.deployed || '-', Worked: metadata.worked || '-', Left: metadata.left || '-'}, &Deployed)" ||
    fail_on_packages "the kept packages of $account could not be listed."
  exit 0
fi

# The version that the app says it is; empty where it does not answer, as one that does not start.
running() {
  local answer
  answer=$(curl --silent --max-time 60 --fail "$address/api/health/live" </dev/null 2>/dev/null) || return 0
  printf '%s' "$answer" | tr '\n' ' ' | sed -nE 's/.*"version" *: *"([^"]*)".*/\1/p'
}

# A line for each package that was deployed, the last one first: when it was deployed, its version, when it worked last and when it was gone back from.
list_deployed() {
  rows=$(blobs list --include m --num-results '*' --output tsv \
    --query "[?metadata.deployed].[metadata.deployed, metadata.version, metadata.worked || '-', metadata.left || '-']") ||
    fail_on_packages "the kept packages of $account could not be listed."
  rows=$(printf '%s\n' "$rows" | LC_ALL=C sort -r)
}

choose_version() {
  local noted runs
  say "Looking for the last version that worked ..."
  noted=$(printf '%s\n' "$rows" | awk -F '\t' 'NR == 1 { print $2 }')
  version=$(printf '%s\n' "$rows" | awk -F '\t' -v noted="$noted" '$2 != noted && $3 != "-" && $4 == "-" && !found++ { print $2 }')
  [ -n "$version" ] || fail "there is no version to go back to: none but ${noted:-none} was deployed, worked, and was not gone back from." \
    "See what is kept with --list, and name one. A first deployment has nothing before it: mend it and deploy again."
  runs=$(running)
  case "$runs" in
    "$noted") say "  from $noted back to $version" ;;
    '') say "  the app does not answer; by what was noted, from $noted back to $version" ;;
    # A deployment that did not come through: what it was to take the place of is put in order.
    "$version") say "  $noted was deployed last, and $version still answers: it is deployed again" ;;
    *) fail "version $runs runs, and the one noted last is $noted: which is the one before cannot be said." \
      "It was deployed with azd or with --no-keep, or $noted did not come through. See what is kept with --list, and name the version to go to." ;;
  esac
}

list_deployed
if [ -z "$version" ]; then
  need curl "your system's packages, or https://curl.se"
  choose_version
fi

# Each reads to its end: who writes into a closed pipe ends the script.
# All that were deployed after it are left; none where it was itself gone back from, as that is a step forward.
leaves=$(printf '%s\n' "$rows" | awk -F '\t' -v version="$version" '$2 == version && !found++ { if ($4 == "-") printf "%s", newer } $4 == "-" { newer = newer $2 "\n" }')
for left in $leaves; do options+=(--leave "$left"); done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "Fetching version $version ..."
blobs download --name "$version.zip" --file "$work/orchestrator-$version.zip" --no-progress --output none ||
  fail_on_packages "the package $container/$version.zip of $account could not be fetched. 'rollback.sh --list' shows what is kept."
"$here/deploy.sh" --environment "$AZURE_ENV_NAME" ${options[@]+"${options[@]}"} "$work/orchestrator-$version.zip"

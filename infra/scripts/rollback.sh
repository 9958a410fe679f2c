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
it to deploy.sh, which checks the store's schema first and tests the app after. Without VERSION: the last one that
worked before the one deployed last.

  --environment NAME      which environment; default $AZURE_ENV_NAME
  --list                  only list what is kept: version, task hub, store schema, deployed, worked
  --no-smoke-test, --accept-store-schema   see deploy.sh --help

The package brings its task hub with it (host.json). Work that the other version began on another hub is begun
anew on this one: docs/how-to/deploy.md.
Exit code: 0 the app works; 1 failed, and nothing was changed; 2 called wrongly; 3 the package was sent and does not work.
END
}

version=''
only_list=''
options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --environment) choose_environment "$@"; shift 2 ;;
    --list) only_list=yes; shift ;;
    --no-smoke-test | --accept-store-schema) options+=("$1"); shift ;;
    -*) refuse "There is no option $1." ;;
    *) [ -z "$version" ] || refuse "Two versions are given; one is needed."; version=$1; shift ;;
  esac
done
check_environment_name
take ORCHESTRATOR_ENTRA_AUDIENCE
say_left_aside
[[ -z $version || $version =~ ^[0-9A-Za-z.-]+$ ]] || refuse "The version is '$version'; --list shows those that are kept."
need_az
find_app

if [ -n "$only_list" ]; then
  blobs list --include m --num-results '*' --output table \
    --query "sort_by([].{Version: metadata.version, Hub: metadata.hub, Schema: metadata.storeschema, Deployed: metadata.deployed || '-', Worked: metadata.worked || '-'}, &Deployed)" ||
    fail_on_packages "the kept packages of $account could not be listed."
  exit 0
fi

if [ -z "$version" ]; then
  say "Looking for the last version that worked ..."
  # A line for each package: when it was deployed last, its version, when it worked last.
  rows=$(blobs list --include m --num-results '*' --query "[?metadata.deployed].[metadata.deployed, metadata.version, metadata.worked || '-']" --output tsv) ||
    fail_on_packages "the kept packages of $account could not be listed."
  rows=$(printf '%s\n' "$rows" | LC_ALL=C sort -r)
  current=$(printf '%s\n' "$rows" | head -n 1 | cut -f 2)
  version=$(printf '%s\n' "$rows" | awk -F '\t' -v current="$current" '$2 != current && $3 != "-" { print $2; exit }')
  [ -n "$version" ] || fail "there is no version to go back to: none but ${current:-none} was deployed and worked." \
    "See what is kept with --list, and name one. A first deployment has nothing before it: mend it and deploy again."
  say "  from $current back to $version"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "Fetching version $version ..."
blobs download --name "$version.zip" --file "$work/orchestrator-$version.zip" --no-progress --output none ||
  fail_on_packages "the package $container/$version.zip of $account could not be fetched. 'rollback.sh --list' shows what is kept."
"$here/deploy.sh" --environment "$AZURE_ENV_NAME" ${options[@]+"${options[@]}"} "$work/orchestrator-$version.zip"

#!/usr/bin/env bash
# Publishes the function app for Azure and packs it into one zip that says what it is.
set -euo pipefail
# shellcheck source=infra/scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'END'
usage: package.sh [--version VERSION] [--output FOLDER]

Publishes src/Orchestrator.Functions against the real Azure packages (FunctionsPlatform=Azure) and packs it
into FOLDER/orchestrator-VERSION.zip. In the zip, release.txt has the version, the task hub that the
package drives and the schema of the store that it writes. The last line of the output is the zip's path.

  --version VERSION  default: the project's version and the commit, as in 0.1.0-3f2a9c1b7d4e; with changes
                     that are not committed also the time
  --output FOLDER    default: artifacts/packages of the project

Exit code: 0 done; 1 failed; 2 called wrongly.
END
}

version=''
output=$project/artifacts/packages
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --version) version=$(value_of "$1" $# "${2:-}"); shift 2 ;;
    --output) output=$(value_of "$1" $# "${2:-}"); shift 2 ;;
    *) refuse "There is no option or argument $1." ;;
  esac
done
need dotnet "https://dotnet.microsoft.com/download (.NET 10 SDK)"
need zip "your system's packages"

if [ -z "$version" ]; then
  need git "your system's packages, or give --version"
  number=$(sed -nE 's:.*<Version>([^<]+)</Version>.*:\1:p' "$project/Directory.Build.props")
  commit=$(git -C "$project" rev-parse --short=12 HEAD 2>/dev/null) || refuse "This is no git repository: give --version."
  version=$number-$commit
  if [ -n "$(git -C "$project" status --porcelain)" ]; then version=$version-dirty-$(date -u +%Y%m%d%H%M%S); fi
fi
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || refuse "The version is '$version'; it must be like 1.2.3 or 1.2.3-name."
schema=$(sed -nE 's/.*public const int Current = ([0-9]+);.*/\1/p' "$project/src/Orchestrator.Storage/Schema/StoreSchema.cs")
[[ $schema =~ ^[0-9]+$ ]] || fail "src/Orchestrator.Storage/Schema/StoreSchema.cs does not say which schema this release writes." "It must hold one line 'public const int Current = N;'."
mkdir -p "$output"
output=$(cd "$output" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "Publishing version $version for Azure ..."
dotnet publish "$project/src/Orchestrator.Functions" --configuration Release --nologo --output "$work/app" \
  -p:FunctionsPlatform=Azure "-p:InformationalVersion=$version" -p:IncludeSourceRevisionInInformationalVersion=false ||
  fail "the function app could not be published." "The compiler's message above says why."

# What Azure refuses, or what must never be there, is found before it is sent.
faults=$("$project/.ci/check-publish" "$work/app") || fail "the published app is not one to deploy:" "$faults"

hub=$(sed -nE 's/.*"hubName" *: *"([A-Za-z0-9]+)".*/\1/p' "$work/app/host.json" | head -n 1)
[ -n "$hub" ] || fail "host.json names no task hub." "Set extensions.durableTask.hubName."
printf 'version=%s\nhub=%s\nstoreSchema=%s\n' "$version" "$hub" "$schema" >"$work/app/release.txt"

# Same files, same zip: names in order, no times but one, no owners.
package=$output/orchestrator-$version.zip
rm -f "$package"
find "$work/app" -exec touch -t 202001010000 {} +
(cd "$work/app" && find . -type f | LC_ALL=C sort | TZ=UTC zip -q -X -@ "$package")
say "Packed version $version: task hub $hub, store schema $schema."
say "$package"

#!/usr/bin/env bash
# Shows that a running app takes work and does it. Needs nothing but curl.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/common.sh
. "$here/common.sh"

usage() {
  cat <<'END'
usage: smoke-test.sh [--timeout SECONDS] [--expect-version VERSION] URL

Asks the app at URL whether it lives and is ready, submits a task of the type 'noop' twice with one
idempotency key, waits until it has Succeeded and reads its events. It leaves that one task behind.

  --timeout SECONDS         all of it may take so long, 1 to 3600; default 300
  --expect-version VERSION  wait until this version answers, as after a deployment

Who calls, at least an operator, is taken from the environment (one of the two, or none for an app on
this machine that asks for no key):
  ORCHESTRATOR_API_KEY      an API key
  ORCHESTRATOR_TOKEN        a bearer token of Entra ID

Exit code: 0 the app works; 1 it does not, and standard error says what to do; 2 called wrongly;
4 it lives and is ready, and does not take the key or token (401, 403), so nothing more can be said.
END
}

timeout=300
expected=''
url=''
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --timeout) timeout=$(value_of "$1" $# "${2:-}"); shift 2 ;;
    --expect-version) expected=$(value_of "$1" $# "${2:-}"); shift 2 ;;
    -*) refuse "There is no option $1." ;;
    *) [ -z "$url" ] || refuse "Two addresses are given; one is needed."; url=$1; shift ;;
  esac
done
need curl "your system's packages, or https://curl.se"
[ -n "$url" ] || refuse "The app's address is missing."
[[ $timeout =~ ^([1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2}|3600)$ ]] || refuse "--timeout is '$timeout'; it must be whole seconds from 1 to 3600."
url=${url%/}
loopback='^http://(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?$'
[[ $url =~ ^https://[^/?#@[:space:]]+$ || $url =~ $loopback ]] ||
  refuse "The address is '$url'; it must be https:// and a host, as in https://my-app.azurewebsites.net (http:// on this machine alone)."
api_key=${ORCHESTRATOR_API_KEY:-}
token=${ORCHESTRATOR_TOKEN:-}
[ -z "$api_key" ] || [ -z "$token" ] || refuse "ORCHESTRATOR_API_KEY and ORCHESTRATOR_TOKEN are both set; unset one."
[[ ! "$api_key$token" =~ [[:cntrl:]] ]] || refuse "The key or token holds a line break or another control character; set it anew."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
deadline=$((SECONDS + timeout))
status=''
body=''

# The credentials go to curl by its standard input, so that they stand neither in a command line nor in a file.
credentials() {
  local header=''
  if [ -n "$api_key" ]; then header="X-Api-Key: $api_key"; fi
  if [ -n "$token" ]; then header="Authorization: Bearer $token"; fi
  if [ -z "$header" ]; then return; fi
  header=${header//\\/\\\\}
  printf 'header = "%s"\n' "${header//\"/\\\"}"
}

# Asks the app once. Sets status (000 when nobody answered) and body (curl's message then).
request() { # path, curl's options
  local path=$1 left=$((deadline - SECONDS))
  shift
  if [ "$left" -gt 35 ]; then left=35; fi
  if [ "$left" -lt 1 ]; then left=1; fi
  : >"$work/body"
  if status=$(credentials | curl --silent --show-error --config - --max-time "$left" --output "$work/body" --write-out '%{http_code}' "$@" "$url$path" 2>"$work/error"); then
    body=$(tr -d '\000' <"$work/body")
  else
    status=000
    body=$(head -n 1 "$work/error")
  fi
}

# The first string or number of that name in the body.
field() {
  printf '%s' "$body" | tr '\n' ' ' | grep -oE "\"$1\" *: *(\"[^\"]*\"|[0-9]+)" | head -n 1 | sed -E 's/^"[^"]*" *: *"?//; s/"$//' || true
}

is_late() { [ "$SECONDS" -ge "$deadline" ]; }

# What was answered, in a line. The body of an answer that is not the app's own is left out.
answered() {
  local code detail
  code=$(field code) detail=$(field detail)
  case "$status" in
    000) printf 'no answer: %s' "${body:-nothing}" ;;
    *) printf 'status %s%s%s' "$status" "${code:+, code $code}" "${detail:+: ${detail%.}}" ;;
  esac
}

advise_on_code() {
  case "$1" in
    storage_permission_missing) say "storage_permission_missing: the app's identity lacks a role on the storage account, or got it less than ten minutes ago. Wait, then look at its role assignments." ;;
    storage_refused) say "storage_refused: storage does not take the app's key or identity, or its firewall keeps the app out." ;;
    storage_credential_missing) say "storage_credential_missing: the app gets no token. Look at its identity and AzureWebJobsStorage__clientId." ;;
    storage_unreachable) say "storage_unreachable: storage does not answer. Look at the account's name, its firewall, private endpoint and DNS zone." ;;
    storage_busy) say "storage_busy: storage throttles. Try again later; see docs/operations/outages.md if it lasts." ;;
    storage_clock_wrong) say "storage_clock_wrong: the clock of the app's machine is wrong." ;;
    store_schema_newer) say "store_schema_newer: a newer release has upgraded the store. Deploy that release or a later one." ;;
    hub_unavailable) say "hub_unavailable: the task hub does not answer. Look at the app's roles for blobs and queues, and at TaskHubStorage__* if it has an account of its own." ;;
    starting | stopping) say "$1: the app is not there yet, or no longer. Run this again." ;;
    *) say "$1: see docs/operations/outages.md." ;;
  esac
}

# Every code of a health answer once, with what to do.
advice_for_health() {
  local code found=''
  for code in $(printf '%s' "$body" | tr '\n' ' ' | grep -oE '"code" *: *"[a-z_]+"' | sed -E 's/.*"([a-z_]+)"$/\1/' | sort -u); do
    found=yes
    advise_on_code "$code"
  done
  if [ -z "$found" ]; then say "The app's log (Application Insights, table AppTraces) says why."; fi
}

await_live() {
  say "Asking $url/api/health/live ..."
  while true; do
    request /api/health/live
    if [ "$status" = 200 ]; then
      version=$(field version)
      if [ -z "$expected" ] || [ "$version" = "$expected" ]; then break; fi
      is_late && fail "version $version still answers, and not $expected." "Look whether the deployment has succeeded; deploy again if not."
    fi
    is_late && fail "the app does not live: $(answered)." \
      "No answer: is the address right, has the app been deployed, is it behind a private network that this machine is not in?" \
      "404: the host runs, but has no functions yet: the package was not deployed, or its host.json is not at its root." \
      "500 to 503: the app ends at its start. Its log (Application Insights, tables AppTraces and AppExceptions) says which setting is at fault."
    sleep 2
  done
  say "  lives, version ${version:-unknown}"
}

await_ready() {
  say "Asking $url/api/health/ready ..."
  while true; do
    request /api/health/ready
    if [ "$status" = 200 ]; then break; fi
    if is_late; then
      printf 'FAILED: the app lives but is not ready after %s s (status %s).\n' "$timeout" "$status" >&2
      advice_for_health | sed 's/^/  /' >&2
      exit 1
    fi
    sleep 2
  done
  say "  ready"
}

# Sent again with the same key until it is answered: that is what the key is for.
submit() {
  while true; do
    request /api/tasks --header "Idempotency-Key: $key" --header 'Content-Type: application/json' --data '{"type":"noop","title":"Smoke test","tags":["smoke-test"]}'
    case "$status" in
      200 | 202) return ;;
      401) failure=4 fail "the app does not know the caller: $(answered)." \
        "Set ORCHESTRATOR_API_KEY to an API key, or ORCHESTRATOR_TOKEN to a token for the app's audience; docs/operations/access.md says how to have the first one." ;;
      403) failure=4 fail "the caller may not submit tasks: $(answered)." "The key or token needs at least the role Operator." ;;
      000 | 408 | 429 | 5*) is_late && fail "the task could not be submitted within $timeout s: $(answered)." "The app's log says why; run this again." ;;
      *) fail "the task was not accepted: $(answered)." "Is this address an Orchestrator's, and its version one that this script belongs to?" ;;
    esac
    sleep 2
  done
}

submit_twice() {
  key="smoke-test-$(date +%s)-$$-$RANDOM"
  say "Submitting a task with the idempotency key $key, twice ..."
  submit
  id=$(field id)
  [[ $id =~ ^[0-9A-Za-z]{26}$ ]] || fail "the answer names no task." "Is this address an Orchestrator's?"
  submit
  [ "$(field id)" = "$id" ] || fail "the same idempotency key made a second task, $(field id), beside $id." "This is a fault of the app: report it with both ids."
  say "  task $id"
}

await_success() {
  local state=''
  say "Waiting until it has Succeeded ..."
  while true; do
    request "/api/tasks/$id?wait=20"
    if [ "$status" = 200 ]; then state=$(field state); fi
    case "$state" in
      Succeeded) break ;;
      Failed | Cancelled | Expired) fail "the task $id is $state: $(answered)." "Read its history at $url/api/tasks/$id/events." ;;
    esac
    is_late && fail "the task $id has not Succeeded within $timeout s; it is ${state:-not to be read} ($(answered))." \
      "Queued or Blocked: the task hub does not run. Look at the app's roles for blobs and queues, and in its log for Durable's warnings." \
      "Running: look at $url/api/tasks/$id/attempts."
    sleep 1
  done
  say "  Succeeded"
}

read_events() {
  local types
  say "Reading its events ..."
  request "/api/tasks/$id/events"
  [ "$status" = 200 ] || fail "the events of task $id cannot be read: $(answered)." "The app's log says why."
  types=$(printf '%s' "$body" | tr '\n' ' ' | grep -oE '"type" *: *"[A-Za-z]+"' | sed -E 's/.*"([A-Za-z]+)"$/\1/' | tr '\n' ' ' || true)
  types=${types% }
  case "$types" in
    "Submitted "*" Succeeded") say "  $types" ;;
    *) fail "the events of task $id are '$types'; they must begin with Submitted and end with Succeeded." "Check what is stored with 'orchestrator storage verify'." ;;
  esac
}

await_live
await_ready
submit_twice
await_success
read_events
say "The app at $url works."

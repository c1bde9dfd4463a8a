#!/usr/bin/env bash
# Builds everything, runs every test, and checks the stand-ins' public surface where the lists of the originals' are at hand.
# Sets the machine up first where that is needed. The last line is "N passed, N failed, N skipped".
#   ./eng/test.sh                         everything
#   ./eng/test.sh --filter Name~Budget    options go to `dotnet test`
set -euo pipefail
total=0 passed=0 failed=0
# However it ends, the last line says what was tested; an end before that counts as a failure.
finish() {
  local status=$?
  [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  [ "$total" -ge $((passed + failed)) ] || total=$((passed + failed))
  echo "$passed passed, $failed failed, $((total - passed - failed)) skipped"
  exit "$status"
}
trap finish EXIT
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prepare
fetch use-lite spam-assassin brown
# For the test that looks at report pages; without them it is inconclusive and says so.
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null
{ browser && command -v python3 >/dev/null; } || (install_packages chromium python3) || say "Report pages are not looked at in Chromium"

cd "$repo_root"
say "Building"
quietly dotnet build Microsoft.ML.BlockLlm.sln -c Release -v q || fail "The solution does not build (above)."

say "Testing"
results="$repo_root/artifacts/test-results"
rm -rf "$results"
status=0
dotnet test Microsoft.ML.BlockLlm.sln -c Release --no-build --nologo -m:1 -v q \
  --logger trx --logger "console;verbosity=minimal" --results-directory "$results" "$@" </dev/null || status=$?

count() { { grep -ho '<Counters [^>]*' "$results"/*.trx | grep -o " $1=\"[0-9]*\"" || true; } | tr -dc '0-9\n' | awk '{n += $1} END {print n + 0}'; }
total="$(count total)" passed="$(count passed)" failed="$(count failed)"
[ "$total" -gt 0 ] || fail "No test ran."

if [ "$packages" = standins ] && [ -d "$repo_root/../shared/api" ]; then
  say "Checking the stand-ins against the originals' public surface"
  if "$repo_root/eng/check-surface.sh"; then passed=$((passed + 1)); else failed=$((failed + 1)) status=1; fi
  total=$((total + 1))
fi

exit "$status"

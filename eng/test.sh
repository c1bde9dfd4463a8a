#!/usr/bin/env bash
# Builds everything, runs every test, and checks the stand-ins' public surface where the lists of the originals' are at hand.
# Sets the machine up first where that is needed. The last line is "N passed, N failed, N skipped".
#   ./eng/test.sh                         everything
#   ./eng/test.sh --filter Name~Budget    options go to `dotnet test`
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prepare
fetch use-lite spam-assassin

cd "$repo_root"
say "Building"
quietly dotnet build Microsoft.ML.BlockLlm.sln -c Release -v q || fail "The solution does not build (above)."

say "Testing"
results="$repo_root/artifacts/test-results"
rm -rf "$results"
status=0
dotnet test Microsoft.ML.BlockLlm.sln -c Release --no-build --nologo -m:1 -v q \
  --logger trx --logger "console;verbosity=minimal" --results-directory "$results" "$@" </dev/null || status=$?

count() { cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{n += $1} END {print n + 0}'; }
total="$(count total)" passed="$(count passed)" failed="$(count failed)"

if [ "$packages" = standins ] && [ -d "$repo_root/../shared/api" ]; then
  say "Checking the stand-ins against the originals' public surface"
  if "$repo_root/eng/check-surface.sh"; then passed=$((passed + 1)); else failed=$((failed + 1)) status=1; fi
  total=$((total + 1))
fi

[ "$passed" -gt 0 ] || status=1
echo "$passed passed, $failed failed, $((total - passed - failed)) skipped"
exit "$status"

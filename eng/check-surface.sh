#!/usr/bin/env bash
# Holds the public surface of every stand-in against the lists of the originals' (../shared/api beside the repository):
# a public line of a stand-in that the original does not have is an error.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

shared="$repo_root/../shared"
tool="$shared/tools/api-list.cs"
[ -f "$tool" ] || fail "The lists of the originals' surfaces are not beside the repository (../shared/api and ../shared/tools)."

# Every assembly sees the others where the product's tests are built.
output="$(find "$repo_root/test/Microsoft.ML.BlockLlm.Standins.Tests/bin/Release" -name TorchSharp.dll -printf '%h\n' 2>/dev/null | head -n 1)"
[ -n "$output" ] || fail "Build the solution in Release first: ./eng/test.sh does."

lists="$(printf '%s,' "$shared"/api/*.txt)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$tool" "$work/api-list.cs"

status=0
for project in "$repo_root"/eng/standins/*/*.csproj; do
  name="$(basename "$project" .csproj)"
  if ! report="$(cd "$work" && dotnet run api-list.cs -- check "${lists%,}" "$output/$name.dll" 2>&1 </dev/null)"; then
    status=1
    printf '%s\n' "$report" >&2
  fi
  printf '%s: %s\n' "$name" "$(printf '%s\n' "$report" | tail -n 1)"
done
exit "$status"

#!/usr/bin/env bash
# Packs the library, then uses the packages outside the repository: in a project written by hand, in one that the template makes, and as the command that they install.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prepare
fetch use-lite

say "Packing"
rm -rf "$repo_root/artifacts/packages"
quietly dotnet pack "$repo_root/Microsoft.ML.BlockLlm.sln" -c Release -v q || fail "The packages could not be made (above)."
ls "$repo_root/artifacts/packages"
version="$(basename "$(ls "$repo_root"/artifacts/packages/Microsoft.ML.BlockLlm.[0-9]*.nupkg)" .nupkg)"
version="${version#Microsoft.ML.BlockLlm.}"

consumer="$(mktemp -d)"
trap 'rm -rf "$consumer"' EXIT
cp "$repo_root/eng/consumer/Program.cs" "$consumer/"
native=""
[ "$packages" = standins ] || native='<PackageReference Include="TorchSharp-cpu" Version="[0.102.8,0.108)" />'
cat >"$consumer/Consumer.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.BlockLlm" Version="$version" />
    $native
  </ItemGroup>
</Project>
XML
# A package folder of its own: an older build of the same version must not be taken from the user's.
cat >"$consumer/NuGet.config" <<XML
<configuration>
  <config><add key="globalPackagesFolder" value="packages" /></config>
  <packageSources><add key="local" value="$repo_root/artifacts/packages" /></packageSources>
</configuration>
XML

say "Building and running a project that uses the packages"
cache="${BLOCKLLM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/blockllm}"
cd "$consumer"
quietly dotnet build -c Release -v q || fail "A project that uses the packages does not build (above)."
dotnet run -c Release --no-build -- "$cache/models/use-lite" </dev/null

say "Making, building and running a project from the template"
mkdir templated && cd templated
# Templates of its own: what the user has installed stays as it is.
hive="$consumer/templates"
native=cpu
[ "$packages" = feed ] || native=none
quietly dotnet new install "$repo_root/artifacts/packages/Microsoft.ML.BlockLlm.Templates.$version.nupkg" --debug:custom-hive "$hive" ||
  fail "The template package cannot be installed (above)."
quietly dotnet new blockllm-textclassification -n Contoso.Reviews --web-api --native $native --pretrained-model "$cache/models/use-lite" --debug:custom-hive "$hive" ||
  fail "The template makes no project (above)."
for project in Contoso.Reviews/*/*.csproj; do
  quietly dotnet build "$project" -c Release -v q || fail "A project that the template makes does not build (above)."
done
run() { dotnet run --project Contoso.Reviews/Contoso_Reviews_ConsoleApp -c Release --no-build -- "$@" </dev/null; }
run train
predicted="$(run predict --text "Thank you, I love it!")"
echo "$predicted"
grep -q 'Predicted label: praise' <<<"$predicted" || fail "The model that the template's project trained does not predict as it should (above)."

say "Installing the command, training in an empty folder, killing another training, going on"
mkdir "$consumer/command" && cd "$consumer/command"
quietly dotnet tool install Microsoft.ML.BlockLlm.Tool --version "$version" --tool-path tool || fail "The command cannot be installed (above)."
for i in $(seq 100); do
  printf 'praise\tthank you, I love number %s\ncomplaint\tnumber %s is broken and late\n' "$i" "$i"
done | sed '1iLabel\tText' >messages.tsv
tool/blockllm plan "$cache/models/use-lite" --batch-size 8 --length 32
settings=(messages.tsv --model "$cache/models/use-lite" --batch-size 8 --max-tokens 32)
train=(tool/blockllm classify train "${settings[@]}" --epochs 3 --checkpoint-interval 10)
"${train[@]}" --output runs/whole
"${train[@]}" --output runs/first &
# Waits until a file is there that the command in the background is to write.
wait_for() {
  until compgen -G "$1" >/dev/null; do
    kill -0 $! || fail "The command ended before it had written $1 (above)."
    sleep 0.2
  done
}
wait_for 'runs/first/checkpoints/*/checkpoint.json'
kill -KILL $!
wait $! && fail "The training had ended before it was killed." || true
tool/blockllm resume runs/first 2>&1 | tee resumed.log
grep -qE '^Going on after update [1-9][0-9]*,' resumed.log || fail "The training did not go on from a checkpoint (above)."
# Every update once, with the loss that it has without an interruption.
losses() { grep -oE '"(step|loss)":[^,]*' "$1/metrics.jsonl"; }
cmp <(losses runs/whole) <(losses runs/first) || fail "The training that was killed and went on has other losses than one that was not."
predicted="$(tool/blockllm classify predict runs/first/model.zip --text "Thank you, I love it!")"
echo "$predicted"
grep -q '^praise' <<<"$predicted" || fail "The model that the command trained does not predict as it should (above)."
[ -s runs/first/report.html ] || fail "The training left no report."

say "Comparing two methods, asking for an end between them, going on"
compare=(tool/blockllm compare classify "${settings[@]}" --output runs/methods --methods blockllm,adamw --epochs 2)
"${compare[@]}" &
wait_for 'runs/methods/blockllm-*/result.json'
kill -TERM $!
status=0
wait $! || status=$?
[ "$status" = 130 ] || fail "The comparison that was to end has the exit code $status, not 130."
grep -q '^Missing: adamw with seed 1' runs/methods/compare.md || fail "The table does not say that a training is missing."
"${compare[@]}" 2>&1 | tee compared.log
[ "$(grep -c '^== ' compared.log)" = 1 ] || fail "The comparison did not go on with what was missing alone (above)."
for method in blockllm adamw; do
  grep -q "^| $method |" runs/methods/compare.md || fail "The table has no row for $method."
done

#!/usr/bin/env bash
# Packs the library, then builds and runs projects outside the repository that use the packages: one written by hand, and one that the template makes.
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

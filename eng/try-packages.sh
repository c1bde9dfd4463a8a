#!/usr/bin/env bash
# Packs the library, then builds and runs a project outside the repository that uses the packages.
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
cd "$consumer"
quietly dotnet build -c Release -v q || fail "A project that uses the packages does not build (above)."
cache="${BLOCKLLM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/blockllm}"
dotnet run -c Release --no-build -- "$cache/models/use-lite" </dev/null

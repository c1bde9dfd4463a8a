#!/usr/bin/env bash
# Fine-tunes a real encoder on real e-mails through ML.NET, then loads the saved model in a second process and predicts.
# Sets the machine up first where that is needed; can be run again at once.
#   ./eng/run-sample.sh             the sample of the README
#   ./eng/run-sample.sh --epochs 1  options go to the sample
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prepare
fetch use-lite spam-assassin

say "Building the sample"
quietly dotnet build "$repo_root/samples/TextClassification" -c Release -v q || fail "samples/TextClassification does not build (above)."

cd "$repo_root/artifacts"
run() { dotnet run --project "$repo_root/samples/TextClassification" -c Release --no-build -- "$@" </dev/null; }
say "Training"
run train --model spam-model.zip "$@"
say "Loading the saved model in a new process"
run predict --model spam-model.zip

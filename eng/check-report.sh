#!/usr/bin/env bash
# Looks at report pages in headless Chromium, in light and dark and at desktop and phone width: no console message, no request, no sideways scrolling of the page, text with contrast,
# names for everything that a screen reader or the keyboard comes to. Chromium and python3 are optional tools: without them nothing else in the repository fails.
# Exit codes: 0 nothing to mend, 1 something to mend, 3 no page was looked at.
#   ./eng/check-report.sh runs/first/report.html [more pages]
#   SCREENSHOTS=shots ./eng/check-report.sh runs/first/report.html    also keeps what it saw
set -euo pipefail
fail() { printf 'error: %s\n' "$*" >&2; exit 3; }

[ $# -gt 0 ] || fail "Name the pages to look at: ./eng/check-report.sh runs/first/report.html"
for browser in chromium chromium-browser google-chrome ""; do
  [ -n "$browser" ] || fail "Chromium is not on this machine, so no page was looked at. On Debian: apt-get install chromium."
  ! command -v "$browser" >/dev/null || break
done
command -v python3 >/dev/null || fail "python3 is not on this machine, so no page was looked at. On Debian: apt-get install python3."
exec python3 "$(dirname "${BASH_SOURCE[0]}")/check_report.py" "$(command -v "$browser")" "$@"

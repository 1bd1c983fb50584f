#!/usr/bin/env bash
# A picture of an HTML file: scripts/screenshot.sh FILE.html PICTURE.png [WIDTH HEIGHT]
# Uses Chromium (Debian: apt-get install chromium fonts-noto-core); nothing is fetched.
set -euo pipefail
page=$(realpath "$1") picture=$(realpath "$2") size=${3:-1180},${4:-1500}
for each in chromium chromium-browser google-chrome; do
    browser=$(type -P "$each") && break
done
[ -n "${browser:-}" ] || { echo "screenshot: Chromium is not here; on Debian: apt-get install chromium fonts-noto-core" >&2; exit 1; }
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
    --window-size="$size" --screenshot="$picture" "file://$page" 2>/dev/null
echo "$picture"

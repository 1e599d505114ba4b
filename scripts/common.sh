# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the scripts share: where the tree is, the dependency list, the build. Source it with bash.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(basename "$0")
export PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s: %s\n' "$program" "$*" >&2; }
die() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root or sudo: $*"
  fi
}

# packages_of SECTION...: the packages of these sections of scripts/packages.
packages_of() {
  local section line word current=
  for section in "$@"; do
    while IFS= read -r line; do
      line=${line%%#*}
      case $line in
        \[*\]) current=$line; continue ;;
      esac
      [ "$current" = "[$section]" ] || continue
      for word in $line; do
        case $word in
          @*) sed 's/#.*//' "$top/${word#@}" | xargs -n1 ;;
          *) echo "$word" ;;
        esac
      done
    done <"$top/scripts/packages"
  done | sort -u
}

# need SECTION...: installs what is missing of these sections; does nothing, and needs nobody, when all is there.
need() {
  local wanted missing
  wanted=$(packages_of "$@")
  missing=$(comm -23 <(echo "$wanted") <(
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u))
  [ -n "$missing" ] || return 0
  say "installing" $missing
  as_root apt-get -q update || say "apt-get update failed; trying with the package lists as they are"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing
}

# build PRESET [TARGET...]: configures once, builds what has changed. With `testing=OFF` a new tree has no tests; a later
# build without it adds them.
build() {
  local preset=$1 tree
  shift
  case $preset in release) tree=build ;; *) tree=build-$preset ;; esac
  cd "$top"
  if [ ! -f "$tree/build.ninja" ]; then
    cmake --preset "$preset" -DBUILD_TESTING="${testing:-ON}"
  elif [ "${testing:-ON}" = ON ] && grep -q '^BUILD_TESTING:BOOL=OFF' "$tree/CMakeCache.txt"; then
    cmake --preset "$preset" -DBUILD_TESTING=ON
  fi
  cmake --build "$tree" ${1:+--target "$@"}
}

seconds_since() { awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }'; }

#!/bin/sh
# Makes .venv with the first Python found here that is new enough.
set -u

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null
}

for python in python3 python3.14 python3.13 python3.12 python; do
    if new_enough "$python"; then
        rm -rf .venv
        "$python" -m venv .venv && exit
        echo "That was $("$python" --version), without its venv module." >&2
        echo "On Debian and Ubuntu:  sudo apt-get install python3-venv" >&2
        rm -rf .venv
        exit 1
    fi
done

found=$(python3 --version 2>/dev/null || echo "none")
cat >&2 <<END
Hubbub needs Python 3.12 or newer; found: $found.
  Debian 13, Ubuntu 24.04:  sudo apt-get install python3 python3-venv
  macOS:                    brew install python
  anywhere:                 https://www.python.org/downloads/
Then run make again.
END
exit 1

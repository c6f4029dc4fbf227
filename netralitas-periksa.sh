#!/bin/sh
# Double click: the page in your browser. The first time it sets itself up, which needs the internet.
set -eu
cd "$(dirname "$0")"
if ! [ -x .venv/bin/netralitas-periksa ] || ! .venv/bin/python -c 'import uvicorn, starlette, python_multipart' 2>/dev/null; then
    echo 'Menyiapkan netralitas (sekali saja, perlu internet) ...'
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo 'Perlu Python 3.11 atau yang lebih baru: https://www.python.org/downloads/'; exit 1; }
    python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[serve]'
fi
exec .venv/bin/netralitas-periksa

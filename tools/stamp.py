"""Mark a model as fit for the word lists and the lexicon as they are now.

A model is refused where they have changed since it was trained, because the same text would be read
as another. After a small edit (a name more, a cue less) that need not mean a new model: run the
audit, then this. It changes the fingerprint in ``model.json`` and nothing else.

    python tools/stamp.py models/default
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from netralitas_nlp import Lexicon
from netralitas_nlp.base.files import whole


def main() -> None:
    """Write the fingerprint of the lists and the lexicon into a model."""
    path = Path(sys.argv[1]) / "model.json"
    header = json.loads(path.read_text(encoding="utf-8"))
    before, header["fingerprint"] = header.get("fingerprint"), Lexicon.default().fingerprint
    with whole(path) as file:
        file.write(json.dumps(header, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    print(f"{path}: {before} -> {header['fingerprint']}")


if __name__ == "__main__":
    main()

"""Run the engine under sanitizers on hostile texts and damaged indexes, for some time.

With clang by libFuzzer, which looks for new ways through the code; with another compiler by the
target's own generator. Ends with 1 on a finding; libFuzzer leaves the input in ``build/fuzz``.

    python tools/fuzz.py --seconds 600
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from netralitas_nlp.read.stems import root_words
from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.score.compiled import compile_index
from netralitas_nlp.score.engine import built

TOP = Path(__file__).resolve().parents[1]
OUT = TOP / "build" / "fuzz"
SANITIZERS = "address,undefined"


def main() -> int:
    """Compile, run, and return 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=600)
    seconds = parser.parse_args().seconds
    engine = built()
    if engine is None:
        sys.exit("the engine is not built; run: python engine/build.py")
    corpus = OUT / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    classifier = default_classifier()
    index, roots, lines = OUT / "index", OUT / "roots.txt", OUT / "lines.txt"
    index.write_bytes(compile_index(engine, classifier.model, classifier.lexicon))
    roots.write_text("\n".join(root_words()), encoding="utf-8")
    texts = [
        text
        for path in sorted((TOP / "data" / "captions").glob("*.csv"))
        for text in path.read_text(encoding="utf-8").splitlines()
    ]
    lines.write_text("\n".join(texts), encoding="utf-8")
    sources = [*sorted((TOP / "engine").glob("*.c")), TOP / "engine" / "fuzz" / "fuzz.c"]
    sources = [str(path) for path in sources if path.name != "binding.c"]
    program = str(OUT / "fuzz")
    flags = ["-std=gnu11", "-g", "-O1", "-fno-sanitize-recover=all", "-ffp-contract=off"]
    if shutil.which("clang"):
        compiler = ["clang", f"-fsanitize=fuzzer,{SANITIZERS}"]
        for number, text in enumerate(texts[::20]):
            (corpus / str(number)).write_text(text, encoding="utf-8")
        limits = ["-max_len=4096", "-timeout=10", f"-artifact_prefix={OUT}/"]
        run = [program, f"-max_total_time={seconds}", *limits, str(corpus)]
    else:
        compiler = [shutil.which("gcc") or "cc", f"-fsanitize={SANITIZERS}", "-DALONE"]
        run = [program, str(seconds), str(lines)]
    subprocess.run([*compiler, *flags, *sources, "-lm", "-o", program], check=True)
    env = os.environ | {"NETRALITAS_INDEX": str(index), "NETRALITAS_ROOTS": str(roots)}
    return int(subprocess.run(run, env=env, check=False).returncode != 0)


if __name__ == "__main__":
    sys.exit(main())

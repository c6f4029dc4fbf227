"""Speed and memory beside a plain scikit-learn pipeline, in one run. Prints a table, asserts nothing.

The peer is what one would write in an afternoon: PySastrawi over the whole text, then
``TfidfVectorizer`` (words and pairs) and ``LogisticRegression``, kept with joblib, trained on the
same rows. Timed: a warm call (second pass over the same texts), the same in batches, and a cold
process from start to first verdict, with its peak memory.

    make bench-speed                       # texts of data/captions
    make bench-speed TEXTS=other.csv       # texts of another CSV (column text)
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from netralitas_nlp import classify, classify_many
from netralitas_nlp.corpus import read_captions

TOP = Path(__file__).resolve().parents[1]
PROCESSES = 7
TEXT = "Jangan lupa 14 Februari, coblos nomor 2! #PrabowoGibran"

COLD_OURS = f"from netralitas_nlp import classify; classify({TEXT!r})"
COLD_PLAIN = (
    "import joblib, sys; sys.path.insert(0, {bench!r}); import speed;"
    f"joblib.load({{path!r}}).predict_proba([speed.stemmed({TEXT!r})])"
)
# VmHWM begins anew with the process; ru_maxrss would remember the parent's size.
MEMORY = "; print(next(x.split()[1] for x in open('/proc/self/status') if x.startswith('VmHWM')))"

_stemmer: Any = None


def stemmed(text: str) -> str:
    """A text as PySastrawi gives it back whole (its own memory of words is on)."""
    global _stemmer  # noqa: PLW0603  (one stemmer a process, as such pipelines have)
    if _stemmer is None:
        from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

        _stemmer = StemmerFactory().create_stemmer()
    return str(_stemmer.stem(text))


def plain_pipeline(folder: Path) -> Any:
    """Fit and save the peer; return it."""
    frame = read_captions(TOP / "data" / "captions")
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(max_iter=500)
    )
    pipeline.fit([stemmed(t) for t in frame["text"]], frame["label"])
    joblib.dump(pipeline, folder / "plain.joblib")
    return pipeline


def per_call(call: Callable[[str], Any], texts: list[str]) -> float:
    """Median microseconds of one call, second pass."""
    for text in texts:
        call(text)
    times = []
    for text in texts:
        start = time.perf_counter()
        call(text)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def in_batch(call: Callable[[list[str]], Any], texts: list[str]) -> float:
    """Microseconds a text of one warm pass over all texts."""
    call(texts)
    start = time.perf_counter()
    call(texts)
    return (time.perf_counter() - start) / len(texts) * 1e6


def cold(code: str) -> tuple[float, float]:
    """Median milliseconds and megabytes of a fresh process."""
    # An installed package brings its compiled modules; a checkout gets them from a first run.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    times, sizes = [], []
    for _ in range(PROCESSES):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code + MEMORY],
            capture_output=True,
            text=True,
            check=True,
            env=env,
        )
        times.append((time.perf_counter() - start) * 1e3)
        sizes.append(int(done.stdout) / 1024)
    return statistics.median(times), statistics.median(sizes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, default=None, help="CSV with a column text")
    parser.add_argument("--rows", type=int, default=5000, help="texts to time (default 5000)")
    given = parser.parse_args()
    if given.texts is None:
        texts = read_captions(TOP / "data" / "captions")["text"].tolist()
    else:
        texts = pd.read_csv(given.texts, keep_default_na=False)["text"].tolist()
    texts = texts[:: max(1, len(texts) // given.rows)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = plain_pipeline(folder)
        path = str(folder / "plain.joblib")
        rows = [
            (
                "one call, median µs",
                per_call(classify, texts),
                per_call(lambda t: plain.predict_proba([stemmed(t)]), texts[:1000]),
            ),
            (
                "in batches, µs a text",
                in_batch(lambda t: list(classify_many(t)), texts),
                in_batch(lambda t: plain.predict_proba([stemmed(x) for x in t]), texts),
            ),
        ]
        ours, theirs = (
            cold(COLD_OURS),
            cold(COLD_PLAIN.format(bench=str(Path(__file__).parent), path=path)),
        )
        rows.append(("cold process, ms", ours[0], theirs[0]))
        rows.append(("cold process, peak MB", ours[1], theirs[1]))
    print(f"{len(texts):,} texts; Python {platform.python_version()}, {os.cpu_count()} CPUs")
    print(f"{'':26}{'ours':>10}{'plain':>10}{'ratio':>8}")
    for label, a, b in rows:
        print(f"{label:26}{a:10.1f}{b:10.1f}{a / b:8.3f}")


if __name__ == "__main__":
    main()

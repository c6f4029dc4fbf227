"""What one process of ``speed.py`` does: load one peer, call it, say how long it took.

Runs in the benchmark's own environment, where the peers are installed. Each peer is loaded and
called as its own documentation says. The top of this module imports next to nothing: it is part
of every cold start that is timed.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TEXT = "Jangan lupa 14 Februari, coblos nomor 2! #PrabowoGibran"
SINGLES = 1000
"""Texts given one by one, at most."""
SEED = 20240214
NEW = 0.1
"""Share of words of the mixed texts that stand in no caption."""
LETTERS = 1_000_000
SIZES = (1_000, 10_000, 100_000, LETTERS)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Calls = tuple[Callable[[str], Any], Callable[[list[str]], Any]]
    """How a peer takes one text, and how it takes many."""


def peak() -> float:
    """Most memory this process ever held, MB. (ru_maxrss would remember the parent's.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


# --- the peers: load from a folder


def ours(folder: Path) -> Calls:
    from netralitas_nlp import classify, classify_many

    return classify, lambda texts: list(classify_many(texts))


def reference(folder: Path) -> Calls:
    """The same, read in Python alone."""
    import os

    os.environ["NETRALITAS_ENGINE"] = "python"
    return ours(folder)


def plain(folder: Path) -> Calls:
    import joblib
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    stem = StemmerFactory().create_stemmer().stem
    pipeline = joblib.load(folder / "plain.joblib")
    return (
        lambda text: pipeline.predict_proba([stem(text)]),
        lambda texts: pipeline.predict_proba([stem(text) for text in texts]),
    )


def profanity(folder: Path) -> Calls:
    from profanity_check import predict_prob

    return lambda text: predict_prob([text]), predict_prob


def fasttext(folder: Path) -> Calls:
    return _fasttext(folder / "fasttext.bin")


def fasttext_small(folder: Path) -> Calls:
    return _fasttext(folder / "fasttext_small.bin")


def _fasttext(path: Path) -> Calls:
    from fasttext.FastText import load_model

    predict = load_model(str(path)).predict
    return (
        lambda text: predict(text.replace("\n", " ")),  # it takes one line
        lambda texts: predict([text.replace("\n", " ") for text in texts]),
    )


LOAD = {f.__name__: f for f in (ours, reference, plain, profanity, fasttext, fasttext_small)}


def train(folder: str) -> None:
    """Fit the peers that learn on ``texts.json`` and ``labels.json``, the captions."""
    import joblib
    from fasttext import train_supervised
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    place = Path(folder)
    texts = json.loads((place / "captions.json").read_text(encoding="utf-8"))
    labels = json.loads((place / "labels.json").read_text(encoding="utf-8"))
    stem = StemmerFactory().create_stemmer().stem
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(max_iter=500)
    )
    pipeline.fit([stem(text) for text in texts], labels)
    joblib.dump(pipeline, place / "plain.joblib")
    lines = place / "fasttext.txt"
    with lines.open("w", encoding="utf-8") as file:
        # Mixed: it learns line by line, and runs into NaN where one label stands in a long row.
        pairs = list(zip(texts, labels, strict=True))
        random.Random(SEED).shuffle(pairs)
        file.writelines(f"__label__{label} {' '.join(text.split())}\n" for text, label in pairs)
    letters = {"minn": 2, "maxn": 5, "thread": 1, "verbose": 0}
    for name, size in (("fasttext", {}), ("fasttext_small", {"dim": 16, "bucket": 100_000})):
        _steady(train_supervised, str(lines), **letters, **size).save_model(
            str(place / f"{name}.bin")
        )


def _steady(fit: Callable[..., Any], *args: Any, **settings: Any) -> Any:
    """Fit with the first seed that does not run into NaN, as this build does now and then."""
    for seed in range(20):
        try:
            return fit(*args, seed=seed, **settings)
        except RuntimeError as error:
            last = error
    raise last


def sizes(folder: str) -> None:
    """Print the megabytes of the files each peer reads its model from."""
    import profanity_check

    from netralitas_nlp.base.assets import asset_path

    place = Path(folder)
    model, lexicon = asset_path("models", "default"), asset_path("data", "lexicon")
    files = {
        "ours": [
            *(model / name for name in ("model.json", "weights.npz")),
            *lexicon.glob("*.csv"),
            *asset_path("data", "text").glob("*.csv"),
        ],
        "plain": [place / "plain.joblib"],
        "profanity": list((Path(profanity_check.__file__).parent / "data").glob("*.joblib")),
        "fasttext": [place / "fasttext.bin"],
        "fasttext_small": [place / "fasttext_small.bin"],
    }
    files["reference"] = files["ours"]
    print(json.dumps({k: sum(f.stat().st_size for f in v) / 1e6 for k, v in files.items()}))


# --- what is measured


def first(name: str, folder: str) -> None:
    """Give one verdict; the process around it is what is timed."""
    one, _ = LOAD[name](Path(folder))
    one(TEXT)


def passes(name: str, folder: str, texts: str) -> None:
    """Read all texts twice, then some one by one; print µs a text and the peak memory."""
    one, many = LOAD[name](Path(folder))
    one(TEXT)  # whatever loads on first use is loaded
    given = json.loads(Path(texts).read_text(encoding="utf-8"))
    took = []
    for _ in range(2):
        start = time.perf_counter()
        many(given)
        took.append((time.perf_counter() - start) / len(given) * 1e6)
    calls = []
    for text in given[:SINGLES]:
        start = time.perf_counter()
        one(text)
        calls.append(time.perf_counter() - start)
    calls.sort()
    call = calls[len(calls) // 2] * 1e6
    print(json.dumps({"cold": took[0], "warm": took[1], "call": call, "memory": peak()}))


def with_reasons(texts: str) -> None:
    """Print µs a text of a warm pass of ours that asks every result for its evidence."""
    from netralitas_nlp import classify_many

    given = json.loads(Path(texts).read_text(encoding="utf-8"))
    took = 0.0
    for _ in range(2):
        start = time.perf_counter()
        for result in classify_many(given):
            _ = result.evidence
        took = (time.perf_counter() - start) / len(given) * 1e6
    print(took)


def mixed(captions: list[str], count: int) -> Iterator[str]:
    """Yield texts of the captions' words, in any order, as long as captions of six words or more.

    One word in ten (`NEW`) is the front of one word and the end of another, so that memories of
    words meet ever new ones.
    """
    import random

    rng = random.Random(SEED)
    split = [caption.split() for caption in captions]
    words = [word for row in split for word in row]
    lengths = [len(row) for row in split if len(row) >= 6]  # shorter ones would come twice
    for _ in range(count):
        row = rng.choices(words, k=rng.choice(lengths))
        for at, word in enumerate(row):
            if rng.random() < NEW:
                row[at] = word[: len(word) // 2 + 1] + rng.choice(words)[1:]
        yield " ".join(row)


def million(captions: str, count: int) -> None:
    """Classify that many mixed texts; print memory and time on the way."""
    from netralitas_nlp import classify_many

    given = json.loads(Path(captions).read_text(encoding="utf-8"))
    marks = {count // 100, count // 10, count}
    out = []
    start = time.perf_counter()
    for number, _ in enumerate(classify_many(mixed(given, count)), start=1):
        if number in marks:
            spent = (time.perf_counter() - start) / number * 1e6
            out.append({"texts": number, "memory": peak(), "us": spent})
    print(json.dumps(out))


def making(captions: str, count: int) -> None:
    """Print how long the mixed texts take to make, and how many of them are different."""
    given = json.loads(Path(captions).read_text(encoding="utf-8"))
    start = time.perf_counter()
    for _ in mixed(given, count):
        pass
    spent = (time.perf_counter() - start) / count * 1e6
    different = len({hash(text) for text in mixed(given, count)})
    print(json.dumps({"us": spent, "different": different}))


def kinds(captions: list[str]) -> dict[str, str]:
    """Texts of `LETTERS` letters, of several kinds."""
    import random

    rng = random.Random(SEED)
    shuffled = rng.sample(captions, len(captions))
    words = [word for caption in shuffled for word in caption.split() if word.isalpha()]
    letters = "".join(rng.choices("aiueongkmrst", k=LETTERS))
    out = {
        "captions, one after another": " ".join(shuffled),
        "one word": letters,
        "one hashtag": "#" + "".join(word.title() for word in words),
        "emoji only": "✌️",
        "a ballot number again and again": "coblos nomor 2 ",
        "full stops only": ".",
    }
    return {k: (v * (LETTERS // len(v) + 1))[:LETTERS] for k, v in out.items()}


def length(captions: str) -> None:
    """Print ns a letter by kind and size: the same letters in texts of each size."""
    from netralitas_nlp import classify

    given = json.loads(Path(captions).read_text(encoding="utf-8"))
    out: dict[str, list[float]] = {}
    for kind, text in kinds(given).items():
        row = out[kind] = []
        for size in SIZES:
            pieces = [text[at : at + size] for at in range(0, LETTERS, size)]
            best = float("inf")
            for _ in range(3):
                start = time.perf_counter()
                for piece in pieces:
                    classify(piece)
                best = min(best, time.perf_counter() - start)
            row.append(best / LETTERS * 1e9)
    print(json.dumps(out))

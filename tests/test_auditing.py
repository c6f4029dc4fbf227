"""Name swaps, errors by contestant, behaviour cases: on made-up classifiers, and the shipped one."""

from __future__ import annotations

import csv
import json
from collections import Counter
from types import SimpleNamespace

import pandas as pd
import pytest
from scipy.stats import binomtest
from typer.testing import CliRunner

from conftest import TOP
from netralitas_nlp import Classifier, Lexicon
from netralitas_nlp.base.assets import read_table
from netralitas_nlp.base.errors import NetralitasError
from netralitas_nlp.cli.audit import app
from netralitas_nlp.measure import audit as module
from netralitas_nlp.measure.audit import as_expected, audit
from netralitas_nlp.measure.audit_page import heat, write
from netralitas_nlp.measure.cases import (
    CHECKS,
    Case,
    Frame,
    read_cases,
    read_frames,
    read_limits,
)
from netralitas_nlp.measure.contestants import errors_by_contestant
from netralitas_nlp.measure.figures import wilson
from netralitas_nlp.measure.swaps import Name, listed_names, unlisted_names
from netralitas_nlp.tables.likeness import near_duplicates

DATA = TOP / "data" / "audit"
PSI, PKS = "Partai Solidaritas Indonesia", "Partai Keadilan Sejahtera"
FRAMES = (
    Frame("p", "Ayo menangkan {name} besok", "partisan"),
    Frame("n", "KPU menetapkan {name} sebagai peserta", "neutral"),
)
NAMES = (
    Name("Anies Baswedan", "person", "pilpres"),
    Name("Prabowo Subianto", "person", "pilpres"),
    Name("Partai Buruh", "party", ""),
    Name("Partai Ummat", "party", ""),
    Name("Faolala Zendrato", "unlisted", "Sumatera Utara"),
    Name("Naftali Wonerabi", "unlisted", "Papua"),
)
CASES = (Case("a", "everyday", "hujan lagi", "neutral"),)


class Made:
    """Says what a function of the text says: a score; partisan from .8, neutral below .2."""

    def __init__(self, score):
        self.score = score
        self.lexicon = Lexicon.default()
        self.model = None

    def classify_many(self, texts):
        for text in texts:
            score = self.score(text)
            verdict = "partisan" if score >= 0.8 else "neutral" if score < 0.2 else "review"
            yield SimpleNamespace(text=text, score=score, verdict=verdict)


def fair(text):
    return 0.9 if "menangkan" in text else 0.1


def against_one(text):
    return 0.1 if "Ayo" in text and "Prabowo" in text else fair(text)


def unlisted_differ(text):
    return 0.05 if "Wonerabi" in text else fair(text)


def run(score, **settings):
    return audit(Made(score), **{"cases": CASES, "frames": FRAMES, "names": NAMES} | settings)


def checks(done):
    return {c.name: c for c in done.checks}


# --- names


def test_a_fair_classifier_passes():
    done = run(fair)
    assert done.passed
    assert done.skipped == ("rows",)
    assert [s.sort for s in done.swaps] == ["person", "party", "unlisted"] * 2
    assert {s.gap for s in done.swaps} == {0.0}
    assert checks(done)["frame_errors"].value == 0


def test_one_listed_name_that_changes_a_verdict_is_found():
    found = checks(run(against_one))
    gap, changes = found["listed_gap"], found["listed_changes"]
    assert gap.value == pytest.approx(0.8)
    assert gap.broken
    assert changes.value == 1
    assert changes.broken
    assert [f.id for f in changes.findings] == ["p"]
    assert gap.findings[0].expected == "neutral 0.100 (Prabowo Subianto)"
    assert gap.findings[0].got == "partisan 0.900 (Anies Baswedan)"


def test_unlisted_names_are_compared_with_listed_ones():
    found = checks(run(unlisted_differ))
    assert not found["listed_gap"].broken
    assert found["unlisted_mean_gap"].value == pytest.approx((0.85 + 0.05) / 2)
    assert found["unlisted_flips"].value == 1 / 4, "one of two frames times two names"
    assert found["unlisted_flips"].findings[0].got == "1 neutral, 1 partisan"


def test_frames_with_the_opposite_of_their_label():
    found = checks(run(lambda text: 1 - fair(text)))["frame_errors"]
    assert found.value == 1
    assert [f.id for f in found.findings] == ["p", "n"]
    assert checks(run(lambda text: 0.5))["frame_errors"].value == 0, "review is not the opposite"


def test_heat():
    found = heat(run(unlisted_differ))
    assert found.rows == ("p", "n")
    assert found.columns == ("orang: pilpres", "partai", "Papua *", "Sumatera Utara *")
    assert found.values[0] == pytest.approx((0, 0, -0.85, 0))
    assert heat(run(fair), "en").columns[1] == "parties"


def test_a_lexicon_without_names_skips_the_swap():
    done = run(fair, names=NAMES[-2:])
    assert done.skipped == ("names", "rows")
    assert done.swaps == ()
    assert heat(done).columns == ()
    tested = [c.name for c in done.checks if c.result != "untested"]
    assert tested == ["cases_reversed", "suite:everyday"]


def test_listed_names_count_anywhere(lexicon):
    names = listed_names(lexicon)
    assert len(names) > 1000
    assert {n.sort for n in names} == {"person", "party"}
    assert len({n.name for n in names}) == len(names)
    for name in names[::50]:
        assert [m.kind for m, _ in lexicon.find(f"dan {name.name} hadir")] == [name.sort]


# --- labelled rows


def test_errors_by_contestant():
    rows = pd.DataFrame(
        [
            (f"menangkan {PSI}", "partisan"),
            (f"{PSI} mengadakan rapat", "neutral"),
            (f"menangkan kursi kata {PSI} dan {PKS}", "neutral"),
            (f"{PKS} juara", "partisan"),
            ("hujan", "neutral"),
            (f"menangkan {PSI} dong", "unsure"),
        ],
        columns=["text", "label"],
    )
    got = {e.name: e for e in errors_by_contestant(Made(fair), rows) if e.kind == "party"}
    numbers = {n: (e.accused, e.neutral, e.missed, e.partisan) for n, e in got.items()}
    assert numbers == {
        "": (1, 2, 1, 2),
        PSI: (1, 2, 0, 1),
        PKS: (1, 1, 1, 1),
    }
    assert next(iter(got)) == ""


@pytest.mark.parametrize(
    ("psi", "pks", "broken"),
    [
        ((1, 2), (0, 50), False),  # few rows
        ((20, 40), (0, 200), True),
        ((20, 40), (20, 40), False),  # all alike: no party is treated worse
        ((4, 40), (0, 200), False),  # below the limit
    ],
)
def test_only_a_clear_difference_breaks_the_limit(psi, pks, broken):
    texts = []
    for party, (bad, of) in ((PSI, psi), (PKS, pks)):
        texts += [f"menangkan kursi, kata {party}"] * bad + [f"rapat {party}"] * (of - bad)
    rows = pd.DataFrame({"text": texts, "label": "neutral"})
    done = run(fair, rows=rows, limits={"party_accused": 0.1})
    check = checks(done)["party_accused"]
    assert check.broken is broken
    assert [f.id for f in check.findings] == [PSI] * broken
    assert checks(done)["ticket_accused"].result == "untested"
    assert checks(done)["ticket_accused"].value != 0, "nothing was tested: 0 would look good"
    assert "rows" not in done.skipped


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (0, 10), (3, 10), (5, 17), (17, 17), (400, 1000)])
def test_wilson_agrees_with_scipy(hits, of):
    figure = wilson(hits, of)
    other = binomtest(hits, of).proportion_ci(0.95, "wilson")
    assert (figure.low, figure.high) == pytest.approx((other.low, other.high), abs=1e-6)


# --- behaviour


@pytest.mark.parametrize(
    ("expectation", "allowed"),
    [
        ("neutral", {"neutral"}),
        ("not_partisan", {"neutral", "review"}),
        ("not_neutral", {"partisan", "review"}),
        ("partisan", {"partisan"}),
    ],
)
def test_expectations(expectation, allowed):
    verdicts = ("partisan", "review", "neutral")
    assert {v for v in verdicts if as_expected(SimpleNamespace(verdict=v), expectation)} == allowed


def test_suites_have_shares_and_limits():
    cases = [
        Case("1", "mine", "menangkan", "partisan"),
        Case("2", "mine", "menangkan", "not_partisan"),
        Case("3", "mine", "hujan", "not_neutral"),
        Case("4", "mine", "hujan", "neutral"),
        Case("5", "other", "hujan", "neutral"),
    ]
    found = checks(run(fair, cases=cases, limits={"suite:mine": 0.5, "cases_reversed": 0.3}))
    assert (found["suite:mine"].value, found["suite:mine"].broken) == (0.5, False)
    assert [f.id for f in found["suite:mine"].findings] == ["2", "3"]
    assert found["suite:other"].limit == read_limits()["suite"]
    assert (found["cases_reversed"].value, found["cases_reversed"].broken) == (0.4, True)


def test_review_is_not_the_opposite():
    found = checks(run(lambda text: 0.5))
    assert found["suite:everyday"].value == 1
    assert found["cases_reversed"].value == 0


def test_a_limit_for_nothing_is_refused():
    with pytest.raises(ValueError, match=r"'suite:evryday' is for no check.*suite:everyday"):
        run(fair, limits={"suite:evryday": 1})


# --- tables


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("id,suite,text\n1,a,b\n", ["lacks the column(s) expectation"]),
        ("id,suite,text,expectation\n1,a,b,netral\n", ["line 2", "'netral'", "did you mean 'neutral'"]),
        ('id,suite,text,expectation\n1,a,"b\nc",neutral\n2,a,,neutral\n', ["line 4", "'text' is empty"]),
        ("id,suite,text,expectation\n1,,b,neutral\n", ["line 2", "'suite' is empty"]),
        ("id,suite,text,expectation\nvote-01,a,b,neutral\n", ["line 2", "'vote-01'", "behaviour.csv, line 2"]),
    ],
)  # fmt: skip
def test_bad_cases_name_file_and_line(tmp_path, body, words):
    path = tmp_path / "mine.csv"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(NetralitasError) as caught:
        read_cases([path])
    for word in ["mine.csv", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("read", "body", "words"),
    [
        (read_limits, "check,limit\nlisted_gap,zero\n", ["line 2", "'zero'"]),
        (read_limits, "check,limit\nlisted_gap,-1\n", ["line 2", "'-1'"]),
        (read_limits, "check,limit\nlisted_gap,nan\n", ["line 2", "'nan'"]),
        (read_limits, "check,limit\nsuite,1\nsuite,1\n", ["line 3", "stands already", "line 2"]),
        (read_limits, "check,limit\nlisted_gaps,1\n", ["line 2", "did you mean 'listed_gap'"]),
        (read_frames, "id,text,label\n1,tanpa nama,neutral\n", ["line 2", "{name} once"]),
        (read_frames, "id,text,label\n1,{name} ya,unsure\n", ["line 2", "'unsure'"]),
    ],
)
def test_bad_limits_and_frames(tmp_path, read, body, words):
    path = tmp_path / "mine.csv"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(NetralitasError) as caught:
        read(path)
    for word in ["mine.csv", *words]:
        assert word in str(caught.value)


def test_packaged_cases():
    cases = read_cases()
    sizes = Counter(c.suite for c in cases)
    assert set(sizes) == {
        "voter_education", "neutrality_pledge", "office_abbreviation", "law_citation", "disguise",
        "negation", "news", "policy", "everyday", "plain_campaign",
    }  # fmt: skip
    assert min(sizes.values()) >= 12


def test_packaged_texts_are_no_captions(corpus):
    texts = [c.text for c in read_cases()] + [f.text for f in read_frames()]
    assert near_duplicates(texts, corpus["text"].tolist()) == []


def test_packaged_frames_name_nobody_else(lexicon):
    frames = read_frames()
    labels = Counter(f.label for f in frames)
    assert len(frames) >= 24
    assert abs(labels["partisan"] - labels["neutral"]) <= 1
    for frame in frames:
        kinds = {m.kind for m, _ in lexicon.find(frame.holding("siapa"))}
        assert not kinds & {"person", "party", "ticket", "number"}, frame.text


def test_packaged_unlisted_names_are_in_no_list_and_no_caption(lexicon, corpus):
    names = [n.name for n in unlisted_names()]
    assert len(set(names)) == len(names) >= 30
    texts = "\n".join(corpus["text"]).lower()
    invented = (TOP / "data" / "captions" / "invented.csv").read_text(encoding="utf-8").lower()
    for name in names:
        assert not any(m.entries for m, _ in lexicon.find(name)), name
        assert not lexicon.search(name), name
        assert name.lower() not in texts, name
        assert name.lower() not in invented, name
        for frame in read_frames():
            before, _, _ = frame.text.partition("{name}")
            here = range(len(before), len(before) + len(name))
            tokens = lexicon.tokenizer.tokens(frame.holding(name))
            for m in lexicon.mentions(*lexicon.view(tokens)):
                inside = range(tokens[m.first].start, tokens[m.last - 1].end)
                listed = m.entries or m.number
                assert not (listed and set(here) & set(inside)), (name, frame.text)


def test_packaged_limits_cover_the_checks():
    limits = read_limits()
    suites = {c.suite for c in read_cases()}
    assert set(CHECKS) | {"suite"} <= set(limits)
    assert {name.removeprefix("suite:") for name in limits if ":" in name} == suites
    assert limits["listed_gap"] <= 1e-9
    assert limits["listed_changes"] == 0
    for row in read_table(DATA / "limits.csv", ("check", "limit", "comment")):
        assert float(row["limit"]) < 0.55, row


# --- out


def test_files_are_self_contained_and_the_same_each_time(tmp_path):
    cases = [Case("1", "mine", "<script>alert(1)</script> menangkan", "neutral")]
    rows = pd.DataFrame({"text": [f"rapat {PSI}"], "label": ["neutral"]})
    for folder in ("a", "b"):
        write(run(against_one, cases=cases, rows=rows), tmp_path / folder)
    for name in ("audit.json", "audit.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    page = (tmp_path / "a" / "audit.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert 'src="http' not in page
    assert 'href="http' not in page
    assert page.count('src="data:image/svg+xml;base64,') == 1
    assert PSI in page
    found = json.loads((tmp_path / "a" / "audit.json").read_text(encoding="utf-8"))
    assert found["passed"] is False
    assert {c["name"] for c in found["checks"] if c["broken"]} >= {"listed_gap", "suite:mine"}
    write(run(fair, names=()), tmp_path / "en", "en")
    assert "The name swap was left out" in (tmp_path / "en" / "audit.html").read_text("utf-8")


def test_a_report_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NetralitasError, match="cannot write"):
        write(run(fair, names=()), tmp_path / "file" / "out")


@pytest.fixture
def quick(monkeypatch):
    """The command with two frames and a made-up classifier instead of the shipped one."""

    def use(score):
        monkeypatch.setattr(module, "read_frames", lambda: list(FRAMES))
        monkeypatch.setattr(module, "listed_names", lambda _: list(NAMES[:4]))
        monkeypatch.setattr("netralitas_nlp.cli.audit.load_classifier", lambda *_: Made(score))

    return use


@pytest.fixture
def loose(tmp_path):
    path = tmp_path / "limits.csv"
    rows = [*CHECKS, *sorted({f"suite:{c.suite}" for c in read_cases()})]
    path.write_text("check,limit\n" + "".join(f"{r},1\n" for r in rows), encoding="utf-8")
    return path


def test_command_passes(quick, loose, tmp_path):
    quick(fair)
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["x", "--limits", str(loose), "--report", str(out)])
    assert done.exit_code == 0, done.output
    assert "Semua batas dipatuhi" in done.output
    assert "--rows" in done.output, "it says what was left out"
    assert sorted(p.name for p in out.iterdir()) == ["audit.html", "audit.json"]


def test_command_prints_failing_rows_and_exits_with_1(quick, loose, tmp_path):
    quick(fair)
    mine = tmp_path / "mine.csv"
    with mine.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "suite", "text", "expectation"])
        writer.writerow(["m-1", "mine", "menangkan hati [ibu]", "neutral"])
    args = ["x", "--limits", str(loose), "--cases", str(mine), "--lang", "en"]
    done = CliRunner().invoke(app, args)
    assert done.exit_code == 1, done.output
    assert "cases that fail: mine" in done.output
    assert "m-1  menangkan hati [ibu]" in done.output
    assert "expected: neutral; got: partisan 0.90" in done.output


def test_command_counts_errors_by_party(quick, loose, tmp_path):
    quick(fair)
    rows = tmp_path / "rows.csv"
    rows.write_text(f"text,label\nrapat {PSI},neutral\n", encoding="utf-8")
    args = ["x", "--limits", str(loose), "--rows", str(rows), "--rows", str(rows)]
    done = CliRunner().invoke(app, args)
    assert done.exit_code == 0, done.output
    assert "--rows" not in done.output


@pytest.mark.parametrize("option", ["--cases", "--rows", "--limits"])
def test_bad_input_exits_with_2(quick, tmp_path, option):
    quick(fair)
    missing = CliRunner().invoke(app, ["x", option, str(tmp_path / "none.csv")])
    assert missing.exit_code == 2
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["x", option, str(wrong)])
    assert done.exit_code == 2
    assert "wrong.csv" in done.output
    assert "Traceback" not in done.output


def test_the_fallback_can_be_audited():
    done = audit(Classifier(model=None), cases=CASES, frames=FRAMES, names=NAMES)
    assert checks(done)["listed_gap"].value == 0


def test_the_shipped_model_passes_its_audit(classifier):
    done = audit(classifier)
    broken = [(c.name, c.value, c.limit, c.findings[:3]) for c in done.checks if c.broken]
    assert broken == []
    assert sum(s.names for s in done.swaps) > 50_000

"""Draft mode: the fewest words whose removal makes a text neutral."""

from __future__ import annotations

import datetime as dt
import json
import time
from itertools import combinations

import pytest
from typer.testing import CliRunner

from netralitas_nlp import Classifier, classify
from netralitas_nlp.base.result import Classification, Evidence
from netralitas_nlp.cli.check import app
from netralitas_nlp.draft.appeals import appeals
from netralitas_nlp.draft.edits import Edits, Removal, suggest_edits, without
from netralitas_nlp.draft.names import deciding_names
from netralitas_nlp.draft.rules import limits_note
from netralitas_nlp.read.find import Lexicon
from netralitas_nlp.say.sentences import sentence

DRAFTS = [
    "Kantor kelurahan buka sampai jam empat sore. Coblos nomor 2!",
    "Jadwal posyandu hari Senin jam delapan pagi di balai desa, jangan lupa coblos nomor 2!",
    "Pajak kendaraan bisa dibayar di kantor Samsat #2019GantiPresiden",
    "Selamat pagi, kelas dimulai jam tujuh.\nMenangkan Prabowo-Gibran, satu putaran!",
]


class Toy:
    """Weighs words by a table, and two words together; neutral below one."""

    lexicon = Lexicon.default()

    def __init__(self, weights, together=()):
        self.weights, self.together, self.seen = weights, together, 0

    def classify(self, text):
        self.seen += len(text)
        words = text.split()
        score = sum(self.weights.get(w, 0.0) for w in words)
        score += sum(2.0 for a, b in self.together if a in words and b in words)
        verdict = "neutral" if score < 1 else "partisan"
        return Classification(
            text, verdict, score, "ajakan", "model", (0.3, 0.9), lambda text: self.explain(text)
        )

    def classify_many(self, texts):
        return map(self.classify, texts)

    def explain(self, text):
        out, at = [], 0
        for word in text.split():
            at = text.index(word, at)
            weight = self.weights.get(word, 0.0)
            out.append(Evidence(at, at + len(word), word, "word", weight))
            at += len(word)
        return tuple(out)


@pytest.mark.parametrize("method", ["model", "lexicon"])
@pytest.mark.parametrize("draft", DRAFTS)
def test_every_proposal_is_verified_and_fits_its_text(draft, method, classifier):
    classifier = classifier if method == "model" else Classifier(model=None)
    edits = suggest_edits(draft, classifier)
    assert edits.before == classifier.classify(draft)
    assert edits.after == classifier.classify(edits.edited)
    assert (edits.after.verdict == "neutral") == (
        bool(edits.removed) or edits.before == edits.after
    )
    assert edits.edited == without(draft, edits.removed)
    for piece in edits.removed:
        assert piece.text == draft[piece.start : piece.end]
    assert list(edits.removed) == sorted(edits.removed)
    assert edits == suggest_edits(draft, classifier)
    json.dumps(edits.to_dict())


def test_a_neutral_draft_stays_as_it_is():
    draft = "  Cek   namamu di DPT "
    edits = suggest_edits(draft)
    assert (edits.edited, edits.removed, edits.whole, edits.capped) == (draft, (), False, False)
    assert edits.before == edits.after


@pytest.mark.parametrize("draft", ["", " ", "\n", "…"])
def test_nothing_to_edit(draft):
    assert suggest_edits(draft).edited == draft


def test_mentions_and_hashtags_go_whole(classifier):
    for draft in DRAFTS:
        spans = [(e.start, e.end) for e in classifier.classify(draft).evidence]
        for piece in suggest_edits(draft, classifier).removed:
            for start, end in spans:
                inside = piece.start <= start and end <= piece.end
                assert inside or end <= piece.start or piece.end <= start


def test_text_that_is_nothing_else_is_the_problem_as_a_whole():
    edits = suggest_edits("a", Toy({"a": 5.0}))
    assert edits.whole
    assert edits.removed == ()
    assert edits.after.verdict == "partisan"


def test_most_of_the_text_may_not_go():
    weights = dict.fromkeys("abcd", 1.0)
    assert suggest_edits("a b c d x", Toy(weights)).whole  # 4 of 5 words
    assert len(suggest_edits("a b c d x y", Toy(weights)).removed) == 0
    assert len(suggest_edits("a b c d x y z", Toy(weights)).removed) == 4


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_no_smaller_set_would_do(n):
    weights = {f"w{i}": 0.9 if i < n else 0.05 for i in range(9)} | {"k": 0.2}
    text = " ".join([*weights, *"pqrstuvxyz"])
    toy = Toy(weights)
    edits = suggest_edits(text, toy)
    size = len(edits.removed)
    assert edits.after.verdict == "neutral"
    words = list(weights)
    for fewer in combinations(words, size - 1):
        left = " ".join(w for w in text.split() if w not in fewer)
        assert toy.classify(left).verdict == "partisan"


def test_words_that_count_together_are_found_though_they_weigh_nothing_alone():
    toy = Toy({"a": 0.01, "b": 0.01, **{f"w{i}": 0.02 for i in range(8)}}, together=[("a", "b")])
    edits = suggest_edits("a b w0 w1 w2 w3 w4 w5 w6 w7", toy)
    assert [r.text for r in edits.removed] in (["a"], ["b"])


def test_long_drafts_take_bounded_time_and_say_so(classifier):
    words = {f"w{i}": 1.0 for i in range(3000)}
    toy = Toy(words)
    text = " ".join([*words, *(f"x{i}" for i in range(3000))])
    edits = suggest_edits(text, toy)
    assert edits.capped
    assert not edits.whole
    assert edits.after.verdict == "neutral"
    assert toy.seen < 1_500_000
    began = time.process_time()
    suggest_edits("Ayo coblos nomor 2 bersama kita! " * 300, classifier)
    assert time.process_time() - began < 15


def test_enormous_draft_is_not_called_the_problem_as_a_whole():
    edits = suggest_edits("w " * 30_000, Toy({"w": 1.0}))
    assert (edits.capped, edits.whole, edits.removed) == (True, False, ())


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("ayo coblos dia", ["coblos"], "ayo dia"),
        ("ayo coblos, ya", ["coblos"], "ayo, ya"),
        ("ayo coblos !", ["coblos"], "ayo!"),
        ("coblos dia", ["coblos"], "dia"),
        ("ayo coblos", ["coblos"], "ayo"),
        ("ayo coblos\nsekarang", ["coblos"], "ayo\nsekarang"),
        ("ayo\ncoblos sekarang", ["coblos"], "ayo\nsekarang"),
        ("satu dua tiga empat", ["dua", "tiga"], "satu empat"),
        ("ayo2024menang", ["2024"], "ayo menang"),
        ("(coblos) ya", ["coblos"], "() ya"),
        ("ayo", [], "ayo"),
        (" tetap  begini ", [], " tetap  begini "),
        ("coblos", ["coblos"], ""),
    ],
)
def test_spaces_are_tidied_where_words_went(text, gone, left):
    pieces = [Removal(at := text.index(w), at + len(w), w, "word", 1.0) for w in gone]
    assert without(text, pieces) == left


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("coblos, ya", ["coblos"], "ya"),
        ("di balai desa, coblos!", ["coblos"], "di balai desa!"),
        ("pagi.\ncoblos, ya", ["coblos"], "pagi.\nya"),
        (", coblos dia", ["coblos"], ", dia"),
    ],
)
def test_a_comma_goes_with_what_it_parted(text, gone, left):
    pieces = [Removal(at := text.index(w), at + len(w), w, "word", 1.0) for w in gone]
    assert without(text, pieces) == left


STANDING = [
    "Jadwal posyandu hari Senin di balai desa jam delapan pagi, jangan lupa coblos nomor 2!",
    "Dukung penuh hendra yusuf nomor 3 untuk bupati kita",
    "Kami mendukung Bu Salma jadi bupati, salam dua jari ✌️",
    "Terima kasih Pak Camat, jalan ke pasar sudah mulus. Salam dua jari, lanjutkan!",
    "Besok kerja bakti di balai desa jam tujuh ya. Oh iya, dukung terus pak Ganjar jadi presiden 👍",
]


@pytest.mark.parametrize("method", ["model", "lexicon"])
@pytest.mark.parametrize("draft", [*STANDING, *DRAFTS])
def test_no_appeal_and_no_gesture_stands_in_what_is_offered(draft, method, classifier):
    classifier = classifier if method == "model" else Classifier(model=None)
    edits = suggest_edits(draft, classifier)
    if edits.removed:
        assert appeals(edits.edited, classifier.lexicon) == []
    else:
        assert edits.whole or edits.before.verdict == "neutral"


def test_an_appeal_for_an_unlisted_person_is_not_certified_without_its_number(classifier):
    assert suggest_edits(STANDING[1], classifier).whole
    assert suggest_edits(STANDING[2], classifier).whole


def test_an_appeal_goes_with_its_number(classifier):
    edits = suggest_edits(STANDING[0], classifier)
    assert edits.words == ("jangan lupa coblos nomor 2",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sarapan bareng Prabowo", []),
        ("Mantap Pak, jalan desa sudah mulus", []),
        ("Mantap Pak Prabowo", ["Mantap Pak"]),
        ("Ayo coblos nomor 2, ya", ["Ayo coblos nomor 2"]),
        ("Cek namamu di DPT", []),
        ("Salam dua jari untuk semua", ["Salam dua jari"]),
    ],
)
def test_appeals_are_phrases_for_or_against_a_side_gestures_and_their_numbers(text, found):
    assert [text[s:e] for s, e in appeals(text, Lexicon.default())] == found


def test_no_word_is_named_twice_and_no_mark():
    pieces = [
        Removal(i, i + len(w), w, "word", 1.0) for i, w in enumerate(["Ayo", "ayo", "!", "✌️"])
    ]
    result = Classifier(model=None).classify("x")
    assert Edits("x", "x", tuple(pieces), result, result, False, False).words == ("Ayo", "✌️")


def test_wrong_type_is_refused():
    with pytest.raises(TypeError, match="text must be str, not int"):
        suggest_edits(3)


BABY = "Selamat menempuh hidup baru mas Kaesang dan mbak Erina semoga bahagia"


def test_the_name_a_verdict_hangs_on_is_named(classifier):
    result = classifier.classify(BABY)
    if result.verdict == "neutral":
        pytest.skip("the model reads it as neutral")
    names = deciding_names(result, classifier)
    assert "Kaesang" in [n.text for n in names]
    said = sentence(result, "en", names)
    assert "“Kaesang”" in said
    assert said.count("Kaesang") == 1
    assert "“Kaesang”" in check("--lang", "en", "--date", "2024-10-10", BABY).output


def test_names_that_change_nothing_are_not_said_to(classifier):
    for draft in ("Cek namamu di DPT", "Ayo coblos nomor 2, menangkan!", *STANDING[:2]):
        result = classifier.classify(draft)
        assert deciding_names(result, classifier) == ()
        assert sentence(result, "en", ()) == sentence(result, "en")


def test_a_name_already_quoted_is_not_named_again(classifier):
    result = classifier.classify("Ayo menangkan Prabowo")
    name = Evidence(14, 21, "Prabowo", "person", 1.0)
    assert sentence(result, "id", (name,)).count("Prabowo") == 1


def check(*arguments, stdin=None):
    return CliRunner().invoke(app, list(arguments), input=stdin)


def test_command_shows_edits_scores_and_rules():
    on = "2018-10-10"
    done = check("--lang", "en", "--model", "none", "--date", on, DRAFTS[2])
    edits = suggest_edits(DRAFTS[2], Classifier(model=None), on)
    assert done.exit_code == 0
    assert "Without “#2019GantiPresiden”" in done.output
    assert f"({edits.before.score:.2f} → {edits.after.score:.2f})" in done.output
    assert "Rules that could apply:" in done.output
    assert limits_note("en") in done.output


def test_command_reads_the_whole_of_standard_input_as_one_draft():
    done = check("-", "--json", "--act", "foto", "--phase", "after", stdin=DRAFTS[3] + "\n")
    record = json.loads(done.output)
    assert record["text"] == DRAFTS[3]
    today = dt.date.today().isoformat()
    assert record["edited"] == suggest_edits(DRAFTS[3], date=today).edited
    assert all("foto" in r["act"] and "after" in r["phase"] for r in record["rules"])


@pytest.mark.parametrize("draft", ["", "Cek namamu di DPT", "coblos"])
def test_command_ends_well_for_any_text(draft):
    assert check(draft).exit_code == 0
    assert check("-", "--json", stdin=draft).exit_code == 0


def test_command_names_no_rules_for_a_neutral_draft():
    shown = check("Cek namamu di DPT sebelum hari pencoblosan").output
    assert "Aturan yang mungkin" not in shown
    assert limits_note("id") in shown


def test_command_tells_the_day_and_takes_the_phase_from_the_calendar():
    on = ("--json", "--date", "2024-10-10")
    record = json.loads(check(DRAFTS[0], *on).output)
    told = {"date": "2024-10-10", "phase": "after", "election": "pilkada2024"}
    assert {k: record[k] for k in told} == told
    assert record["score_before"] == classify(DRAFTS[0], date="2024-10-10").score
    asked = json.loads(check(DRAFTS[0], *on, "--siapa", "kades").output)
    assert all("kades" in r["binds"] and r["contest"] != "pemilu" for r in asked["rules"])
    assert json.loads(check(DRAFTS[0], *on, "--phase", "usai").output)["phase"] == "voted"
    palopo = ("--json", "--date", "2025-05-10")
    assert json.loads(check(DRAFTS[0], *palopo).output)["phase"] == "none"
    there = json.loads(check(DRAFTS[0], *palopo, "--daerah", "Kota Palopo").output)
    assert there["election"] == "psu2025-palopo"


def test_command_says_who_decides_and_when():
    shown = check("--lang", "en", "--date", "2024-10-10", DRAFTS[0]).output
    assert "Who decides: the PPK" in shown
    assert "Phase on 2024-10-10: after the candidates are set (Pilkada serentak 2024)." in shown
    outside = check("--siapa", "tni", "--date", "2024-10-10", DRAFTS[0]).output
    assert "Aturan yang mungkin" not in outside
    assert limits_note("id", "tni") in outside


@pytest.mark.parametrize(
    "arguments",
    [(), *(("x", o, "salah") for o in ("--act", "--phase", "--siapa", "--daerah", "--date"))],
)
def test_command_refuses_what_it_does_not_know(arguments):
    assert check(*arguments).exit_code == 2


def test_command_reads_a_file_of_text_but_no_table(tmp_path):
    path = tmp_path / "draft.txt"
    path.write_bytes("\ufeffCek namamu\r\ndi DPT\r\n".encode())
    assert json.loads(check(str(path), "--json").stdout)["text"] == "Cek namamu\r\ndi DPT"
    table = tmp_path / "draft.csv"
    table.write_text("text\ncoblos\n", encoding="utf-8")
    done = check(str(table))
    assert done.exit_code == 2
    assert f"netralitas classify {table} -o" in done.stderr

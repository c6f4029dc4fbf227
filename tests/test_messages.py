"""What end users read."""

from __future__ import annotations

import pytest

from netralitas_nlp import CATEGORIES, Classifier, classify
from netralitas_nlp.base.catalogue import LANGUAGES
from netralitas_nlp.base.result import VERDICTS, Classification, Evidence
from netralitas_nlp.say.sentences import category_names, reasons, sentence

SURE = "Ayo coblos nomor 2, menangkan Prabowo-Gibran! #PrabowoGibran"
SCORES = {"partisan": 0.95, "review": 0.5, "neutral": 0.05}


def made(text, pieces, verdict="partisan", category="ajakan", method="model"):
    """A result whose evidence is given as (wording, weight[, kind, entry, note])."""
    evidence, at = [], 0
    for wording, weight, *rest in pieces:
        at = text.index(wording, at)
        kind, entry, note = (*rest, "", "")[:3] if rest else ("word", "", "")
        evidence.append(Evidence(at, at + len(wording), wording, kind, weight, entry, note))
        at += 0 if kind == "blocked" else len(wording)
    return Classification(
        text, verdict, SCORES[verdict], category, method, (0.3, 0.8), lambda _: tuple(evidence)
    )


def test_every_name_is_there_in_every_language():
    for language in LANGUAGES:
        assert set(category_names(language)) == set(CATEGORIES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("method", ["model", "lexicon"])
def test_no_sentence_is_long_or_sure_or_silent_on_being_advice(language, verdict, method):
    text = "satu dua tiga empat lima"
    for n in range(6):
        for sign in (1, -1):
            pieces = [(w, sign * (1 + i / 9)) for i, w in enumerate(text.split()[:n])]
            for category in CATEGORIES:
                words = sentence(made(text, pieces, verdict, category, method), language)
                assert words.count(". ") <= 2
                assert words.endswith(".")
                assert "100%" not in words
                assert " 0%" not in words
                assert not [bad for bad in ("  ", " ,", "{", "“”", " .", "..") if bad in words]
                advice = {"id": "saran tentang teksnya", "en": "advice about the text"}
                assert advice[language] in words


@pytest.mark.parametrize(
    ("pieces", "wanted", "wanted_en"),
    [
        ([], "memilih atau menolak salah satu pihak.", "against a side."),
        ([("coblos", 2.0)], "karena kata “coblos”.", "because of the word “coblos”."),
        (
            [("coblos", 2.0), ("gaskeun", 1.0)],
            "kata-kata “coblos” dan “gaskeun”.",
            "the words “coblos” and “gaskeun”.",
        ),
        (
            [("coblos", 2.0), ("gaskeun", 1.5), ("gaspol", 1.0), ("menang", 0.9)],
            "kata-kata “coblos”, “gaskeun”, dan “gaspol”.",
            "the words “coblos”, “gaskeun”, and “gaspol”.",
        ),
        (
            [("coblos", 2.0), ("#GasTerus", 1.5), ("menang", 1.0)],
            "kata-kata “coblos” dan “menang” serta tagar “#GasTerus”.",
            "the words “coblos” and “menang” and the hashtag “#GasTerus”.",
        ),
        (
            [("maju bersama", 2.0, "slogan"), ("✌️", 1.0, "gesture"), ("Banu", 0.9, "person")],
            "slogan “maju bersama”, gestur “✌️”, dan nama “Banu”.",
            "the slogan “maju bersama”, the gesture “✌️”, and the name “Banu”.",
        ),
        ([("coblos", 0.1), ("menang", 2.0)], "karena kata “menang”.", "the word “menang”."),
        (
            [("pasti", 1.0), ("menang", 2.0), ("dekat", 0.9), ("Banu", 0.5, "person")],
            "kata-kata “pasti menang” dan “dekat”",
            "the words “pasti menang” and “dekat”",
        ),
    ],
)
def test_reasons_are_told_by_what_they_are(pieces, wanted, wanted_en):
    text = "coblos lalu gaskeun, #GasTerus maju bersama gaspol; ✌️ pasti menang ya, dekat Banu"
    result = made(text, pieces)
    assert wanted in sentence(result)
    assert wanted_en in sentence(result, "en")


@pytest.mark.parametrize(
    ("pieces", "wanted"),
    [
        ([("pasti", 1.0), ("menang", 2.0)], "“pasti menang”"),
        ([("tidak", 0.1), ("layak", 2.0)], "“tidak layak”"),
        ([("tidak", -0.1), ("layak", 2.0)], "“layak”"),
        ([("coblos", 2.0), ("nomor 2", 0.1, "number")], "“coblos nomor 2”"),
        ([("nomor 2", 1.0, "number")], "nomor urut “2”"),
    ],
)
def test_neighbours_are_quoted_together(pieces, wanted):
    words = sentence(made("pasti menang, tidak layak; coblos nomor 2 ya", pieces))
    wordings = (f"karena {head}{wanted}." for head in ("kata ", "kata-kata ", ""))
    assert any(wording in words for wording in wordings)


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("blocked by bayar _", "karena didahului “bayar”."),
        ("blocked by _ guru", "karena diikuti “guru”."),
        ("blocked by a _ b", "karena diapit “a” dan “b”."),
        ("blocked by pajak", "karena ada “pajak” di dekatnya."),
        ("needs context", "karena tidak ada kata kampanye di dekatnya."),
        ("case", "karena penulisan huruf kapitalnya berbeda dari sebutan itu."),
        ("law citation", "karena menjadi bagian dari nomor peraturan."),
        ("unit", "karena menunjukkan jumlah, tanggal, atau urutan lain."),
        ("something new", "karena konteksnya lain."),
    ],
)
def test_a_mention_that_does_not_count_is_explained(note, why):
    pieces = [("PBB", 0.0, "blocked", "Partai Bulan Bintang", note), ("lunas", -1.0)]
    result = made("bayar PBB sudah lunas", pieces, "neutral", "harian")
    assert f"“PBB” tidak dihitung sebagai Partai Bulan Bintang {why}" in sentence(result)
    assert "_" not in sentence(result, "en")
    assert note not in sentence(result) or note == "unit"


def test_blocked_notes_of_the_lexicon_never_reach_a_reader(corpus):
    for text in corpus["text"].head(400):
        result = classify(text)
        notes = [e.note for e in result.evidence if e.kind == "blocked"]
        for language in LANGUAGES if notes else ():
            words = sentence(result, language)
            assert "blocked by" not in words
            assert not [n for n in notes if "_" in n and n in words]


@pytest.mark.parametrize(
    ("entry", "wording", "sense"),
    [
        ("nomor 2", "Nomor 2", "nomor urut"),
        ("Salam dua jari", "✌️", "gestur kampanye"),
        ("Banu Satu / Banu Dua", "banu", "sebutan peserta pemilu"),
        ("Maju Gaskeun", "maju gaskeun", "sebutan kampanye"),
        ("Kotak (kolom)", "kotak", "sebutan kampanye"),
    ],
)
def test_a_mention_is_not_counted_as_something_readable(entry, wording, sense):
    pieces = [(wording, 0.0, "blocked", entry, "unit")]
    words = sentence(made(f"ada {wording} di sini", pieces, "neutral", "harian"))
    assert f"“{wording}” tidak dihitung sebagai {sense} karena" in words


def test_review_says_both_sides():
    result = made("keren tapi mahal sekali", [("keren", 1.0), ("mahal", -1.0)], "review", "harian")
    assert "Ke arah memihak: kata “keren”; ke arah netral: kata “mahal”." in sentence(result)
    result = made("keren sekali ini", [("keren", 1.0)], "review")
    assert "Yang condong memihak: kata “keren”." in sentence(result)


def test_neutral_says_what_spoke_against_it():
    pieces = [("debat", -2.0), ("menang", 0.9), ("malam", -0.3)]
    words = sentence(made("debat siapa menang malam", pieces, "neutral", "berita"))
    assert "Ada juga kata “menang” yang condong memihak" in words
    assert "Tidak ada kata" not in words
    quiet = sentence(made("debat malam ini", [("debat", -2.0)], "neutral", "berita"))
    assert "Tidak ada kata yang kuat memihak." in quiet


@pytest.mark.parametrize("text", ["", "  \n"])
def test_empty_text_has_a_sentence_without_a_score(text):
    assert sentence(classify(text)).startswith("Tidak ada teks untuk dinilai.")
    assert "%" not in sentence(classify(text), "en")


@pytest.mark.parametrize("text", ["https://contoh.id/x", "@seseorang", "...", "@a https://b.id !!"])
def test_text_without_words_says_so(text):
    for of in (classify, Classifier(model=None).classify):
        words = sentence(of(text))
        assert "hanya berisi tautan, nama akun, atau tanda baca" in words
        assert text not in words


def test_very_short_text_says_so():
    assert "Teksnya hanya 1 kata" in sentence(made("kucing", [("kucing", -1)], "neutral", "harian"))
    words = sentence(made("kucing", [("kucing", -1)], "neutral", "harian"), "en")
    assert "only 1 word," in words


def test_lexicon_says_that_it_is_the_lexicon_and_what_the_phrase_is():
    pieces = [("menangkan", 2.0, "stance", "menangkan", "target_for")]
    result = made("ayo menangkan dia sekarang", pieces, method="lexicon")
    assert sentence(result).startswith("Menurut daftar kata saja, teks ini terbaca")
    assert "ungkapan dukungan “menangkan”" in sentence(result)
    assert "daftar kata" in sentence(Classifier(model=None).classify(SURE))


def test_reasons_sum_what_repeats_and_leave_out_what_nobody_would_name():
    text = "yang gaspol, yang gaspol, coblos @teman https://a.id ! yang"
    pieces = [("yang", 3.0), ("gaspol", 0.6), ("yang", 3.0), ("gaspol", 0.7), ("coblos", 1.0)]
    pieces += [("@teman", 2.0), ("https://a.id", 2.0), ("!", 2.0)]
    assert [e.text for e in reasons(made(text, pieces))] == ["gaspol", "coblos"]
    only = made("yang itu", [("yang", 1.0)])
    assert [e.text for e in reasons(only)] == ["yang"]


def test_a_bare_name_is_no_reason_for_neutral_unless_alone():
    pieces = [("Banu", -2.0, "person"), ("meresmikan", -1.0)]
    result = made("Banu meresmikan jembatan", pieces, "neutral", "berita")
    assert [e.text for e in reasons(result)] == ["meresmikan"]
    alone = made("Banu jembatan", pieces[:1], "neutral", "berita")
    assert [e.text for e in reasons(alone)] == ["Banu"]


def test_reasons_name_no_private_handle_and_no_word_twice():
    shown = [e.text for e in reasons(classify("@user_01 coblos coblos nomor 2 dong @user_01"), 5)]
    assert len({s.lower() for s in shown}) == len(shown)
    assert not [s for s in shown if s.startswith("@")]


def test_hashtag_and_name_inside_it_are_one_reason():
    spans = [(e.start, e.end) for e in reasons(classify(SURE), 9)]
    assert all(a[1] <= b[0] or b[1] <= a[0] for a in spans for b in spans if a != b)


def test_a_hashtag_stands_for_the_words_in_it():
    text = "sore ini #MajuBersama"
    evidence = (
        Evidence(0, 4, "sore", "word", 0.9),
        Evidence(9, 21, "#MajuBersama", "word", 0.5),
        Evidence(10, 14, "Maju", "word", 0.3),
        Evidence(14, 21, "Bersama", "word", 0.4),
    )
    result = Classification(
        text, "partisan", 0.9, "atribut", "model", (0.3, 0.8), lambda _: evidence
    )
    top = reasons(result)
    assert [e.text for e in top] == ["#MajuBersama", "sore"]
    assert top[0].weight == pytest.approx(1.2)
    assert "tagar “#MajuBersama” dan kata “sore”" in sentence(result)

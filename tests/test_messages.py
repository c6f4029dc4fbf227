"""What end users read."""

from __future__ import annotations

import pytest

from netralitas_nlp import CATEGORIES, classify
from netralitas_nlp.messages import CATEGORY_NAMES, LANGUAGES, VERDICT_NAMES, reasons, sentence
from netralitas_nlp.result import VERDICTS

SURE = "Ayo coblos nomor 2, menangkan Prabowo-Gibran! #PrabowoGibran"


def test_every_name_is_there_in_every_language():
    for language in LANGUAGES:
        assert set(CATEGORY_NAMES[language]) == set(CATEGORIES)
        assert set(VERDICT_NAMES[language]) == set(VERDICTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_claims_certainty(language):
    for text in (SURE, "hujan deras, jemuran belum diangkat, kucing tidur di sofa"):
        words = sentence(classify(text), language)
        assert "100%" not in words
        assert " 0%" not in words


def test_sentence_rests_on_the_reasons():
    result = classify(SURE)
    words = sentence(result)
    assert words.startswith("Teks ini terbaca sebagai konten kampanye (ajakan memilih)")
    assert all(f"“{e.text}”" in words for e in reasons(result, 3))
    assert words.endswith("Ini saran tentang teksnya, bukan penilaian atas orangnya.")


def test_reasons_name_no_private_handle_and_no_word_twice():
    shown = [e.text for e in reasons(classify("@user_01 coblos coblos nomor 2 dong @user_01"), 5)]
    assert len({s.lower() for s in shown}) == len(shown)

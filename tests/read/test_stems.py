"""Stems: the same as PySastrawi's own, by whichever way they are found."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from netralitas_nlp.read import stems as module
from netralitas_nlp.read.lists import load_protected, load_words
from netralitas_nlp.read.stems import Stems, is_root_word

SUFFIXES = "lah kah tah pun ku mu nya is isme isasi i kan an kanlah annya ikah kankan k".split()


@pytest.fixture(scope="module")
def words(lexicon):
    """Words of captions and names, and root words with suffixes and without sense."""
    rng = random.Random(20241127)
    roots = sorted(w for w in module._load_dictionary().words if w.isascii() and w.isalpha())
    found = {*load_words(), *lexicon.words, *rng.sample(roots, 3000)}
    found |= {rng.choice(roots) + rng.choice(SUFFIXES) for _ in range(6000)}
    letters = "abdiknuhlmsaiuey"
    found |= {"".join(rng.choices(letters, k=rng.randint(4, 9))) for _ in range(3000)}
    usable = (w for w in found if w.isascii() and w.isalpha() and 3 < len(w) <= 24)
    return sorted(w for w in usable if w not in load_protected())


def test_quick_stems_are_the_stemmers_own(words):
    own = module._load_stemmer().stem_word
    quick = [w for w in words if is_root_word(w) or not module._PREFIXED.match(w)]
    assert len(quick) > 15_000
    wrong = [(w, Stems._stem(w), own(w)) for w in quick if Stems._stem(w) != own(w)]
    assert not wrong


def test_other_stems_are_asked_of_the_stemmer(words):
    stems = Stems()
    own = module._load_stemmer().stem_word
    given = [w for w in words if module._PREFIXED.match(w) and not is_root_word(w)][::20]
    assert [stems(w) for w in given] == [own(w) for w in given]
    assert sum(stems(w) != w for w in given) > 50


def test_root_words_are_those_of_the_packages_own_reader():
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    assert module.root_words() == StemmerFactory().get_words()


def test_root_words_are_found_where_the_file_lies_elsewhere(monkeypatch):
    import Sastrawi.Stemmer

    expected = module.root_words()
    import Sastrawi.Stemmer.StemmerFactory

    monkeypatch.setattr(Sastrawi.Stemmer, "__path__", ["/nowhere"])
    assert module.root_words() == expected


def test_rules_are_loaded_with_the_first_word_that_needs_them():
    code = (
        "import sys; from netralitas_nlp.read.stems import Stems; stems = Stems()\n"
        "assert stems('harganya') == 'harga'\n"
        "assert 'Sastrawi.Stemmer.Stemmer' not in sys.modules\n"
        "assert stems('memasakkan') == 'masak'\n"
        "assert 'Sastrawi.Stemmer.Stemmer' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

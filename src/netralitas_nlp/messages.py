"""What end users read: verdicts, categories, sentences, in Indonesian and in English.

Knows results, no files and no terminal. Every sentence is advice about a text.
"""

from __future__ import annotations

from typing import Literal

from .result import Classification, Evidence

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

VERDICT_NAMES = {
    "id": {"partisan": "PARTISAN", "review": "PERLU DIBACA MANUSIA", "neutral": "NETRAL"},
    "en": {"partisan": "PARTISAN", "review": "NEEDS A HUMAN READER", "neutral": "NEUTRAL"},
}
CATEGORY_NAMES = {
    "id": {
        "ajakan": "ajakan memilih",
        "dukungan": "dukungan",
        "serangan": "serangan",
        "atribut": "atribut kampanye",
        "kegiatan": "kegiatan kampanye",
        "berita": "berita",
        "edukasi": "edukasi pemilih",
        "netralitas": "imbauan netralitas",
        "kebijakan": "kebijakan publik",
        "harian": "keseharian",
    },
    "en": {
        "ajakan": "call to vote",
        "dukungan": "support",
        "serangan": "attack",
        "atribut": "campaign attribute",
        "kegiatan": "campaign activity",
        "berita": "news",
        "edukasi": "voter education",
        "netralitas": "neutrality reminder",
        "kebijakan": "public policy",
        "harian": "everyday life",
    },
}
_ADVICE = {
    "id": "Ini saran tentang teksnya, bukan penilaian atas orangnya.",
    "en": "This is advice about the text, not a finding about a person.",
}


def verdict_name(result: Classification, language: Language = "id") -> str:
    """Return the verdict as users read it."""
    return VERDICT_NAMES[language][result.verdict]


def category_name(result: Classification, language: Language = "id") -> str:
    """Return the category as users read it."""
    return CATEGORY_NAMES[language][result.category]


def reasons(result: Classification, n: int = 5) -> list[Evidence]:
    """Return up to `n` reasons worth showing: the heaviest, each wording once, marks left out."""
    out: list[Evidence] = []
    seen: set[str] = set()
    for piece in result.top(n * 4):
        plain = piece.text.lower()
        if plain in seen or not any(c.isalnum() or ord(c) > 0x2000 for c in plain):
            continue
        if piece.text.startswith("@user"):
            continue
        seen.add(plain)
        out.append(piece)
        if len(out) == n:
            break
    return out


def sentence(result: Classification, language: Language = "id") -> str:
    """Return one or two plain sentences: what the text looks like, on which words, how sure.

    >>> from netralitas_nlp import classify
    >>> print(sentence(classify(""), "en"))
    There is no text to judge. This is advice about the text, not a finding about a person.
    """
    advice = _ADVICE[language]
    if not result.text.strip():
        empty = {"id": "Tidak ada teks untuk dinilai.", "en": "There is no text to judge."}
        return f"{empty[language]} {advice}"
    words = _listed([f"“{_shown(e.text)}”" for e in reasons(result, 3)], language)
    category = category_name(result, language)
    percent = _percent(result.score, language)
    if language == "en":
        opening = {
            "partisan": f"This text reads like campaign content ({category})",
            "review": f"It is not clear whether this text takes a side (closest to: {category}); "
            "let a person read it",
            "neutral": f"This text reads as neutral ({category})",
        }[result.verdict]
        because = f", mostly because of {words}" if words else ""
        return f"{opening}{because}. Estimated chance that readers see it as partisan: {percent}. {advice}"
    opening = {
        "partisan": f"Teks ini terbaca sebagai konten kampanye ({category})",
        "review": f"Belum jelas apakah teks ini memihak (paling dekat dengan {category}); "
        "sebaiknya dibaca manusia",
        "neutral": f"Teks ini terbaca netral ({category})",
    }[result.verdict]
    because = f", terutama karena {words}" if words else ""
    return f"{opening}{because}. Perkiraan peluang dianggap memihak: {percent}. {advice}"


def _percent(score: float, language: Language) -> str:
    """A chance in words that never claim certainty."""
    if score > 0.99:
        return {"id": "lebih dari 99%", "en": "over 99%"}[language]
    if score < 0.01:
        return {"id": "kurang dari 1%", "en": "under 1%"}[language]
    return f"{round(score * 100)}%"


def _listed(items: list[str], language: Language) -> str:
    joint = {"id": "dan", "en": "and"}[language]
    if len(items) <= 2:
        return f" {joint} ".join(items)
    return f"{', '.join(items[:-1])}, {joint} {items[-1]}"


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"

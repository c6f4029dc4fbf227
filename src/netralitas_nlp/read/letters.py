"""Characters as a reader sees them: look-alikes, invisible ones, emoji, broken encodings.

Everything keeps track of where a character stood on the raw text. What this module does not do:
know words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .lists import load_letters

EMOJI_RANGES = (
    "\U0001f000-\U0001f0ff\U0001f170-\U0001f1ff\U0001f200-\U0001faff"
    "\u2600-\u27bf\u2300-\u23ff\u2b00-\u2bff\u203c\u2049\u2194-\u21aa\u25a0-\u25ff\u3030\u303d"
)
"""Emoji and pictures, to be put into a character class."""
JOINERS = "\u200d\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What may follow an emoji and belong to it: joiner, variation, keycap, skin tones."""

_IS_EMOJI = re.compile(f"[{EMOJI_RANGES}]")
_EMOJI_TRIM = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3\u00e2\u00f0][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]"
)
_LONGEST_REPAIR = 2000  # letters of a chunk that is looked at for a broken encoding
_INVISIBLE = ("Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn")  # Unicode categories of what is not seen


OVERRIDE = "\u202e"
"""Right-to-left override: what follows is shown backwards, up to the end of its line."""
_OVERRIDDEN = re.compile(f"{OVERRIDE}([^\n{OVERRIDE}\u202c]*)\u202c?")


def as_shown(text: str) -> tuple[str, list[int]]:
    """Return a text as a reader sees it where letters are shown backwards.

    Also the place on the raw text of each character.

    >>> as_shown("ayo \u202esolboc\u202c 2")[0]
    'ayo coblos 2'
    """
    out: list[str] = []
    places: list[int] = []
    at = 0
    for found in _OVERRIDDEN.finditer(text):
        first, last = found.span(1)
        out += [text[at : found.start()], text[first:last][::-1]]
        places += [*range(at, found.start()), *reversed(range(first, last))]
        at = found.end()
    return "".join([*out, text[at:]]), [*places, *range(at, len(text))]


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """Return one non-ASCII character as the plain characters a reader sees, or ``""`` for none.

    >>> fold("а"), fold("ｐ"), fold("🅿"), fold("“")  # the first is a Cyrillic letter
    ('a', 'p', 'p', '"')
    """
    if char in JOINERS:
        return char
    letters = load_letters()
    mark = letters.mark.get(char)
    if mark is not None:
        return mark
    code = ord(char)
    if 0x1F150 <= code <= 0x1F189:  # "🅿", "🅟": white-on-black letters, which NFKD leaves alone
        return chr(97 + (code - 0x1F150) % 32) if (code - 0x1F150) % 32 < 26 else ""
    if _IS_EMOJI.match(char):
        return char
    if unicodedata.category(char) in _INVISIBLE:
        return ""
    plain = "".join(
        c
        for c in unicodedata.normalize("NFKD", char)
        if unicodedata.category(c) not in ("Mn", "Me")
    )
    return plain.translate(letters.look_alike).replace("’", "'")


def clean(chunk: str) -> tuple[str, list[int]]:
    """Fold a chunk; also return, for each folded character, its raw offset.

    >>> clean("pе́milu")  # a Cyrillic letter with an accent
    ('pemilu', [0, 1, 3, 4, 5, 6])
    """
    out: list[str] = []
    offsets: list[int] = []
    after_emoji = False
    for index, char in enumerate(chunk):
        if char < "\x7f":
            if char >= " ":
                out.append(char)
                offsets.append(index)
            after_emoji = char in "0123456789#*"  # what a keycap can be built on
            continue
        plain = fold(char)
        if plain and plain in JOINERS:
            # Joiners and skin tones belong to an emoji; alone they are invisible disguises.
            if not after_emoji:
                continue
        elif plain:
            after_emoji = plain == char and _IS_EMOJI.match(char) is not None
        out.append(plain)
        offsets.extend([index] * len(plain))
    return "".join(out), offsets


def bare_emoji(emoji: str) -> str:
    """Return an emoji without skin tone and variation.

    >>> bare_emoji("✌🏽") == bare_emoji("✌️") == "✌"
    True
    """
    return _EMOJI_TRIM.sub("", emoji).strip("\u200d")


def repair(chunk: str) -> tuple[str, list[int], list[int]] | None:
    """Return mojibake as it was meant, with the raw begin and end of every repaired character.

    None where nothing is to be mended, or where places cannot be told.

    >>> repair("Jâ€™adore")
    ('J’adore', [0, 1, 4, 5, 6, 7, 8], [1, 4, 5, 6, 7, 8, 9])
    """
    if len(chunk) >= _LONGEST_REPAIR or not _MOJIBAKE.search(chunk):
        return None
    import ftfy  # a heavy import that clean texts never need

    fixed = ftfy.fix_encoding(chunk)
    if fixed == chunk or not fixed.strip() or any(c.isspace() for c in fixed):
        return None
    # ASCII letters stay as they are: what stands between two of them is told apart by shares.
    ours, theirs = ([i for i, c in enumerate(text) if c.isascii()] for text in (fixed, chunk))
    if [fixed[i] for i in ours] != [chunk[i] for i in theirs]:
        return None
    begins, ends = [0] * len(fixed), [0] * len(fixed)
    a1 = b1 = 0
    for a2, b2 in zip([*ours, len(fixed)], [*theirs, len(chunk)], strict=True):
        for a in range(a1, a2):
            # One repaired character stands for several raw ones; shares are cut at whole ones.
            begins[a] = b1 + (a - a1) * (b2 - b1) // (a2 - a1)
            ends[a] = max(b1 + (a - a1 + 1) * (b2 - b1) // (a2 - a1), begins[a] + 1)
        if a2 < len(fixed):
            begins[a2], ends[a2] = b2, b2 + 1
        a1, b1 = a2 + 1, b2 + 1
    return fixed, begins, ends

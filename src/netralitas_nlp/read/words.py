"""Raw text to normalised words, each with its exact span on the raw text.

What it does: folds look-alike letters, full-width and mathematical alphabets, zero-width and
combining characters; splits hashtags at case and digits (and glued ones by a word list); keeps
emoji, keycaps and the marks a reader hears (``! ? " :``) as words; shortens elongation; maps chat
spelling by a list of our own; reads joined-up split letters (``g.a.n.j.a.r``); repairs mojibake
with ftfy where the text plainly is mojibake.

What it does not do: stem, drop words, or know who is a candidate. A pre-tokenised view is taken
one whitespace-separated *chunk* at a time, because a chunk is what repeats in real text and can
be remembered.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ..base.assets import asset_path, read_bytes, read_columns
from ..base.result import AssetError

MAX_WORD = 40
"""Letters of a word that are looked at; nothing that long is a word of a caption."""

_MOST_READINGS = 20  # of one text until nothing changes; two or three are the rule
_MAX_TAG = 64  # longest hashtag or handle that is cut into words by the word list

WORD, NUMBER, EMOJI, MARK, URL, HANDLE, HASHTAG = (
    "word",
    "number",
    "emoji",
    "mark",
    "url",
    "handle",
    "hashtag",
)


# The function `add` of one scan: (begin, end, norm, kind, in_tag, parts).
_Add = Callable[..., None]


class Token(NamedTuple):
    """One word of a text.

    Attributes
    ----------
    start, end : int
        Span on the raw text.
    raw : str
        The raw text between them.
    norm : str
        Normalised form. ``"<url>"`` for links, ``"@user"`` for handles, the lower-cased tag with
        its ``#`` for hashtags.
    kind : str
        ``"word"``, ``"number"``, ``"emoji"``, ``"mark"``, ``"url"``, ``"handle"``, ``"hashtag"``.
    caps : int
        0 lower case, 1 first letter capital, 2 all capitals.
    in_tag : bool
        True for the words a hashtag was split into.
    parts : tuple of str
        For handles and hashtags: the normalised words inside, as far as they could be told.
    """

    start: int
    end: int
    raw: str
    norm: str
    kind: str
    caps: int = 0
    in_tag: bool = False
    parts: tuple[str, ...] = ()


def shifted(token: Token, by: int) -> Token:
    """Return a token of a chunk as one of the text, in which the chunk begins at `by`."""
    start, end, raw, norm, kind, caps, in_tag, parts = token
    return Token(start + by, end + by, raw, norm, kind, caps, in_tag, parts)


# --- characters ----------------------------------------------------------------------------------

_EMOJI = (
    "\U0001f000-\U0001f0ff\U0001f170-\U0001f1ff\U0001f200-\U0001faff"
    "\u2600-\u27bf\u2300-\u23ff\u2b00-\u2bff\u203c\u2049\u2194-\u21aa\u25a0-\u25ff\u3030\u303d"
)
_IS_EMOJI = re.compile(f"[{_EMOJI}]")
_JOINERS = "\u200d\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"

# Letters of other scripts that are drawn like Latin ones (Unicode TR39 calls them confusables;
# the selection is ours: what a writer can hide an Indonesian word behind).
_LOOK_ALIKE = str.maketrans(
    "абеорсухкмнтвіјѕԁԛԝгАВЕОРСХКМНТІЈЅαοενικρτυχΑΒΕΟΡΗΙΚΜΝΤΥΖƖɑɡı",
    "abeopcyxkmhtbijsdqwrABEOPCXKMHTIJSaoevikptuxABEOPHIKMNTYZlagi",
)
_MARKS = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'", "“": '"', "”": '"', "„": '"'}
_MARKS |= {
    "«": '"',
    "»": '"',
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
}


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """One non-ASCII character as the plain characters a reader sees, or ``""`` for none."""
    if char in _JOINERS:
        return char
    mark = _MARKS.get(char)
    if mark is not None:
        return mark
    code = ord(char)
    if 0x1F150 <= code <= 0x1F189:  # white-on-black circled and squared letters: not in NFKD
        return chr(97 + (code - 0x1F150) % 32) if (code - 0x1F150) % 32 < 26 else ""
    if _IS_EMOJI.match(char):
        return char
    if unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"):
        return ""
    plain = "".join(
        c
        for c in unicodedata.normalize("NFKD", char)
        if unicodedata.category(c) not in ("Mn", "Me")
    )
    return plain.translate(_LOOK_ALIKE).replace("’", "'")


def _clean(chunk: str) -> tuple[str, list[int]]:
    """Fold a non-ASCII chunk; also return, for each folded character, its raw offset."""
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
        plain = _fold(char)
        if plain and plain in _JOINERS:
            # Joiners and skin tones belong to an emoji; alone they are invisible disguises.
            if not after_emoji:
                continue
        elif plain:
            after_emoji = plain == char and _IS_EMOJI.match(char) is not None
        out.append(plain)
        offsets.extend([index] * len(plain))
    return "".join(out), offsets


# --- tokens --------------------------------------------------------------------------------------

# Every repetition is possessive or bounded: no input makes these take more than linear time.
_TOKEN = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)\S*+|[a-z0-9-]{{1,63}}\.(?:com|co|id|org|net|me|ly|go|be)
        (?:\.[a-z]{{2,3}})?/\S*+)
    |(?P<special><url>|<num>|\[(?:username|url|sensitive-no)\])
    |(?P<amp>&(?:amp|gt|lt|quot|nbsp);)
    |(?P<handle>@\w++)
    |(?P<hashtag>\#\w++)
    |(?P<keycap>[0-9]\ufe0f?\u20e3)
    |(?P<money>rp\.?\d++(?:[.,]\d++){{0,5}}+)
    |(?P<number>\d++(?:[.,:/]\d++){{0,4}}+(?!\w))
    |(?P<word>\w++(?:'\w++){{0,3}}+)
    |(?P<emoji>(?:[\U0001f1e6-\U0001f1ff]{{2}}|[{_EMOJI}])[{_JOINERS}]{{0,4}}+
        (?:(?<=\u200d)[{_EMOJI}][{_JOINERS}]{{0,4}}+){{0,6}}+)
    |(?P<mark>[!?]++|\.{{2,}}+|"|:|\||/)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CHUNK = re.compile(r"\S+")
_SPLIT_LETTERS = re.compile(r"[^\W\d_](?:[\s.\-_*·/+,~]{1,3}[^\W\d_]){2,}+")
_CASE_PARTS = re.compile(r"[^\W\d_a-z]+(?![a-z])|[^\W\d_]?[a-z]+|\d+|[^\W\d_]+")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]{2,})(\d{1,4})")
_DIGITS_LETTERS = re.compile(r"(\d{1,4})([^\W\d_]{3,})")
_EMOJI_TRIM = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3\u00e2\u00f0][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]"
)
_LEET = str.maketrans("013457896@$", "oieastbggas")
_ENTITIES = {"&amp;": "dan", "&quot;": '"'}


class Tokenizer:
    """Cuts texts into `Token` s.

    Parameters
    ----------
    slang : mapping of str to str, optional
        Chat spelling to the standard word or words; default: the packaged list.
    words : mapping of str to int, optional
        Known words with counts, used to cut glued hashtags and to tell how far to shorten an
        elongated word; default: the packaged list.
    names : iterable of str
        Further known words (the lexicon's), counted as frequent ones.

    Examples
    --------
    >>> [t.norm for t in Tokenizer().tokens("Menaaang!! #2024PilihYangNomor2")]
    ['menang', '!', '#2024pilihyangnomor2', '2024', 'pilih', 'yang', 'nomor', '2']
    """

    def __init__(
        self,
        slang: Mapping[str, str] | None = None,
        words: Mapping[str, int] | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self.slang = dict(load_slang() if slang is None else slang)
        known = dict(load_words() if words is None else words)
        for target in self.slang.values():
            for word in target.split():
                known.setdefault(word, 1)
        self.everyday = frozenset(known)
        # A name must be found inside a glued hashtag even if our captions rarely hold it.
        for name in names:
            if known.get(name, 0) < 20:
                known[name] = 20
        self.known = known
        self._total = math.log(sum(known.values()) + 1)

    # -- public

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of `text` with spans on it, in reading order."""
        out: list[Token] = []
        for start, chunk in spans(text):
            for token in self.chunk(chunk):
                out.append(shifted(token, start))
        return out

    def chunk(self, chunk: str) -> list[Token]:
        """Return the tokens of one chunk of `pieces`, with spans relative to the chunk."""
        if chunk.isascii():
            return self._scan(chunk, chunk, None)
        if len(chunk) < 2000 and _MOJIBAKE.search(chunk):
            repaired = _repair(chunk)
            if repaired is not None:
                fixed, begins, ends = repaired
                return [
                    self._moved(t, chunk, begins[t.start], ends[t.end - 1])
                    for t in self.chunk(fixed)
                ]
        cleaned, offsets = _clean(chunk)
        return self._scan(chunk, cleaned, offsets)

    def word(self, word: str) -> str:
        """Return the normal form of one lower-case word (one or several words).

        >>> tokenizer = Tokenizer()
        >>> tokenizer.word("menaaang"), tokenizer.word("yg"), tokenizer.word("c0blos")
        ('menang', 'yang', 'coblos')
        """
        word = word.replace("'", "")[:MAX_WORD]
        for _ in range(4):
            after = self._word_once(word)
            if after == word or " " in after:
                return after
            word = after
        return word

    def split_glued(self, text: str) -> list[str]:
        """Cut a lower-case run of letters into known words; one piece if it cannot be cut.

        The cut is the likeliest one under word frequencies (dynamic programming over prefixes).

        >>> Tokenizer().split_glued("jangangolput")
        ['jangan', 'golput']
        """
        n = len(text)
        if n < 6 or n > _MAX_TAG:
            return [text]
        known, total = self.known, self._total
        best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * n
        for end in range(2, n + 1):
            for start in range(max(0, end - 18), end - 1):
                cost = best[start][0]
                if cost == math.inf:
                    continue
                count = known.get(text[start:end])
                if count is None or (end - start == 2 and count < 5):
                    continue
                cost += total - math.log(count + 1) + 2.0  # 2.0: prefer few, long words
                if cost < best[end][0]:
                    best[end] = (cost, start)
        if best[n][0] == math.inf:
            return [text]
        parts: list[str] = []
        while n:
            start = best[n][1]
            parts.append(text[start:n])
            n = start
        return parts[::-1]

    # -- inside

    @staticmethod
    def _moved(token: Token, chunk: str, start: int, end: int) -> Token:
        return token._replace(start=start, end=end, raw=chunk[start:end])

    def _word_once(self, word: str) -> str:
        known = self.known
        target = self.slang.get(word)
        if target is not None:
            return target
        if word in known:
            return word
        if _LONG_RUN.search(word):
            single = _LONG_RUN.sub(r"\1", word)
            double = _LONG_RUN.sub(r"\1\1", word)
            for candidate in (single, double):
                if candidate in known or candidate in self.slang:
                    return candidate
            return single
        if len(word) > 3:
            if word[-1] == word[-2]:
                shorter = word[:-1]
                if shorter in known or shorter in self.slang:
                    return shorter
            if word[-1] == "2" and word[:-1].isalpha():  # orang2: "2" doubles the word
                return word[:-1]
            if not word.isalpha() and not word.isdigit():
                plain = word.translate(_LEET)
                if plain in known or plain in self.slang:
                    return plain
        return word

    def _scan(self, raw: str, cleaned: str, offsets: list[int] | None) -> list[Token]:
        out: list[Token] = []
        rows: set[int] = set()

        def add(
            begin: int,
            end: int,
            norm: str,
            kind: str,
            in_tag: bool = False,
            parts: tuple[str, ...] = (),
        ) -> None:
            text = cleaned[begin:end]
            caps = 0
            if kind == WORD and not text.islower():
                caps = 2 if len(text) > 1 and text.isupper() else int(text[:1].isupper())
            if offsets is not None:
                last = offsets[end - 1]
                begin = offsets[begin]
                # Invisible characters after the last letter belong to the word.
                end = max(last + 1, offsets[end] if end < len(offsets) else len(raw))
            for piece in norm.split(" ") if kind == WORD else (norm,):
                out.append(Token(begin, end, raw[begin:end], piece, kind, caps, in_tag, parts))

        position = 0
        split = _SPLIT_LETTERS.match(cleaned)
        if split and (split.end() == len(cleaned) or not cleaned[split.end()].isalnum()):
            joined = "".join(c for c in split.group() if c.isalpha()).lower()
            if len(joined) > 3 or self.word(joined) in self.known:
                for part in self.split_glued(joined):
                    add(0, split.end(), self.word(part), WORD)
                position = split.end()
        for match in _TOKEN.finditer(cleaned, position):
            kind = match.lastgroup
            begin, end = match.span()
            if kind == "word":
                self._add_words(match.group(), begin, add)
            elif kind == "hashtag":
                self._add_tag(match.group(), begin, add)
            elif kind == "handle":
                name = match.group()[1:].lower()
                parts = tuple(self._tag_words(name[:_MAX_TAG]))
                add(begin, end, "@user", HANDLE, parts=parts)
            elif kind == "number":
                add(begin, end, _number(match.group()), NUMBER)
            elif kind == "money":
                add(begin, end, "<num>", NUMBER)
            elif kind == "keycap":
                add(begin, end, match.group()[0], NUMBER)
            elif kind == "emoji":
                norm = _EMOJI_TRIM.sub("", match.group()).strip("\u200d")
                start = -1
                if out and out[-1].kind == EMOJI and out[-1].norm == norm:
                    start = out.pop().start
                add(begin, end, norm, EMOJI)
                if start >= 0:  # a row of one emoji is one word
                    out[-1] = out[-1]._replace(start=start)
                    rows.add(len(out) - 1)
            elif kind == "url":
                add(begin, end, "<url>", URL)
            elif kind == "amp":
                if match.group() in _ENTITIES:
                    norm = _ENTITIES[match.group()]
                    add(begin, end, norm, WORD if norm.isalpha() else MARK)
            elif kind == "special":
                norm = match.group().lower()
                if "user" in norm:
                    add(begin, end, "@user", HANDLE)
                elif "url" in norm:
                    add(begin, end, "<url>", URL)
                else:
                    add(begin, end, "<num>", NUMBER)
            elif kind == "mark":
                text = match.group()
                norm = "?" if "?" in text else "..." if text[0] == "." else text[0]
                add(begin, end, norm, MARK)
        for i in rows:  # once for each row: copying it at each step would take square time
            out[i] = self._moved(out[i], raw, out[i].start, out[i].end)
        return out

    def _add_words(self, text: str, begin: int, add: _Add) -> None:
        """Add what a run of letters, digits and underscores holds."""
        if "_" in text:
            for part in re.finditer(r"[^_]+", text):
                self._add_words(part.group(), begin + part.start(), add)
            return
        end = begin + len(text)
        word = text.lower()
        if _INNER_CAPITAL.search(text) and word not in self.known and word not in self.slang:
            # "PrabowoGibran": glued without a hashtag; cut only where every piece is a word.
            parts = [(m.start(), m.end(), m.group().lower()) for m in _CASE_PARTS.finditer(text)]
            if all(len(p) > 2 and (p in self.known or p in self.slang) for _, _, p in parts):
                for a, b, p in parts:
                    add(begin + a, begin + b, self.word(p), WORD)
                return
        if word.isalpha() or word in self.known or word in self.slang:
            add(begin, end, self.word(word), WORD)
            return
        if word.isdigit():
            add(begin, end, _number(word), NUMBER)
            return
        for pattern in (_LETTERS_DIGITS, _DIGITS_LETTERS):
            glued = pattern.fullmatch(word)
            if glued is None:
                continue
            left, right = glued.groups()
            letters, digits = (left, right) if pattern is _LETTERS_DIGITS else (right, left)
            # "orang2" doubles the word, "nomor2" and "pilih02" glue a ballot number to it.
            doubled = pattern is _LETTERS_DIGITS and digits == "2" and letters not in _BEFORE_NUMBER
            if not doubled and (letters in self.known or letters in self.slang):
                middle = begin + len(left)
                for a, b, piece in ((begin, middle, left), (middle, end, right)):
                    if piece.isdigit():
                        add(a, b, _number(piece), NUMBER)
                    else:
                        add(a, b, self.word(piece), WORD)
                return
        add(begin, end, self.word(word), WORD)

    def _tag_words(self, text: str) -> list[str]:
        words: list[str] = []
        for part in _CASE_PARTS.findall(text):
            lower = part.lower()
            for piece in [lower] if lower in self.known else self.split_glued(lower):
                words.extend(self.word(piece).split(" "))
        return words

    def _add_tag(self, text: str, begin: int, add: _Add) -> None:
        """Add the tag itself, then the words it was glued from, with their own spans."""
        norm = text.lower()[: MAX_WORD + 1]
        end = begin + len(text)
        cut: list[tuple[int, int, str]] = []
        if len(text) <= _MAX_TAG + 1:
            for part in _CASE_PARTS.finditer(text, 1):
                at = begin + part.start()
                lower = part.group().lower()
                for piece in [lower] if lower in self.known else self.split_glued(lower):
                    cut.append((at, at + len(piece), piece))
                    at += len(piece)
        words = [(a, b, _number(p) if p.isdigit() else self.word(p), p) for a, b, p in cut]
        parts = tuple(piece for _, _, norm_, _ in words for piece in norm_.split(" "))
        add(begin, end, norm, HASHTAG, parts=parts)
        for a, b, norm_, piece in words:
            add(a, b, norm_, NUMBER if piece.isdigit() else WORD, in_tag=True)


_BEFORE_NUMBER = frozenset(
    "nomor nomer no nmr nmer paslon capres cawapres cagub cabup calon pilih coblos nyoblos dukung "
    "kosong jari salam pasangan urut pendukung kubu tim pilpres pilkada pemilu".split()
)


def _number(text: str) -> str:
    """Numbers that can be read on a ballot or a calendar stay; other ones are just numbers."""
    if text.isdecimal():
        text = str(int(text)) if not text.isascii() and len(text) < 9 else text
        if len(text) <= 2 or (len(text) == 4 and text[:2] in ("19", "20")):
            return text
    return "<num>"


def _repair(chunk: str) -> tuple[str, list[int], list[int]] | None:
    """Mojibake repaired by ftfy, with the raw begin and end of every repaired character."""
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


def spans(text: str) -> list[tuple[int, str]]:
    """Return ``(start, chunk)`` for each chunk: a run without white space.

    Letters spelled one by one ("g a n j a r") make one chunk, white space included.
    """
    chunks = [(m.start(), m.group()) for m in _CHUNK.finditer(text)]
    if sum(len(c) == 1 for _, c in chunks) < 3:
        return chunks
    out: list[tuple[int, str]] = []
    index = 0
    while index < len(chunks):
        stop = index
        capital = chunks[index][1].isupper()  # "wakil e R A Kartini" spells nothing
        while (
            stop < len(chunks)
            and len(letter := chunks[stop][1]) == 1
            and letter.isalpha()
            and letter.isupper() == capital
        ):
            stop += 1
        if stop - index >= 3:
            start = chunks[index][0]
            out.append((start, text[start : chunks[stop - 1][0] + 1]))
        else:
            stop = max(stop, index + 1)
            out += chunks[index:stop]
        index = stop
    return out


def pieces(text: str) -> list[str]:
    """Return the chunks of `spans` without their places (the quick way when places don't matter)."""
    chunks = text.split()
    if list(map(len, chunks)).count(1) < 3:
        return chunks
    return [chunk for _, chunk in spans(text)]


@lru_cache(maxsize=1)
def load_slang() -> dict[str, str]:
    """Return the packaged list of chat spellings: form to standard word or words."""
    path = asset_path("data", "text", "slang.csv")
    return dict(zip(*read_columns(path, "form", "normal"), strict=True))


@lru_cache(maxsize=1)
def load_words() -> dict[str, int]:
    """Return the packaged word list: words of our own corpus with the number of texts."""
    path = asset_path("data", "text", "words.csv")
    data = read_bytes(path)
    try:
        # Two plain columns, written by `corpus.write_words`: no quoting to undo.
        cells = data.decode("utf-8").strip().replace("\n", ",").split(",")[2:]
        words = dict(zip(cells[::2], map(int, cells[1::2]), strict=True))
    except ValueError as error:
        raise AssetError(f"{path} is damaged ({error}); run: make words") from error
    if not (words and min(words.values()) > 0 and max(words.values()) < 1 << 31):
        raise AssetError(f"{path} is damaged (a number of texts is not above 0); run: make words")
    return words


@lru_cache(maxsize=1)
def default_tokenizer() -> Tokenizer:
    """Return the tokenizer with the packaged lists and no names (made once)."""
    return Tokenizer()


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text` by the packaged lists.

    >>> [(t.norm, t.start, t.end) for t in tokenize("Gk jelas ✌️✌️")]
    [('tidak', 0, 2), ('jelas', 3, 8), ('✌', 9, 13)]
    """
    return default_tokenizer().tokens(text)


def normalise(text: str) -> str:
    """Return `text` as its normalised words, one space between them.

    Whole hashtags are left out, their words are kept. Normalising twice changes nothing.

    >>> normalise("Jgn lupaaa yaaa #AyoKeTPS")
    'jangan lupa ya ayo ke tps'
    """
    for _ in range(_MOST_READINGS):
        # "A;A;A" reads as "a a a", and that as a word spelled out.
        once = " ".join(t.norm for t in tokenize(text) if t.kind != HASHTAG)
        if once == text:
            break
        text = once
    return text

"""Raw text to normalised words, each with its exact span on the raw text.

What it does: splits hashtags at case and digits (and glued ones by a word list); keeps emoji,
keycaps and the marks a reader hears (``! ? " :``) as words; reads joined-up split letters
(``g.a.n.j.a.r``); has characters folded and broken encodings mended by `letters`, and words
brought to their normal form by `spelling`.

What it does not do: stem, drop words, or know who is a candidate. A text is read one
whitespace-separated *chunk* at a time, so that nothing an author writes reaches further than that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .chunks import spans
from .escapes import undo
from .letters import EMOJI_RANGES, JOINERS, OVERRIDE, as_shown, bare_emoji, clean, repair
from .lists import load_context_words
from .spelling import MAX_TAG, MAX_WORD, Spelling

_MOST_READINGS = 20  # of one text until nothing changes; two or three are the rule

WORD, NUMBER, EMOJI, MARK, URL, HANDLE, HASHTAG = (
    "word",
    "number",
    "emoji",
    "mark",
    "url",
    "handle",
    "hashtag",
)


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


# Every repetition is possessive or bounded: no input makes these take more than linear time.
_TOKEN = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)\S*+|[a-z0-9-]{{1,63}}\.(?:com|co|id|org|net|me|ly|go|be)
        (?:\.[a-z]{{2,3}})?/\S*+)
    |(?P<special><url>|<num>|\[(?:username|url|sensitive-no)\])
    |(?P<entity>&(?:amp|gt|lt|quot|nbsp);)
    |(?P<handle>@\w++)
    |(?P<hashtag>\#\w++)
    |(?P<keycap>[0-9]\ufe0f?\u20e3)
    |(?P<money>rp\.?\d++(?:[.,]\d++){{0,5}}+)
    |(?P<number>\d++(?:[.,:/]\d++){{0,4}}+(?!\w))
    |(?P<word>\w++(?:'\w++){{0,3}}+)
    |(?P<emoji>(?:[\U0001f1e6-\U0001f1ff]{{2}}|[{EMOJI_RANGES}])[{JOINERS}]{{0,4}}+
        (?:(?<=\u200d)[{EMOJI_RANGES}][{JOINERS}]{{0,4}}+){{0,6}}+)
    |(?P<mark>[!?]++|\.{{2,}}+|"|:|\||/)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GLUED = 14  # letters from which on a run is tried as several words
_GLUED_PIECES, _GLUED_PIECE = 3, 3  # words such a run has, and letters each has
_SPLIT_LETTERS = re.compile(r"[^\W\d_](?:[\s.\-_*·/+,~]{1,3}[^\W\d_]){2,}+")
_CASE_PARTS = re.compile(r"[^\W\d_a-z]+(?![a-z])|[^\W\d_]?[a-z]+|\d+|[^\W\d_]+")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]{2,})(\d{1,4})")
_DIGITS_LETTERS = re.compile(r"(\d{1,4})([^\W\d_]{3,})")
_NO_UNDERSCORE = re.compile(r"[^_]+")
_ENTITIES = {"&amp;": "dan", "&quot;": '"'}  # the others stand for nothing a reader hears


class Tokenizer(Spelling):
    """Cuts texts into `Token` s; its parameters are those of `Spelling`.

    Examples
    --------
    >>> [t.norm for t in Tokenizer().tokens("Menaaang!! #2024PilihYangNomor2")]
    ['menang', '!', '#2024pilihyangnomor2', '2024', 'pilih', 'yang', 'nomor', '2']
    """

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of `text` with spans on it, in reading order.

        Escapes that collectors left in it are read as what they stand for, and letters shown
        backwards as they are shown.
        """
        undone = undo(text)
        if undone is None:
            return self._shown_tokens(text)
        out = []
        for token in self._shown_tokens(undone.text):
            begin, end = undone.span(token.start, token.end)
            out.append(token._replace(start=begin, end=end, raw=text[begin:end]))
        return out

    def _shown_tokens(self, text: str) -> list[Token]:
        if OVERRIDE not in text:
            return [token for start, chunk in spans(text) for token in self._chunk(chunk, start)]
        shown, places = as_shown(text)
        out = []
        for start, chunk in spans(shown):
            for token in self._chunk(chunk, start):
                there = places[token.start : token.end]
                begin, end = min(there), max(there) + 1
                out.append(token._replace(start=begin, end=end, raw=text[begin:end]))
        return out

    def _chunk(self, chunk: str, start: int = 0) -> list[Token]:
        """Return the tokens of one chunk of `spans`, which begins at `start`."""
        if chunk.isascii():
            return _Scan(self, chunk, chunk, None, start).tokens()
        repaired = repair(chunk)
        if repaired is None:
            return _Scan(self, chunk, *clean(chunk), start).tokens()
        fixed, begins, ends = repaired
        out = []
        for token in self._chunk(fixed):
            begin, end = begins[token.start], ends[token.end - 1]
            out.append(token._replace(start=start + begin, end=start + end, raw=chunk[begin:end]))
        return out

    def tag_parts(self, text: str, begin: int = 0) -> list[tuple[int, int, str]]:
        """Return begin, end and letters of the words inside a hashtag or handle.

        >>> Tokenizer().tag_parts("#AyoKeTPS", 1)
        [(1, 4, 'ayo'), (4, 6, 'ke'), (6, 9, 'tps')]
        """
        out: list[tuple[int, int, str]] = []
        for part in _CASE_PARTS.finditer(text, begin):
            at = part.start()
            letters = part.group().lower()
            for piece in [letters] if letters in self.known else self.split_glued(letters):
                out.append((at, at + len(piece), piece))
                at += len(piece)
        return out


class _Scan:
    """One chunk on its way to tokens; a method for each kind of `_TOKEN`.

    Parameters
    ----------
    spelling : Tokenizer
    raw, cleaned : str
        The chunk as written, and folded.
    offsets : sequence of int, optional
        For each folded character its place on the raw chunk; None where nothing was folded.
    start : int
        Where the chunk begins on the text.
    """

    def __init__(
        self,
        spelling: Tokenizer,
        raw: str,
        cleaned: str,
        offsets: list[int] | None,
        start: int,
    ) -> None:
        self.spelling = spelling
        self.start = start
        self.raw = raw
        self.cleaned = cleaned
        self.offsets = offsets
        self.out: list[Token] = []
        self.rows: set[int] = set()  # tokens that stand for a row of one emoji

    def tokens(self) -> list[Token]:
        for match in _TOKEN.finditer(self.cleaned, self._split_letters()):
            assert match.lastgroup
            getattr(self, f"_{match.lastgroup}")(match.group(), match.start(), match.end())
        for i in self.rows:  # once for each row: copying it at each step would take square time
            token = self.out[i]
            raw = self.raw[token.start - self.start : token.end - self.start]
            self.out[i] = token._replace(raw=raw)
        return self.out

    def _add(
        self,
        begin: int,
        end: int,
        norm: str,
        kind: str,
        in_tag: bool = False,
        parts: tuple[str, ...] = (),
    ) -> None:
        text = self.cleaned[begin:end]
        caps = 0
        if kind == WORD and not text.islower():
            caps = 2 if len(text) > 1 and text.isupper() else int(text[:1].isupper())
        if self.offsets is not None:
            last = self.offsets[end - 1]
            begin = self.offsets[begin]
            # Invisible characters after the last letter belong to the word.
            end = max(last + 1, self.offsets[end] if end < len(self.offsets) else len(self.raw))
        raw = self.raw[begin:end]
        begin += self.start
        end += self.start
        for piece in norm.split(" ") if kind == WORD else (norm,):
            self.out.append(Token(begin, end, raw, piece, kind, caps, in_tag, parts))

    def _add_word(self, begin: int, end: int, letters: str) -> None:
        if letters.isdigit():
            self._add(begin, end, _number(letters), NUMBER)
        else:
            self._add(begin, end, self.spelling.word(letters), WORD)

    def _split_letters(self) -> int:
        """Read "g.a.n.j.a.r" as one word; return where the rest begins."""
        split = _SPLIT_LETTERS.match(self.cleaned)
        if not split or self.cleaned[split.end() : split.end() + 1].isalnum():
            return 0
        joined = "".join(c for c in split.group() if c.isalpha()).lower()
        if len(joined) <= 3 and self.spelling.word(joined) not in self.spelling.known:
            return 0
        for part in self.spelling.split_glued(joined):
            self._add(0, split.end(), self.spelling.word(part), WORD)
        return split.end()

    def _word(self, text: str, begin: int, end: int) -> None:
        """Add what a run of letters, digits and underscores holds."""
        if "_" in text:
            for part in _NO_UNDERSCORE.finditer(text):
                self._word(part.group(), begin + part.start(), begin + part.end())
            return
        word = text.lower()
        known = self.spelling.knows(word)
        if not known and _INNER_CAPITAL.search(text):
            # "PrabowoGibran": glued without a hashtag; cut only where every piece is a word.
            cut = [(m.start(), m.end(), m.group().lower()) for m in _CASE_PARTS.finditer(text)]
            if all(len(piece) > 2 and self.spelling.knows(piece) for _, _, piece in cut):
                for a, b, piece in cut:
                    self._add(begin + a, begin + b, self.spelling.word(piece), WORD)
                return
        if len(word) >= _GLUED and word.isalpha() and not known and text in (word, text.upper()):
            # "ayocoblosnomordua": a call glued to slip through; every piece is a word.
            pieces = self.spelling.split_glued(word)
            if len(pieces) >= _GLUED_PIECES and min(map(len, pieces)) >= _GLUED_PIECE:
                for piece in pieces:
                    self._add(begin, begin + len(piece), self.spelling.word(piece), WORD)
                    begin += len(piece)
                return
        if word.isalpha() or known:
            self._add(begin, end, self.spelling.word(word), WORD)
        elif word.isdigit():
            self._add(begin, end, _number(word), NUMBER)
        elif middle := self._glued_number(word):
            self._add_word(begin, begin + middle, word[:middle])
            self._add_word(begin + middle, end, word[middle:])
        else:
            self._add(begin, end, self.spelling.word(word), WORD)

    def _glued_number(self, word: str) -> int:
        """Return where a word and a number are glued together, or 0.

        "nomor2" and "pilih02" glue a ballot number to a word, "orang2" doubles it.
        """
        if glued := _LETTERS_DIGITS.fullmatch(word):
            letters, digits = glued.groups()
            if digits == "2" and letters not in load_context_words().glued:
                return 0
        elif glued := _DIGITS_LETTERS.fullmatch(word):
            letters = glued[2]
        else:
            return 0
        return glued.end(1) if self.spelling.knows(letters) else 0

    def _hashtag(self, text: str, begin: int, end: int) -> None:
        """Add the tag itself, then the words it was glued from, with their own spans."""
        inside = self.spelling.tag_parts(text, 1) if len(text) <= MAX_TAG + 1 else []
        words = [
            (begin + a, begin + b, _number(p) if p.isdigit() else self.spelling.word(p), p)
            for a, b, p in inside
        ]
        parts = tuple(piece for _, _, norm, _ in words for piece in norm.split(" "))
        self._add(begin, end, text.lower()[: MAX_WORD + 1], HASHTAG, parts=parts)
        for a, b, norm, letters in words:
            self._add(a, b, norm, NUMBER if letters.isdigit() else WORD, in_tag=True)

    def _handle(self, text: str, begin: int, end: int) -> None:
        inside = self.spelling.tag_parts(text[1:].lower()[:MAX_TAG])
        words = [piece for _, _, p in inside for piece in self.spelling.word(p).split(" ")]
        self._add(begin, end, "@user", HANDLE, parts=tuple(words))

    def _number(self, text: str, begin: int, end: int) -> None:
        self._add(begin, end, _number(text), NUMBER)

    def _money(self, text: str, begin: int, end: int) -> None:
        self._add(begin, end, "<num>", NUMBER)

    def _keycap(self, text: str, begin: int, end: int) -> None:
        self._add(begin, end, text[0], NUMBER)

    def _emoji(self, text: str, begin: int, end: int) -> None:
        norm = bare_emoji(text)
        start = -1
        if self.out and self.out[-1].kind == EMOJI and self.out[-1].norm == norm:
            start = self.out.pop().start
        self._add(begin, end, norm, EMOJI)
        if start >= 0:  # a row of one emoji is one word
            self.out[-1] = self.out[-1]._replace(start=start)
            self.rows.add(len(self.out) - 1)

    def _url(self, text: str, begin: int, end: int) -> None:
        self._add(begin, end, "<url>", URL)

    def _entity(self, text: str, begin: int, end: int) -> None:
        if text in _ENTITIES:
            norm = _ENTITIES[text]
            self._add(begin, end, norm, WORD if norm.isalpha() else MARK)

    def _special(self, text: str, begin: int, end: int) -> None:
        """Add what a collector of texts put in place of a handle, a link or a number."""
        text = text.lower()
        if "user" in text:
            self._add(begin, end, "@user", HANDLE)
        elif "url" in text:
            self._add(begin, end, "<url>", URL)
        else:
            self._add(begin, end, "<num>", NUMBER)

    def _mark(self, text: str, begin: int, end: int) -> None:
        norm = "?" if "?" in text else "..." if text[0] == "." else text[0]
        self._add(begin, end, norm, MARK)


def _number(text: str) -> str:
    """Numbers that can be read on a ballot or a calendar stay; other ones are just numbers."""
    if text.isdecimal():
        text = str(int(text)) if not text.isascii() and len(text) < 9 else text
        if len(text) <= 2 or (len(text) == 4 and text[:2] in ("19", "20")):
            return text
    return "<num>"


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

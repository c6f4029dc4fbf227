"""What end users read: verdicts, categories, sentences, in Indonesian and in English.

Knows results, no files and no terminal. Every sentence is advice about a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..base.catalogue import LANGUAGES, Language, text
from ..base.result import Classification, Evidence

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
_NATURES = {
    "id": {
        "ajakan": "ajakan untuk memilih atau menolak satu pihak",
        "dukungan": "dukungan kepada satu pihak",
        "serangan": "serangan terhadap satu pihak",
        "atribut": "atribut kampanye satu pihak",
        "kegiatan": "kegiatan kampanye satu pihak",
    },
    "en": {
        "ajakan": "a call to vote for or against a side",
        "dukungan": "support for a side",
        "serangan": "an attack on a side",
        "atribut": "the campaign attribute of a side",
        "kegiatan": "the campaign activity of a side",
    },
}
_NATURE = {"id": "teks yang memihak", "en": "a text that takes a side"}
# What a reason is: (Indonesian, English for one, English for several).
_LABELS = {
    "word": ("kata", "the word", "the words"),
    "hashtag": ("tagar", "the hashtag", "the hashtags"),
    "emoji": ("emoji", "the emoji", "the emoji"),
    "figure": ("angka", "the number", "the numbers"),
    "party": ("nama partai", "the party name", "the party names"),
    "person": ("nama", "the name", "the names"),
    "ticket": ("nama pasangan calon", "the ticket", "the tickets"),
    "number": ("nomor urut", "the ballot number", "the ballot numbers"),
    "slogan": ("slogan", "the slogan", "the slogans"),
    "gesture": ("gestur", "the gesture", "the gestures"),
    "group": ("nama kelompok", "the group name", "the group names"),
    "camp": ("sebutan kubu", "the name for a camp", "the names for a camp"),
    "stance": ("ungkapan", "the phrase", "the phrases"),
    "stance_for": ("ungkapan dukungan", "the words of support", "the words of support"),
    "stance_against": ("ungkapan penolakan", "the words against", "the words against"),
    "stance_event": ("ungkapan kegiatan", "the campaign words", "the campaign words"),
    "neutral": ("istilah pemilu", "the election term", "the election terms"),
}
_NAMES = ("party", "person", "ticket")
_RUN = ("word", "number")  # what can be quoted together with its neighbours
_NEGATIONS = frozenset(
    "tidak tdk tak gak gk ga nggak ngga enggak engga bukan bkn jangan jgn belum blm tanpa".split()
)
# Words that carry a weight but that no reader would name as the reason.
_FILLERS = _NEGATIONS | frozenset(
    "yang yg di ke dari dr dan atau dengan dgn untuk utk buat pada ini itu ada adalah ialah juga jg "
    "akan oleh sebagai karena krn karna sebab jika kalau kalo klo klw saat ketika agar supaya bahwa "
    "dalam para si sang pun tapi tp tetapi namun sudah udah dah sdh udh telah masih msh lagi lg "
    "sedang saya aku kamu kau dia ia mereka kami kita anda gue gw lu lo kalian apa siapa mana kapan "
    "bagaimana gimana kenapa mengapa apakah adakah yaitu yakni serta hingga sampai sejak secara "
    "begitu gitu gini seperti kayak kyk bagi antara tentang terhadap maka lalu kemudian bisa dapat "
    "dpt mau harus lebih sangat banget bgt sekali paling sama sm aja saja doang deh dong kok sih loh "
    "lho lah ya yah iya no cm cuma cuman hanya semua setiap tiap beberapa banyak satu hal nya kan "
    "emang memang malah makin justru bahkan pas terus trus jadi jd sekitar selama setelah sebelum "
    "karenanya makanya bukannya ternyata usai guna demi per atas bawah the a of to is in and for "
    "rt user username url amp pak bu ibu bapak kak bang kpd kepada sebelumnya sejumlah hari dg n d yah dah".split()
)
_WEAK = 0.15  # a reason this much lighter than the heaviest is not worth a place in a sentence
_LOUD = 0.5  # log-odds from which a word against the verdict deserves to be named
_SHORT = 2  # words up to which a text is called very short

_TEXTS = {
    "id": {
        "empty": "Tidak ada teks untuk dinilai.",
        "silent": "Teks ini hanya berisi tautan, nama akun, atau tanda baca, jadi hampir tidak ada "
        "yang bisa dinilai.",
        "partisan": "Teks ini terbaca sebagai {nature}",
        "closest": " (paling dekat dengan {category})",
        "review": "Belum jelas apakah teks ini memihak{closest}, jadi sebaiknya dibaca manusia",
        "neutral": "Teks ini terbaca netral{category}",
        "because": ", terutama karena {reasons}",
        "alone": "Menurut daftar kata saja, ",
        "sides": "Ke arah memihak: {pro}; ke arah netral: {contra}.",
        "side_pro": "Yang condong memihak: {pro}.",
        "side_contra": "Yang condong netral: {contra}.",
        "although": "Ada juga {pro} yang condong memihak, tetapi kalah bobot.",
        "quiet": "Tidak ada kata yang kuat memihak.",
        "short": "Teksnya hanya {n} kata, jadi dasar penilaiannya tipis.",
        "not_counted": "{quote} tidak dihitung sebagai {sense} karena {why}",
        "advice": "Ini saran tentang teksnya, bukan penilaian atas orangnya.",
        "end": "Perkiraan peluang dianggap memihak: {percent}; ini saran tentang teksnya, bukan "
        "penilaian atas orangnya.",
        "before": "didahului “{left}”",
        "after": "diikuti “{right}”",
        "between": "diapit “{left}” dan “{right}”",
        "beside": "ada “{word}” di dekatnya",
        "needs context": "tidak ada kata kampanye di dekatnya",
        "case": "huruf besar-kecilnya tidak ditulis seperti sebutan itu",
        "law citation": "menjadi bagian dari nomor peraturan",
        "unit": "menunjuk jumlah, tanggal, atau urutan lain",
        "other": "konteksnya lain",
        "as number": "nomor urut",
        "as gesture": "gestur kampanye",
        "as several": "sebutan peserta pemilu",
        "as slogan": "sebutan kampanye",
        "and": "dan",
        "groups": "serta",
    },
    "en": {
        "empty": "There is no text to judge.",
        "silent": "This text holds only links, account names or punctuation, so there is hardly "
        "anything to judge.",
        "partisan": "This text reads like {nature}",
        "closest": " (closest to: {category})",
        "review": "It is not clear whether this text takes a side{closest}, so a "
        "person should read it",
        "neutral": "This text reads as neutral{category}",
        "because": ", mostly because of {reasons}",
        "alone": "By the word list alone, ",
        "sides": "Towards taking a side: {pro}; towards neutral: {contra}.",
        "side_pro": "Leaning towards a side: {pro}.",
        "side_contra": "Leaning towards neutral: {contra}.",
        "although": "Leaning towards a side, but outweighed: {pro}.",
        "quiet": "No word leans strongly towards a side.",
        "short": "The text has only {n} word{s}, so there is little to go by.",
        "not_counted": "{quote} is not counted as {sense} because {why}",
        "advice": "This is advice about the text, not a finding about a person.",
        "end": "Estimated chance that readers see it as partisan: {percent}; this is advice about "
        "the text, not a finding about a person.",
        "before": "“{left}” stands before it",
        "after": "“{right}” follows it",
        "between": "it stands between “{left}” and “{right}”",
        "beside": "“{word}” is near it",
        "needs context": "no campaign word is near it",
        "case": "its capitals are not those of that name",
        "law citation": "it is part of the number of a rule",
        "unit": "it gives an amount, a date or another order",
        "other": "its context is another one",
        "as number": "a ballot number",
        "as gesture": "a campaign gesture",
        "as several": "the name of a contestant",
        "as slogan": "campaign wording",
        "and": "and",
        "groups": "and",
    },
}


def verdict_name(result: Classification, language: Language = "id") -> str:
    """Return the verdict as users read it."""
    return text(f"verdict.{result.verdict}", language)


def category_name(result: Classification, language: Language = "id") -> str:
    """Return the category as users read it."""
    return CATEGORY_NAMES[language].get(result.category, "")


def reasons(result: Classification, n: int = 5) -> list[Evidence]:
    """Return up to `n` reasons worth showing for the verdict, heaviest first.

    Each wording stands once, ranked by the sum of its weights; a hashtag weighs what the words in
    it weigh together. Marks, links and accounts that the lexicon does not know are left out;
    words no reader would name ("yang", "di") and, for a neutral verdict, bare names and ballot
    numbers stand in only where there is nothing else.
    """
    sign = 1.0 if result.score >= result.thresholds[0] else -1.0
    return _leading(result, sign, n)


def sentence(result: Classification, language: Language = "id") -> str:
    """Return up to three short sentences: what the text reads like, on which words, how sure.

    Written from the evidence of the result: what each word is (a slogan, a ticket, a ballot
    number), which words pull the other way, and why a name was not counted. The score is given as
    a chance that never reaches certainty, and the last words say that it is advice.

    >>> from netralitas_nlp import classify
    >>> print(sentence(classify(""), "en"))
    There is no text to judge. This is advice about the text, not a finding about a person.
    """
    texts = _TEXTS[language]
    if not result.text.strip():
        return f"{texts['empty']} {texts['advice']}"
    end = texts["end"].format(percent=_percent(result.score, language))
    if not _spoken(result.text):
        return f"{texts['silent']} {end}"
    return " ".join(filter(None, (_opening(result, language), _aside(result, language), end)))


def _opening(result: Classification, language: Language) -> str:
    """What the text reads like and on which words."""
    texts = _TEXTS[language]
    category = category_name(result, language)
    opening = texts[result.verdict].format(
        nature=_NATURES[language].get(result.category, _NATURE[language]),
        category=f" ({category})" if category else "",
        closest=texts["closest"].format(category=category) if category else "",
    )
    if result.method == "lexicon":
        opening = texts["alone"] + opening[0].lower() + opening[1:]
    if result.verdict == "review":
        return opening + "."
    pieces = reasons(result, 3)
    if result.verdict == "partisan" and not any(e.kind in _NAMES for e in pieces):
        # The words say what is done, the name to whom.
        pieces += [e for e in reasons(result, len(result.evidence)) if e.kind in _NAMES][:1]
    words = _told(result, pieces, language)
    return opening + (texts["because"].format(reasons=words) if words else "") + "."


def _aside(result: Classification, language: Language) -> str:
    """The one more thing worth a sentence, or ``""``."""
    texts = _TEXTS[language]
    if result.verdict == "review":
        pro = _told(result, _leading(result, 1.0, 2), language)
        contra = _told(result, _leading(result, -1.0, 2), language)
        name = "sides" if pro and contra else "side_pro" if pro else "side_contra"
        return texts[name].format(pro=pro, contra=contra) if pro or contra else ""
    if result.verdict == "neutral":
        blocked = _not_counted(result, language)
        if blocked:
            return blocked
    n = len(_spoken(result.text).split())
    if n <= _SHORT:
        return texts["short"].format(n=n, s="" if n == 1 else "s")
    if result.verdict == "neutral":
        against = [e for e in _leading(result, 1.0, 2) if e.weight >= _LOUD]
        if against:
            return texts["although"].format(pro=_told(result, against, language))
        if all(e.weight < _LOUD for e in result.evidence):
            return texts["quiet"]
    return ""


def _leading(result: Classification, sign: float, n: int) -> list[Evidence]:
    """The `n` pieces that pull most to one side, by wording; see `reasons`."""
    sums: dict[str, float] = {}
    heaviest: dict[str, Evidence] = {}
    for e in _folded(result):
        if e.kind == "blocked" or _unsaid(e):
            continue
        key = e.text.lower()
        sums[key] = sums.get(key, 0.0) + sign * e.weight
        if key not in heaviest or sign * e.weight > sign * heaviest[key].weight:
            heaviest[key] = e
    keys = sorted((k for k in sums if sums[k] > 0), key=lambda k: (-sums[k], heaviest[k].start))
    names = (*_NAMES, "number") if sign < 0 else ()
    telling = [k for k in keys if not _filler(k) and heaviest[k].kind not in names]
    out: list[Evidence] = []
    for key in telling or keys:
        e = heaviest[key]
        if all(e.end <= o.start or o.end <= e.start for o in out):
            out.append(e)
        if len(out) == n:
            break
    return out


def _folded(result: Classification) -> Iterator[Evidence]:
    """The evidence, with what stands inside a hashtag added to the hashtag."""
    tag: Evidence | None = None
    for e in result.evidence:
        if tag is not None and e.start < tag.end:
            tag = replace(tag, weight=tag.weight + e.weight)
            continue
        if tag is not None:
            yield tag
        tag = e if _label(e) == "hashtag" else None
        if tag is None:
            yield e
    if tag is not None:
        yield tag


def _filler(word: str) -> bool:
    year = len(word) == 4 and word.isdigit() and word[:2] in ("19", "20")
    return word in _FILLERS or year or (len(word) == 1 and word.isalpha())


def _unsaid(e: Evidence) -> bool:
    """Whether a piece is never shown: a mark, a link, or the account of somebody unknown."""
    text = e.text.lower()
    if e.kind == "word" and text.startswith(("@", "http", "www.", "pic.twitter")):
        return True
    return not any(c.isalnum() or ord(c) > 0x2100 for c in text)


def _spoken(text: str) -> str:
    """The text without links and accounts."""
    words = (w for w in text.split() if not w.lower().startswith(("@", "http", "www.")))
    return " ".join(w for w in words if any(c.isalnum() or ord(c) > 0x2100 for c in w))


def _told(result: Classification, pieces: list[Evidence], language: Language) -> str:
    """The pieces in words: what they are, neighbours quoted together."""
    if not pieces:
        return ""
    limit = _WEAK * abs(pieces[0].weight)
    kept = [e for e in pieces if abs(e.weight) >= limit]
    groups: dict[str, list[str]] = {}
    for label, quote in _quotes(result, kept):
        groups.setdefault(label, []).append(f"“{_shown(quote)}”")
    # Names come last: naming somebody is the least of the reasons.
    order = sorted(groups, key=lambda label: label in _NAMES)
    parts = []
    for label in order:
        one = _LABELS[label]
        several = len(groups[label]) > 1 or (label == "word" and " " in groups[label][0])
        head = one[0] if language == "id" else one[2] if several else one[1]
        parts.append(f"{head} {_listed(groups[label], language)}")
    joint = "groups" if any(len(g) > 1 for g in groups.values()) else "and"
    return _joined(parts, _TEXTS[language][joint])


def _quotes(result: Classification, kept: list[Evidence]) -> list[tuple[str, str]]:
    """Label and wording of each piece; words that stand side by side become one wording.

    A negation before a word and a ballot number after it go along if they pull the same way.
    """
    rank = {(e.start, e.end): i for i, e in enumerate(kept)}
    items = [(i, _label(e), e.text) for i, e in enumerate(kept) if _label(e) not in _RUN]
    runs: list[list[Evidence]] = []
    for e in result.evidence:
        label = _label(e)
        number = label == "number" and e.weight > 0  # a contestant is no reason for neutral
        helps = number or e.text.lower() in _NEGATIONS
        joins = (e.start, e.end) in rank or (helps and e.weight * kept[0].weight > 0)
        if label not in _RUN or e.kind == "blocked" or not joins:
            continue
        if runs and result.text[runs[-1][-1].end : e.start].isspace():
            runs[-1].append(e)
        else:
            runs.append([e])
    for run in runs:
        while run and (run[-1].start, run[-1].end) not in rank and run[-1].kind == "word":
            run.pop()
        ranks = [rank[span] for e in run if (span := (e.start, e.end)) in rank]
        if not ranks:
            continue
        words = [e for e in run if e.kind == "word"]
        text = result.text[run[0].start : run[-1].end]
        # "nomor urut “nomor 2”" would say it twice.
        items.append((min(ranks), *(("word", text) if words else ("number", text.split()[-1]))))
    return [(label, text) for _, label, text in sorted(items)]


def _label(e: Evidence) -> str:
    if e.kind != "word":
        name = f"stance_{e.note.rsplit('_', 1)[-1]}" if e.kind == "stance" else e.kind
        return name if name in _LABELS else "stance"
    if e.text.startswith("#"):
        return "hashtag"
    if not any(c.isalnum() for c in e.text):
        return "emoji"
    return "figure" if e.text.isdigit() else "word"


def not_counted(e: Evidence, language: Language = "id") -> str:
    """Return why a blocked mention was not counted, as a clause without a full stop."""
    return _TEXTS[language]["not_counted"].format(
        quote=f"“{_shown(e.text)}”", sense=_sense(e, language), why=_why(e.note, language)
    )


def kind_name(e: Evidence, language: Language = "id") -> str:
    """Return what a piece of evidence is, as users read it ("nama partai", "party name")."""
    return _LABELS[_label(e)][0 if language == "id" else 1].removeprefix("the ")


def _not_counted(result: Classification, language: Language) -> str:
    """Why mentions were not counted, the first two, or ``""``."""
    out: list[str] = []
    seen: set[str] = set()
    for e in result.evidence:
        if e.kind != "blocked" or e.text.lower() in seen or len(seen) == 2:
            continue
        seen.add(e.text.lower())
        out.append(not_counted(e, language))
    return "; ".join(out) + "." if out else ""


def _sense(e: Evidence, language: Language) -> str:
    """As what a mention was not counted."""
    texts = _TEXTS[language]
    if e.entry.startswith("nomor "):
        return texts["as number"]
    if not any(c.isalnum() for c in e.text):
        return texts["as gesture"]
    if " / " in e.entry:
        return texts["as several"]
    same = e.entry.split(" (")[0].lower() == e.text.lower()
    return texts["as slogan"] if same else e.entry


def _why(note: str, language: Language) -> str:
    """The lexicon's reason against a mention, in words."""
    texts = _TEXTS[language]
    block = note.removeprefix("blocked by ")
    if block == note:
        return texts.get(note, texts["other"])
    if "_" not in block.split():
        return texts["beside"].format(word=block)
    left, right = (part.strip() for part in block.split("_", 1))
    name = "between" if left and right else "before" if left else "after"
    return texts[name].format(left=left, right=right)


def _percent(score: float, language: Language) -> str:
    """A chance in words that never claim certainty."""
    if score > 0.99:
        return {"id": "lebih dari 99%", "en": "over 99%"}[language]
    if score < 0.01:
        return {"id": "kurang dari 1%", "en": "under 1%"}[language]
    return f"{round(score * 100)}%"


def _listed(items: list[str], language: Language) -> str:
    return _joined(items, _TEXTS[language]["and"])


def _joined(items: list[str], joint: str) -> str:
    if len(items) <= 2:
        return f" {joint} ".join(items)
    return f"{', '.join(items[:-1])}, {joint} {items[-1]}"


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


__all__ = [
    "CATEGORY_NAMES",
    "LANGUAGES",
    "Language",
    "category_name",
    "kind_name",
    "not_counted",
    "reasons",
    "sentence",
    "verdict_name",
]

"""English follow-ups: what leans, and how it is said in full. Pure."""

from __future__ import annotations

import re

from bot.carrying import topic

_WORD = re.compile(r"[A-Za-z][A-Za-z'’&\-]*|\d[\d.,]*%?")
_ELLIPSIS = re.compile(
    r"^(?:and|but|so)?[,\s]*(?:what about|how about|and what about|(?:and|but)(?: what)?(?:,)?)\s+"
    r"(?P<what>(?:for |in |of |with |by |if )?.+)$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:what|which|who|whom|when|where|why|how|is|are|do|does|did|can|may|must|will|should)\b",
    re.IGNORECASE,
)
_THEN = re.compile(r"^(?:and|but|so)\b[,\s]*", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|that (?:policy|law|rule|measure|regulation|tax"
    r"|rate|plan|scheme|catalogue|list)|the (?:same|latter|former)|both)\b",
    re.IGNORECASE,
)
_FACETS = frozenset(
    """
    a about after all also and any anything apply applies application are as at authority be before
    begin between by can charge conditions condition cost costs date deadline department do does
    documents document duration effect effective else end enter ends example excluded exclude
    exceptions exception exempt expire expires expiry fee fees fine for force form from get how i
    if in industries industry interest into is it last legal limit limits long longest lowest
    highest maximum minimum many materials may more much must need number of office on or other out
    paid pay penalty period procedure procedures qualify rate renew renewed required requirement
    requirements responsible rule rules scope should sort start starts steps still take takes than
    the there these they this threshold to too until up valid validity value we were what when where
    which who whom why will with without work year years you your
    """.split()
)
"""Words that ask, bind, or name a facet of something; a question of nothing else leans."""
_OBJECT = re.compile(r"\b(?:applies to|apply to|for|of|on|to|hold|holding|by)\s+", re.IGNORECASE)
_TRAILS = re.compile(r"\s+(?:in|within|from|under|by|before|after|that|which|who)\b", re.IGNORECASE)
_LEADS = re.compile(
    r"^(?:what|which|who|when|where|why|how(?: long| many| much)?|until when|can|does|do|is|are|may"
    r"|must|within|will)\b[\s,]*(?:(?:is|are|does|do|can|may|must|will|a|an|the|i|we)\b\s*)?",
    re.IGNORECASE,
)
JOIN = " — "


def resolved(
    question: str, before: str, before_english: bool
) -> tuple[str, tuple[str, ...]] | None:
    """A follow-up in full, and what was carried; None when the question stands alone.

    Args:
        question: as it was asked.
        before: the question before it, in full.
        before_english: whether that one was in English.
    """
    about = _about(before) if before_english else topic(before)
    plain = question.strip().rstrip("?!. ")
    found = _ELLIPSIS.match(plain)
    if found and not _ASKS.search(found["what"]):
        made = _replaced(before, found["what"]) if before_english else ""
        return made or f"{about}{JOIN}{found['what']}?", (about,)
    if not about:
        return None
    if _POINTS.search(plain) or _only_facets(plain) or _THEN.match(plain):
        return f"{about}{JOIN}{_THEN.sub('', plain)}?", (about,)
    return None


def _only_facets(plain: str) -> bool:
    return all(w.lower() in _FACETS or w[0].isdigit() for w in _WORD.findall(plain))


def _about(before: str) -> str:
    """What an English question is about: without the words it begins to ask with."""
    if JOIN in before:
        return before.split(JOIN, 1)[0]
    plain = before.strip().rstrip("?!. ")
    shorter = _LEADS.sub("", plain)
    return shorter if len(shorter.split()) >= 2 else plain


def _replaced(before: str, what: str) -> str:
    """The question before, asked of something else; empty when it names no counterpart."""
    what = re.sub(r"(?i)^(?:for|in|of|with|by|if|the)\s+", "", what)
    if re.fullmatch(r"(?:in )?(?:19|20)\d{2}", what) and re.search(r"(?:19|20)\d{2}", before):
        return re.sub(r"(?:19|20)\d{2}", what, before, count=1)
    words, mine = before.rstrip("? ").split(), what.split()
    last = mine[-1].lower().rstrip("s")
    for i, word in enumerate(words):
        if len(mine) > 1 and i and word.lower().strip(",").rstrip("s") == last:
            start = max(0, i - len(mine) + 1)
            return " ".join([*words[:start], what, *words[i + 1 :]]) + "?"
    objects = list(_OBJECT.finditer(before))
    if not objects:
        return f"{before.rstrip('? ')}{JOIN}{what}?"
    start = objects[0].end()
    trail = _TRAILS.search(before, start)
    rest = before[trail.start() :].rstrip("? ") if trail else ""
    return f"{before[:start]}{what}{rest}?"

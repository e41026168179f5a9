"""The glossary as pages: the list from A to Z, what a search finds, one term. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import quote

from bot.dictionary import Entry, Meaning, Use
from bot.web.frame import View, page
from bot.web.marking import marked, places_of
from bot.web.markup import badge, breadcrumb, esc, facts, lang_attribute, source_url
from bot.web.terms_texts import TermsTexts, terms_texts
from bot.web.texts import texts
from kb.models import Passage, Validity

SHOWN_PASSAGES = 3
"""Passages of a document shown at once; the rest are folded."""
SHOWN_DOCUMENTS = 12
"""Documents shown with a term; the rest are folded."""
CLIPPED = 160
"""Characters of a passage shown where a term is used."""
_CODE = re.compile(r"[A-Z]\d{1,3}")
"""A source's code: it tells a reader nothing."""
MOST_WORDS = 60
"""Characters of a search that are looked at."""


def term_url(name: str) -> str:
    """The address of a term's page."""
    return f"/terms/{quote(name, safe='')}"


def list_page(found: Sequence[Entry], total: int, words: str, view: View) -> str:
    """All entries by letter, or what a search found, best first."""
    t = terms_texts(view.lang)
    if words and not found:
        body = (
            f'<div class="nothing"><h2>{esc(t.nothing.format(words=words))}</h2>'
            f"<p>{esc(t.nothing_more)}</p></div>"
        )
    elif words:
        body = f'<ul class="terms">{"".join(_card(e, view.lang, words) for e in found)}</ul>'
    else:
        body = _by_letter(found, view.lang, t)
    told = t.found.format(words=words, n=len(found)) if words else t.count.format(n=total)
    clear = f'<a class="clear" href="/terms">{esc(t.clear)}</a>' if words else ""
    content = (
        f'<main class="wide" id="text"><div class="page-head"><h1>{esc(t.title)}</h1>'
        f'<p class="lead">{esc(t.lead)}</p>{_form(words, t)}'
        f'<p class="told" role="status">{esc(told)}{clear}</p></div>{body}</main>'
    )
    return page(t.title, content, view, "terms")


def _form(words: str, t: TermsTexts) -> str:
    return (
        '<form class="seek" role="search" action="/terms" method="get">'
        f'<label class="sr" for="q">{esc(t.search_label)}</label>'
        f'<input type="search" id="q" name="q" value="{esc(words)}" maxlength="{MOST_WORDS}" '
        f'placeholder="{esc(t.placeholder)}" autocomplete="off">'
        f'<button type="submit" class="main">{esc(t.search)}</button></form>'
    )


def _by_letter(found: Sequence[Entry], lang: str, t: TermsTexts) -> str:
    groups = [(letter, list(group)) for letter, group in groupby(found, key=lambda e: e.letter)]
    jumps = "".join(
        f'<li><a href="#{_anchor(letter)}">{esc(_letter(letter, t))}</a></li>'
        for letter, _ in groups
    )
    parts = "".join(
        f'<section aria-labelledby="{_anchor(letter)}"><h2 class="letter" id="{_anchor(letter)}">'
        f'{esc(_letter(letter, t))}</h2><ul class="terms">'
        f"{''.join(_card(e, lang) for e in group)}</ul></section>"
        for letter, group in groups
    )
    return f'<nav class="letters" aria-label="{esc(t.letters)}"><ol>{jumps}</ol></nav>{parts}'


def _anchor(letter: str) -> str:
    return "letter-other" if letter == "#" else f"letter-{letter}"


def _letter(letter: str, t: TermsTexts) -> str:
    return t.other if letter == "#" else letter


def _card(entry: Entry, lang: str, words: str = "") -> str:
    definition = entry.meanings[0].term.definition
    names = " · ".join([*entry.aliases[:3], *entry.english[:1]])
    sought = [words] if words else []
    return (
        f'<li><a class="term-card" href="{esc(term_url(entry.name))}">'
        f"<h3{lang_attribute(entry.name, lang)}>{_sought(entry.name, sought)}</h3>"
        f"<p{lang_attribute(definition, lang)}>{_sought(definition, sought)}</p>"
        f'<p class="names"{lang_attribute(names, lang)}>{_sought(names, sought)}</p></a></li>'
    )


def _sought(text: str, words: Sequence[str]) -> str:
    return marked(text, places_of(text, words)) if words else esc(text)


def term_page(
    entry: Entry,
    explained: Mapping[int, Sequence[tuple[str, str]]],
    used: Sequence[Use],
    texts_of: Mapping[int, str],
    related: Sequence[tuple[str, str]],
    validities: Mapping[int, Validity],
    view: View,
) -> str:
    """A term's page.

    Args:
        entry: the term with its meanings.
        explained: version id -> the further lines of that meaning, as (label, text).
        used: where the base uses it.
        texts_of: canonical texts by version id.
        related: names of related terms, each with its address, empty where there is no entry.
        validities: version id -> where the document stands today.
        view: how it is looked at.
    """
    t = terms_texts(view.lang)
    also = f'<p class="also">{_names(entry, t, view.lang)}</p>'
    meanings = "".join(
        _meaning(m, explained.get(m.info.version_id, ()), view.lang, t) for m in entry.meanings
    )
    links = "".join(_related(name, url, view.lang) for name, url in related)
    beside = (
        f'<aside class="beside"><h2>{esc(t.related)}</h2><ul class="pills">{links}</ul></aside>'
        if links
        else ""
    )
    content = (
        f'<main class="doc term" id="text"><p class="crumb"><a href="/terms">{esc(t.title)}</a></p>'
        f"<h1{lang_attribute(entry.name, view.lang)}>{esc(entry.name)}</h1>{also}{meanings}"
        f"{beside}{_uses(entry, used, texts_of, validities, view.lang, t)}</main>"
    )
    return page(entry.name, content, view, "terms")


def _names(entry: Entry, t: TermsTexts, lang: str) -> str:
    rows = []
    if entry.aliases:
        words = "、".join(entry.aliases)
        rows.append(f"<span>{esc(t.also)}</span> <b{lang_attribute(words, lang)}>{esc(words)}</b>")
    if entry.english:
        words = "; ".join(entry.english)
        rows.append(f'<span>{esc(t.english)}</span> <b lang="en">{esc(words)}</b>')
    return "<br>".join(rows)


def _meaning(
    meaning: Meaning, explained: Sequence[tuple[str, str]], lang: str, t: TermsTexts
) -> str:
    info, term = meaning.info, meaning.term
    zh = lang_attribute(term.definition, lang)
    definition = term.definition
    url = source_url(info.document_id, lang, version=info.version_id, span=(term.start, term.end))
    lines = "".join(
        f"<p{lang_attribute(text, lang)}>"
        f"{f'<b>{esc(label)}</b> ' if label and label != '详解' else ''}{esc(text)}</p>"
        for label, text in explained
        if label not in ("出处", "来源")
    )
    more = f'<div class="explained">{lines}</div>' if lines else ""
    named = (text for label, text in explained if label in ("出处", "来源"))
    cited = "、".join(t for text in named for t in text.split("、") if not _CODE.fullmatch(t))
    grade = info.header.grade
    rows = facts(
        (
            (
                t.source,
                f'<a href="{esc(url)}"{lang_attribute(info.header.title, lang)}>'
                f"《{esc(info.header.title)}》</a>{f' · {esc(cited)}' if cited else ''}",
            ),
            (t.checked, esc(texts(lang).grade[grade]) if grade else ""),
        )
    )
    return (
        f'<section class="meaning"><p class="definition"{zh}>{esc(definition)}</p>{more}{rows}'
        "</section>"
    )


def _related(name: str, url: str, lang: str) -> str:
    words = f"<span{lang_attribute(name, lang)}>{esc(name)}</span>"
    return f'<li><a href="{esc(url)}">{words}</a></li>' if url else f"<li>{words}</li>"


def _uses(
    entry: Entry,
    used: Sequence[Use],
    texts_of: Mapping[int, str],
    validities: Mapping[int, Validity],
    lang: str,
    t: TermsTexts,
) -> str:
    count = sum(len(use.passages) for use in used)
    told = t.used_in.format(n=count, docs=len(used)) if used else t.unused
    names = (entry.name, *entry.aliases)

    def listed(some: Sequence[Use]) -> str:
        return "".join(
            _use(u, texts_of.get(u.info.version_id, ""), names, validities, lang, t) for u in some
        )

    rest = used[SHOWN_DOCUMENTS:]
    folded = (
        f"<details><summary>{esc(t.more_documents.format(n=len(rest)))}</summary>"
        f"{listed(rest)}</details>"
        if rest
        else ""
    )
    return (
        f'<section class="uses" aria-labelledby="used"><h2 id="used">{esc(t.used)}</h2>'
        f'<p class="told">{esc(told)}</p>{listed(used[:SHOWN_DOCUMENTS])}{folded}</section>'
    )


def _use(
    use: Use,
    text: str,
    names: Sequence[str],
    validities: Mapping[int, Validity],
    lang: str,
    t: TermsTexts,
) -> str:
    header = use.info.header
    passages = [_passage(use, p, text, names, lang) for p in use.passages]
    rest = passages[SHOWN_PASSAGES:]
    folded = (
        f"<details><summary>{esc(t.more_passages.format(n=len(rest)))}</summary>"
        f'<ul class="quotes">{"".join(rest)}</ul></details>'
        if rest
        else ""
    )
    mark = badge(validities[use.info.version_id], header.expires, lang, header.effective)
    return (
        f'<article class="use"><h3><a href="{esc(source_url(use.info.document_id, lang))}"'
        f"{lang_attribute(header.title, lang)}>{esc(header.title)}</a></h3>"
        f'<p class="marks">{mark}<span class="tag">{esc(texts(lang).kind[header.kind])}</span>'
        f'<span class="tag">{esc(t.times.format(n=len(passages)))}</span></p>'
        f'<ul class="quotes">{"".join(passages[:SHOWN_PASSAGES])}</ul>{folded}</article>'
    )


def _passage(use: Use, passage: Passage, text: str, names: Sequence[str], lang: str) -> str:
    said = text[passage.start : passage.end].strip()
    places = places_of(said, names)
    begin = max(0, (places[0][0] if places else 0) - CLIPPED // 2)
    end = min(len(said), begin + CLIPPED)
    part = said[begin:end]
    url = source_url(
        use.info.document_id,
        lang,
        version=use.info.version_id,
        span=(passage.start, passage.end),
    )
    words = marked(part, places_of(part, names))
    return (
        f'<li><a href="{esc(url)}"><span class="where">{breadcrumb(passage.path)}</span>'
        f"<span{lang_attribute(part, lang)}>{'…' if begin else ''}{words}"
        f"{'…' if end < len(said) else ''}</span></a></li>"
    )


def missing_term(view: View) -> str:
    """The page for a term that does not exist, or that the reader may not know of."""
    t = terms_texts(view.lang)
    content = (
        f'<main class="doc doc-missing" id="text"><h1>{esc(t.not_found)}</h1>'
        f"<p>{esc(t.not_found_more)}</p>"
        f'<p><a class="button" href="/terms">{esc(t.all_terms)}</a></p></main>'
    )
    return page(t.not_found, content, replace(view, url="/terms"), "terms")

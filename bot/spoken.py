"""An answer as text with numbered sources, for the chats and tools of other programs.

They may read it as Markdown or HTML: what stands in a document makes no link, picture or tag there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.table_text import as_markdown
from bot.web.markup import source_url
from bot.web.texts import texts, validity_text
from kb.models import Answer, Citation, Claim, Status

_TAG = re.compile(r"<(?=[a-zA-Z/!?])")


def inert(text: str) -> str:
    """Text that makes no Markdown link or picture, and no tag, wherever it is shown."""
    return _TAG.sub("< ", text.replace("](", "] ("))


def opening(answer: Answer, lang: str) -> str:
    """What is said before the sentences: that there is no answer, or only the nearest."""
    t = texts(lang)
    if answer.status is Status.REFUSED:
        return f"{t.refused}{t.colon.strip()}{t.refused_why}\n"
    if answer.status is Status.NEAREST:
        return f"{t.near_miss}{t.colon.strip()}{t.near_miss_why}\n\n"
    return ""


def sentence(claim: Claim) -> str:
    """A sentence with the numbers of its sources, as a line."""
    return f"{inert(claim.text)} {''.join(f'[{n}]' for n in claim.citations)}\n"


def table(answer: Answer, lang: str) -> str:
    """An answer's table in Markdown; empty where there is none."""
    return inert(as_markdown(answer.table, lang)) + "\n" if answer.table is not None else ""


def closing(answer: Answer, lang: str, site: str) -> str:
    """What follows the sentences: remarks, the sources with links, or the nearest documents.

    ``site`` is the address of the site, without a path.
    """
    t = texts(lang)
    lines = [f"※ {inert(n.en if lang == 'en' else n.zh)}" for n in answer.notes]
    if answer.citations:
        lines += ["", f"{t.sources}{t.colon.strip()}"]
        lines += [_source(c, lang, site) for c in answer.citations]
    elif answer.nearest:
        lines += ["", f"{t.nearest}{t.colon.strip()}"]
        lines += [
            f"- {_place(n.title, n.doc_number, n.path)} {site}{source_url(n.document_id, lang)}"
            for n in answer.nearest
        ]
    return "\n".join(["", *lines]).rstrip() + "\n" if lines else ""


def spoken(answer: Answer, lang: str, site: str) -> str:
    """The whole answer."""
    said = table(answer, lang) or "".join(map(sentence, answer.claims))
    return (opening(answer, lang) + said + closing(answer, lang, site)).strip() + "\n"


def link_of(citation: Citation, lang: str, site: str) -> str:
    """Where the quote can be read in its document."""
    span = (citation.start, citation.end)
    where = source_url(citation.document_id, lang, version=citation.version_id, span=span)
    return f"{site}{where}"


def _source(citation: Citation, lang: str, site: str) -> str:
    validity = validity_text(citation.validity, citation.expires, lang, citation.effective)
    place = _place(citation.title, citation.doc_number, citation.path)
    return f"[{citation.n}] {place} · {validity} {link_of(citation, lang, site)}"


def _place(title: str, doc_number: str, path: Sequence[str]) -> str:
    parts = [f"《{title}》", doc_number, " › ".join(path)]
    return inert(" · ".join(part for part in parts if part))

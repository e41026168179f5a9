"""What all pages share: the bar with its sections, the language switch, the shell. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.access import ADMINS, EVERYBODY, STAFF, Visitor
from bot.web.frame_texts import frame_texts
from bot.web.markup import esc
from kb.models import Role

STYLESHEET = "/ui/kb.css"
PAGES_STYLESHEET = "/ui/pages.css"
ICON = "/ui/icon.svg"
PAGES_SCRIPT = "/ui/pages.js"


@dataclass(frozen=True, slots=True)
class View:
    """How a page is looked at: in which language, by whom, and under which address."""

    lang: str
    visitor: Visitor = field(default_factory=Visitor)
    url: str = "/"

    @property
    def role(self) -> Role:
        """The visitor's role."""
        return self.visitor.role


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the site: its name in ``FrameTexts``, its address, and who may open it."""

    key: str
    address: str
    roles: frozenset[Role]


SECTIONS = (
    Section("chat", "/", frozenset({Role.INVESTOR})),
    Section("chat", "/cadre/", STAFF),
    Section("lessons", "/lessons?kind=experience", STAFF),
    Section("terms", "/terms", EVERYBODY),
    Section("admin", "/admin", ADMINS),
    Section("login", "/login", frozenset({Role.INVESTOR})),
    Section("account", "/account", STAFF),
)


def sections(here: str, lang: str, role: Role) -> str:
    """The navigation: every section this role may open, the present one marked."""
    t = frame_texts(lang)
    links = "".join(
        f'<li><a href="{esc(s.address)}"{_current(s.key == here)}>{esc(t.sections[s.key])}</a></li>'
        for s in SECTIONS
        if role in s.roles
    )
    return f'<nav class="sections" aria-label="{esc(t.navigation)}"><ul>{links}</ul></nav>'


def _current(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""


def switch_url(url: str, lang: str) -> str:
    """The same page in the other language; the choice is remembered."""
    parts = urlsplit(url)
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k not in ("lang", "switch")]
    other = "zh" if lang == "en" else "en"
    return f"{parts.path}?{urlencode([*kept, ('switch', other)])}"


def bar(here: str, view: View) -> str:
    """The bar on top of a page: product, sections, language."""
    t = frame_texts(view.lang)
    other = "zh-CN" if view.lang == "en" else "en"
    return (
        f'<header class="bar"><a class="skip" href="#text">{esc(t.skip)}</a>'
        f'<a class="brand" href="/"><img src="{ICON}" alt="" width="32" height="32">'
        f'<span class="brand-name">{esc(t.product)}</span></a>'
        f"{sections(here, view.lang, view.role)}"
        f'<a class="switch" lang="{other}" hreflang="{other}" '
        f'href="{esc(switch_url(view.url, view.lang))}">{esc(t.switch)}</a></header>'
    )


def page(
    title: str,
    content: str,
    view: View,
    here: str = "",
    *,
    script: bool = False,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
) -> str:
    """A whole page. ``content`` is ready-made HTML that holds the element ``#text``.

    ``script`` asks for the script of all pages, ``styles`` and ``scripts`` for more local files.
    """
    t = frame_texts(view.lang)
    sheets = "".join(f'<link rel="stylesheet" href="{esc(sheet)}">' for sheet in styles)
    files = [PAGES_SCRIPT, *scripts] if script else scripts
    loaded = "".join(f'<script src="{esc(file)}" defer></script>' for file in files)
    return (
        f'<!doctype html><html lang="{t.html_lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{esc(title)} · {esc(t.product)}</title>"
        f'<link rel="icon" href="{ICON}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{STYLESHEET}">'
        f'<link rel="stylesheet" href="{PAGES_STYLESHEET}">{sheets}{loaded}</head>'
        f'<body class="doc-body">{bar(here, view)}{content}'
        f'<footer class="page-foot"><p>{esc(t.footer)}</p></footer></body></html>'
    )

"""What all pages for admins share: the list of sections, a page's frame, forms, messages. Pure.

A section is one line in ``ADMIN_SECTIONS`` and one router in ``bot.web.admin.ROUTERS``. Its pages
are made by ``admin_page``; whatever changes something is a ``post_form``, which carries the token
that the routers' guard asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.form_guard import token_field
from bot.web.frame import View, page
from bot.web.markup import esc

ADMIN_SCRIPT = "/ui/admin_here.js"
ADMIN_STYLESHEETS = ("/ui/admin.css", "/ui/admin_documents.css", "/ui/admin_questions.css")


@dataclass(frozen=True, slots=True)
class AdminSection:
    """A part of the administration: its key, its address, its name in both languages."""

    key: str
    address: str
    zh: str
    en: str

    def name(self, lang: str) -> str:
        """Its name in a language."""
        return self.en if lang == "en" else self.zh


ADMIN_SECTIONS = (
    AdminSection("overview", "/admin", "概览", "Overview"),
    AdminSection("documents", "/admin/documents", "文档", "Documents"),
    AdminSection("add", "/admin/add", "添加", "Add"),
    AdminSection("quarantine", "/admin/quarantine", "隔离区", "Quarantine"),
    AdminSection("jobs", "/admin/jobs", "任务", "Jobs"),
    AdminSection("unanswered", "/admin/unanswered", "未答问题", "Unanswered"),
    AdminSection("feedback", "/admin/feedback", "反馈", "Feedback"),
    AdminSection("usage", "/admin/usage", "用量", "Usage"),
    AdminSection("expiring", "/admin/expiring", "到期", "Expiring"),
    AdminSection("users", "/admin/users", "用户", "Users"),
    AdminSection("keys", "/admin/keys", "接口密钥", "API keys"),
    AdminSection("doctor", "/admin/doctor", "体检", "Examination"),
    AdminSection("backups", "/admin/backups", "备份", "Backups"),
    AdminSection("audit", "/admin/audit", "审计", "Audit"),
)
"""In the order they are shown."""


def section_address(key: str) -> str:
    """The address of a section; empty when there is none."""
    return next((section.address for section in ADMIN_SECTIONS if section.key == key), "")


def admin_page(
    title: str,
    content: str,
    view: View,
    here: str,
    *,
    lead: str = "",
    scripts: Sequence[str] = (),
) -> str:
    """A whole page of the section ``here``. ``content`` is ready-made HTML, ``title`` is not.

    ``scripts`` are addresses of local files (``/ui/…``): the policy lets no other run.
    """
    led = f'<p class="lead">{esc(lead)}</p>' if lead else ""
    body = (
        f'<div class="admin">{admin_nav(here, view.lang)}<main class="admin-main" id="text">'
        f'<div class="page-head"><h1>{esc(title)}</h1>{led}</div>{content}</main></div>'
    )
    return page(
        title, body, view, "admin", styles=ADMIN_STYLESHEETS, scripts=(ADMIN_SCRIPT, *scripts)
    )


def admin_nav(here: str, lang: str) -> str:
    """The list of sections, the present one marked."""
    label = "Administration" if lang == "en" else "管理栏目"
    links = "".join(
        f'<li><a href="{esc(s.address)}"{current if s.key == here else ""}>{esc(s.name(lang))}</a>'
        "</li>"
        for s in ADMIN_SECTIONS
        for current in (' aria-current="page"',)
    )
    return f'<nav class="admin-nav" aria-label="{label}"><ul>{links}</ul></nav>'


def post_form(action: str, view: View, content: str, cls: str = "") -> str:
    """A form that changes something. ``content`` is ready-made HTML with its fields and button."""
    of_class = f' class="{esc(cls)}"' if cls else ""
    return (
        f'<form method="post" action="{esc(action)}"{of_class}>{token_field(view.visitor)}'
        f"{content}</form>"
    )


def done(words: str) -> str:
    """A line that says what was just done; nothing when there are no words."""
    return f'<p class="notice good" role="status">{esc(words)}</p>' if words else ""


def problem(words: str) -> str:
    """A line that says what went wrong and what to do; nothing when there are no words."""
    return f'<p class="notice wrong" role="alert">{esc(words)}</p>' if words else ""


def shown_once(title: str, secret: str, label: str, more: str) -> str:
    """A secret that was just made and that nobody can show again."""
    return (
        f'<section class="secret" role="status"><h2>{esc(title)}</h2>'
        f'<p><code aria-label="{esc(label)}">{esc(secret)}</code></p><p>{esc(more)}</p></section>'
    )


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table that becomes a list of cards on a phone.

    ``heads`` are plain words; ``rows`` hold ready-made HTML, the first cell names the row.
    """
    top = "".join(f'<th scope="col">{esc(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(
            f'<td data-head="{esc(head)}">{cell}</td>'
            for head, cell in zip(heads[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="listing"><caption class="sr">{esc(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def page_number(raw: str) -> int:
    """The number of a page of a list in an address; 1 for anything else."""
    return max(1, int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 7 else 1


def paging(links: tuple[str, str], number: int, last: int, view: View) -> str:
    """The way through the pages of a list; ``links`` are the addresses before and after."""
    if last <= 1:
        return ""
    english = view.lang == "en"
    label, before, after = (
        ("Pages", "Previous", "Next") if english else ("分页", "上一页", "下一页")
    )
    shown = [f"<span>{number} / {last}</span>"]
    if number > 1:
        shown.insert(0, f'<a href="{esc(links[0])}" rel="prev">{before}</a>')
    if number < last:
        shown.append(f'<a href="{esc(links[1])}" rel="next">{after}</a>')
    return f'<nav class="paging" aria-label="{label}">{"".join(shown)}</nav>'

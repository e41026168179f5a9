"""Save pictures of the pages for the documents: ``python -m tests.browser.screenshots [FOLDER]``.

With a folder: also every page in both languages, on a phone and on a wide screen, into it.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import api_keys, audit, feedback, staff
from bot.asked import Asked, Way, asked_of, write
from bot.engine import Engine
from bot.previews import Previews
from bot.unanswered import remembering, sort_in, submit
from bot.web.admin_add_page import review_url
from bot.web.texts import LANGS
from kb import backups
from kb.knowledge_base import KnowledgeBase
from kb.models import Role, Status
from tests.bot.upload_samples import read_all, upload
from tests.browser.site import (
    ARGUMENTS,
    CHROMIUM,
    CORPUS,
    ask,
    base_of,
    serving,
    session_of,
)

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 300_000

RATE = "西部大开发企业所得税优惠税率是多少？"
ENGLISH = "Can a foreign investor freely remit profits abroad?"
UNKNOWN = "国办函〔2030〕99号规定了什么？"

UNANSWERED = (
    "在延安建数据中心，电价能优惠多少？",
    "延安建数据中心的电价优惠是多少",
    "国办函〔2030〕99号规定了什么？",
    "武汉的人才公寓怎么申请？",
)
CONTACTS = ("王先生 138 0000 0000", "li@example.com")

SECTIONS = (
    ("terms", "/terms", Role.INVESTOR),
    ("term", "/terms/高新技术企业", Role.INVESTOR),
    ("lessons", "/lessons?q=缺什么招什么&kind=experience", Role.CADRE),
    ("unanswered", "/admin/unanswered", Role.ADMIN),
    ("unanswered-group", "/admin/unanswered/1", Role.ADMIN),
    ("feedback", "/admin/feedback", Role.ADMIN),
    ("compare", "/lessons/compare?topic=产业链&place=常州&place=昆山&place=延安", Role.CADRE),
    ("admin-usage", "/admin/usage", Role.ADMIN),
    ("admin-expiring", "/admin/expiring", Role.ADMIN),
    ("admin-users", "/admin/users", Role.ADMIN),
    ("admin-keys", "/admin/keys", Role.ADMIN),
    ("admin-doctor", "/admin/doctor", Role.ADMIN),
    ("admin-backups", "/admin/backups", Role.ADMIN),
    ("admin-audit", "/admin/audit", Role.ADMIN),
)
"""Pages beside the conversation: the picture's name, the address, who looks at it."""
MORE = (
    ("admin", "/admin", Role.ADMIN),
    ("admin-documents", "/admin/documents", Role.ADMIN),
    ("admin-document", "/admin/documents/T09", Role.ADMIN),
    ("admin-removal", "/admin/documents/T09/remove", Role.ADMIN),
    ("admin-add", "/admin/add", Role.ADMIN),
    ("admin-quarantine", "/admin/quarantine", Role.ADMIN),
    ("admin-jobs", "/admin/jobs", Role.ADMIN),
    ("login", "/login", Role.INVESTOR),
    ("account", "/account", Role.CADRE),
    ("saved", "/lessons?region=昆山", Role.CADRE),
)
"""Pages that are looked at only, and one where an upload is."""
_ENDS = ((Status.ANSWERED, 0.65), (Status.NEAREST, 0.3), (Status.REFUSED, 0.0))
"""How a made-up question of such a confidence ends."""
PHONE = {"device_scale_factor": 2, "is_mobile": True, "has_touch": True}


def main() -> None:
    """Start a site over the whole corpus and take every picture."""
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        base_of(Path(folder) / "data", None, [CORPUS]) as kb,
        serving(kb) as site,
        sync_playwright() as playwright,
    ):
        sessions = {role: session_of(kb, role) for role in Role}
        _hear(Engine(kb))
        _work(kb)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))

        def open_(
            width: int,
            height: int,
            path: str = "/",
            role: Role = Role.INVESTOR,
            lang: str = "zh",
            **options: Any,
        ) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="zh-CN",
                reduced_motion="reduce",
                **options,
            )
            cookies = sessions[role] | {"kb_lang": lang}
            context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])
            tab = context.new_page()
            tab.goto(site + path)
            if path == "/":
                tab.locator("#thread .welcome").wait_for()
            return tab

        for take in (_welcome, _answer, _refusal, _english, _source, _phone, _dark):
            take(open_)
        for name, path, role in SECTIONS:
            _save(open_(1280, 800, path, role), name)
        _save(open_(360, 740, "/terms", **PHONE), "phone-terms")
        if look := sys.argv[1:]:  # every page in both languages and sizes, to be looked at
            _all_pages(open_, Path(look[0]), _upload(kb))
        browser.close()


def _work(kb: KnowledgeBase) -> None:
    """Some weeks of made-up work, for the pages that show it."""
    chance = random.Random(1)
    ids = sorted(kb.snapshot.by_id)[:40]
    rows = []
    for n in range(1200):
        sure = chance.betavariate(4, 2)
        status = next(s for s, least in _ENDS if sure >= least)
        cited = chance.sample(ids, chance.randint(1, 3)) if status is Status.ANSWERED else []
        role = chance.choice([Role.INVESTOR] * 4 + [Role.CADRE])
        way = chance.choice([Way.CHAT] * 5 + [Way.API, Way.MCP])
        timings = {
            "encode": chance.gauss(6, 1), "search": chance.gauss(14, 3),
            "read": chance.gammavariate(4, 20), "sentences": chance.gauss(5, 1), "verify": 0.4,
        }  # fmt: skip
        at = time.time() - chance.uniform(0, 30 * 86_400)
        rows.append(Asked(f"{n}", at, role, way, status, sure, timings, tuple(cited)))
    write(kb.catalog, rows)
    for name, role in (("liming", Role.CADRE), ("王芳", Role.ADMIN), ("zhaoqiang", Role.CADRE)):
        staff.add(kb.catalog, "a.admin", name, role)
    staff.set_disabled(kb.catalog, "a.admin", "zhaoqiang", True)
    api_keys.add(kb.catalog, "门户网站", Role.INVESTOR, by="a.admin")
    audit.note(kb.catalog, "a.admin", "key.add", "门户网站 investor")
    held, _ = backups.make(kb)
    audit.note(kb.catalog, "a.admin", "backup", held.name)


def _all_pages(open_: Callable[..., Any], folder: Path, review: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, path, role in (*SECTIONS, *MORE, ("admin-review", review, Role.ADMIN)):
        for lang in LANGS:
            for width, options in ((360, PHONE), (1920, {"color_scheme": "dark"})):
                tab = open_(width, 900, path, role, lang, **options)
                tab.wait_for_timeout(300)
                tab.screenshot(path=str(folder / f"{name}-{lang}-{width}.png"))
                tab.context.close()


def _hear(engine: Engine) -> None:
    """Questions that were not answered, one of them submitted, and a flag on an answer."""
    catalog, now, asked = engine.kb.catalog, time.time(), []
    for i, question in enumerate(UNANSWERED):
        at = now - i * 7_000
        answer = engine.ask(question)
        assert answer.status is not Status.ANSWERED, question
        ref = f"heard-{i}"
        kept = asked_of(answer, Role.INVESTOR, Way.CHAT, None, ref=ref, now=at, keep_text=True)
        asked.append(kept)
        if i < 2:
            submit(catalog, answer, Role.INVESTOR, None, CONTACTS[i], at)
    write(catalog, asked)
    sort_in(engine, remembering(engine.kb), now)
    remark = "2026 年有新公告，请核对。"
    feedback.flag(catalog, engine.ask(RATE), Role.INVESTOR, None, 1, remark, now)


def _upload(kb: KnowledgeBase) -> str:
    """A new version of a document that waits for a look: the address of its page."""
    text = (CORPUS / "policy/T09-研发费用加计扣除.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        made = upload(kb, Path(folder), "T09.md", text.replace("100%", "120%"))
    previews = Previews(kb)
    read_all(kb, previews)
    previews.close()
    return review_url(made.upload_id)


def _save(tab: Any, name: str) -> None:
    tab.wait_for_timeout(500)  # fonts and layout settle
    file = IMAGES / f"{name}.png"
    tab.screenshot(path=str(file))
    size = file.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{file.name} has {size} bytes, more than {MOST_BYTES}: take a smaller window")


def _welcome(open_: Callable[..., Any]) -> None:
    _save(open_(1280, 800), "welcome")


def _answer(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    ask(tab, RATE)
    _save(tab, "answer")


def _refusal(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    ask(tab, UNKNOWN)
    _save(tab, "refusal")


def _english(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    tab.locator("#switch").click()
    tab.wait_for_function("document.documentElement.lang === 'en'")
    ask(tab, ENGLISH)
    _save(tab, "english")


def _source(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800)
    ask(tab, RATE)
    with tab.context.expect_page() as opened:
        tab.locator("#panel a.button").click()
    opened.value.wait_for_load_state()
    _save(opened.value, "source")


def _phone(open_: Callable[..., Any]) -> None:
    tab = open_(360, 740, **PHONE)
    ask(tab, RATE)
    _save(tab, "phone")


def _dark(open_: Callable[..., Any]) -> None:
    tab = open_(1280, 800, color_scheme="dark")
    ask(tab, RATE)
    _save(tab, "dark")


if __name__ == "__main__":
    main()

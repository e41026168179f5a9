"""The Gradio page: components, and callbacks that hand over to ``chat`` and ``render``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import gradio as gr

from bot import kept
from bot.asked import Record
from bot.engine import Engine
from bot.kept import Link
from bot.rate_limit import RateLimit, network_of
from bot.related import Related
from bot.web import chat, render, voice
from bot.web.asked import LANGUAGE_COOKIE
from bot.web.frame import sections
from bot.web.origin import address_of
from bot.web.render import Chosen, Turn
from bot.web.texts import LANGS, Texts, texts
from bot.web.tools import CLEAR, DROP, LINK, WORD, download, suggestions, tools
from bot.web.tools_texts import tools_texts
from kb.models import Role

PARALLEL = 64
"""Questions of one page in hand at the same time; the engine lets them take turns with those of
the other ways in, in the order they came (``bot.turns``)."""
QUEUE = 64
"""Questions that may wait."""
SESSIONS = 1000
"""Conversations kept in memory; the longest unused go first."""
SHOW_EVERY = 0.1
"""Seconds between two states of an answer that is being given: what follows sooner waits."""

# kb.js turns clicks inside these into a ``kb`` event that says what to trigger with which data.
_BRIDGE = "element.addEventListener('kb', e => trigger(e.detail.type, e.detail.data));"
_ANNOUNCE = (
    "watch('value', () => element.dispatchEvent(new CustomEvent('kb-changed', {bubbles: true})));"
)
_DAY = (
    '<label for="day">${label_text}</label>'
    '<input type="date" id="day" min="1949-10-01" max="2100-12-31" value="${value}" '
    'data-said="${value ? said_text.replace(/y/, value.slice(0, 4)).replace(/m/, '
    '+value.slice(5, 7)).replace(/d/, +value.slice(8)) : empty_text}" '
    'aria-describedby="day-help"><span id="day-help" class="help">${help_text}</span>'
    '<button type="button" id="day-clear" ${value ? "" : "hidden"}>${clear_text}</button>'
)
_DAY_JS = (
    "element.addEventListener('change', e => {"
    " if (e.target.id === 'day') props.value = e.target.value; });"
    "element.addEventListener('click', e => {"
    " if (e.target.id === 'day-clear') { element.querySelector('#day').value = '';"
    " props.value = ''; } });"
)


def language_of(cookie: object, default: str) -> str:
    """The page's language: the browser's choice, else the configured one."""
    return cookie if isinstance(cookie, str) and cookie in LANGS else default


def build_page(
    engine: Engine, lang: str, role: Role = Role.INVESTOR, record: Record | None = None
) -> gr.Blocks:
    """The page for questions of a role over an engine, in a language to begin with.

    ``record`` writes down what is asked.
    """
    t = texts(lang)
    related = Related(engine)
    links = role is Role.INVESTOR  # a link opens for everybody
    limits = RateLimit()
    with gr.Blocks(
        title=f"{t.product} · {t.page}", analytics_enabled=False, fill_width=True
    ) as page:
        turns = gr.State([])
        chosen = gr.State(None)
        tongue = gr.State(lang)
        link = gr.State(None)
        further = gr.State(())
        with gr.Row(elem_id="bar", elem_classes="bar"):
            head = _html(render.header(lang), "head", js_on_load=_ANNOUNCE)
            parts = _html(sections("chat", lang, role), "sections")
            switch = gr.Button(t.switch, elem_id="switch", size="sm")
        with gr.Row(elem_id="main"):
            with gr.Column(elem_id="left"):
                thread = _html(
                    render.conversation([], lang), "thread", js_on_load=_BRIDGE + _ANNOUNCE
                )
                with gr.Column(elem_id="composer"):
                    more = _html("", "related", js_on_load=_BRIDGE)
                    with gr.Row(elem_id="ask"):
                        box = gr.Textbox(**_box(t), elem_id="question", lines=1, max_lines=6)
                        send = gr.Button(t.send, variant="primary", elem_id="send")
                    day = gr.HTML(
                        "",
                        html_template=_DAY,
                        js_on_load=_DAY_JS,
                        apply_default_css=False,
                        elem_id="day-box",
                        **_day(t),
                    )
                    doing = _html("", "tools", js_on_load=_BRIDGE + _ANNOUNCE)
            with gr.Column(elem_id="right"):
                side = _html(
                    chat.panel(engine.kb, [], None, lang, role), "panel", js_on_load=_BRIDGE
                )
        kept_texts = engine.kb.settings.keep_unanswered
        foot = _html(_footer(t, kept_texts), "footer")

        def shown(
            now: list[Turn], pick: Chosen | None, spoken: str
        ) -> tuple[list[Turn], Chosen | None, str, str]:
            panel = chat.panel(engine.kb, now, pick, spoken, role)
            return now, pick, render.conversation(now, spoken, pick), panel

        def ask(
            question: Any, on: Any, now: list[Turn], pick: Chosen | None, spoken: str
        ) -> Iterator[tuple[Any, ...]]:
            yield from answered(chat.begin(now, question, on), now, pick, spoken)

        def answered(
            begun: list[Turn], now: list[Turn], pick: Chosen | None, spoken: str
        ) -> Iterator[tuple[Any, ...]]:
            yield "", begun, pick, render.conversation(begun, spoken, pick), gr.skip()
            done, shown_at = begun, time.monotonic()
            for done in chat.answering(engine, begun, role, spoken, record):
                if chat.is_waiting(done) and time.monotonic() - shown_at > SHOW_EVERY:
                    yield *(gr.skip(),) * 3, render.conversation(done, spoken, pick), gr.skip()
                    shown_at = time.monotonic()
            new = chat.first_citation(done) if len(done) and done != now else pick
            yield gr.skip(), *shown(done, new, spoken)

        def go_on(now: list[Turn], spoken: str, made: Link | None) -> tuple[Any, ...]:
            found = chat.suggest(related, now, role)
            return found, suggestions(found, spoken), tools(now, spoken, links=links, link=made)

        def ask_example(
            event: gr.EventData, on: Any, now: list[Turn], pick: Chosen | None, spoken: str
        ) -> Iterator[tuple[Any, ...]]:
            again = _field(event, "alone")
            if again is not None:
                yield from answered(chat.begin_alone(now, again), now, pick, spoken)
                return
            examples = texts(spoken).examples
            i = _field(event, "example")
            question = examples[i].question if i is not None and 0 <= i < len(examples) else ""
            yield from ask(question, on, now, pick, spoken)

        def ask_further(
            event: gr.EventData,
            on: Any,
            now: list[Turn],
            pick: Chosen | None,
            spoken: str,
            offered: tuple[str, ...],
        ) -> Iterator[tuple[Any, ...]]:
            i = _field(event, "related")
            question = offered[i] if i is not None and 0 <= i < len(offered) else ""
            yield from ask(question, on, now, pick, spoken)

        def act(event: gr.EventData, now: list[Turn], spoken: str, made: Link | None) -> Any:
            do, words = _field(event, "do"), tools_texts(spoken)
            same = (gr.skip(),) * 6
            if do == CLEAR:
                return None, "", *shown([], None, spoken), (), ""
            if do == WORD:
                file = download(*chat.word_file(engine.kb, now, spoken))
                return made, tools(now, spoken, links=links, link=made) + file, *same
            note = ""
            if do == DROP and made is not None:
                kept.drop(engine.kb.catalog, made)
                made, note = None, words.dropped
            elif do == LINK and links:
                if made is not None:
                    kept.drop(engine.kb.catalog, made)
                turns_kept = chat.kept_turns(now, date.today())
                made = kept.keep(engine.kb.catalog, turns_kept, time.time())
            return made, tools(now, spoken, links=links, link=made, note=note), *same

        def reopen(
            now: list[Turn], pick: Chosen | None, spoken: str, request: gr.Request
        ) -> tuple[Any, ...]:
            token = request.query_params.get("c")
            if not token or not links or now:
                return (gr.skip(),) * 5
            found = kept.find(engine.kb.catalog, str(token)[:100], time.time())
            done = chat.restore(engine, found, spoken)
            below = tools(done, spoken, links=links)
            return *shown(done, chat.first_citation(done), spoken), below

        def hear(
            event: gr.EventData, now: list[Turn], pick: Chosen | None, spoken: str,
            request: gr.Request,
        ) -> tuple[Any, ...]:  # fmt: skip
            behind_proxy = engine.kb.settings.behind_proxy
            caller = network_of(address_of(request.request.scope, behind_proxy))
            said = voice.read(event._data)
            done = voice.hear(engine.kb.catalog, limits, now, said, role, caller, time.time())
            return done, render.conversation(done, spoken, pick)

        def pick_citation(
            event: gr.EventData, now: list[Turn], pick: Chosen | None, spoken: str
        ) -> tuple[Any, ...]:
            new = chat.choose(now, _field(event, "turn"), _field(event, "n")) or pick
            return shown(now, new, spoken)

        def speak(
            spoken: str, now: list[Turn], pick: Chosen | None, made: Link | None = None
        ) -> tuple[Any, ...]:
            w = texts(spoken)
            return (
                spoken,
                render.header(spoken),
                sections("chat", spoken, role),
                gr.Button(w.switch),
                gr.Textbox(**_box(w)),
                gr.Button(w.send),
                gr.HTML(**_day(w)),
                _footer(w, kept_texts),
                *shown(now, pick, spoken)[2:],
                tools(now, spoken, links=links, link=made),
            )

        def turn_over(
            spoken: str, now: list[Turn], pick: Chosen | None, made: Link | None
        ) -> tuple[Any, ...]:
            return speak("zh" if spoken == "en" else "en", now, pick, made)

        def arrive(now: list[Turn], pick: Chosen | None, request: gr.Request) -> tuple[Any, ...]:
            return speak(language_of(request.cookies.get(LANGUAGE_COOKIE), lang), now, pick)

        view = [turns, chosen, thread, side]
        words = [tongue, head, parts, switch, box, send, day, foot, thread, side, doing]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = quiet | {"concurrency_limit": PARALLEL, "concurrency_id": "ask"}
        once = asking | {"trigger_mode": "once"}
        asked = [day, turns, chosen, tongue]
        for sent in (
            gr.on([box.submit, send.click], ask, [box, *asked], [box, *view], **once),
            thread.example_select(ask_example, asked, [box, *view], **once),
            more.example_select(ask_further, [*asked, further], [box, *view], **once),
        ):
            sent.then(
                go_on,
                [turns, tongue, link],
                [further, more, doing],
                concurrency_limit=1,
                concurrency_id="related",
                **quiet,
            )
        gr.on([thread.select, side.select], pick_citation, [turns, chosen, tongue], view, **quiet)
        thread.submit(hear, [turns, chosen, tongue], [turns, thread], **quiet)
        switch.click(turn_over, [tongue, turns, chosen, link], words, **quiet)
        acted = [link, doing, *view, further, more]
        doing.select(act, [turns, tongue, link], acted, **quiet)
        page.load(arrive, [turns, chosen], words, **quiet).then(
            reopen, [turns, chosen, tongue], [*view, doing], **asking
        )
    page.state_session_capacity = SESSIONS
    page.queue(default_concurrency_limit=PARALLEL, max_size=QUEUE, api_open=False)
    return page


def _html(value: str, elem_id: str, js_on_load: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=js_on_load, apply_default_css=False)


def _box(t: Texts) -> dict[str, Any]:
    return {"placeholder": t.placeholder, "label": t.question_label}


def _day(t: Texts) -> dict[str, str]:
    return {
        "label_text": t.day_label,
        "help_text": t.day_help,
        "clear_text": t.day_clear,
        "said_text": t.day_said,
        "empty_text": t.day_empty,
    }


def _footer(t: Texts, kept_texts: bool) -> str:
    return f"<p>{t.footer}{' ' + t.kept if kept_texts else ''}</p>"


def _field(event: gr.EventData, name: str) -> int | None:
    """What the browser sent with an event; None for anything else than a number."""
    data = event._data
    value = data.get(name) if isinstance(data, dict) else None
    return value if type(value) is int else None

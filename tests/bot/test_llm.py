"""A language model over HTTP: what comes through, what is said when nothing does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import llm
from bot.cli import app
from bot.llm import Message, complete, stream
from bot.llm_check import check
from bot.sentence_stream import Written, written
from kb.errors import LlmError, SettingsError
from kb.settings import Settings, load_settings
from tests.bot.llm_server import Request, Server, playing

KEY = "sk-canary-5a1e"
ASKED = [Message("system", "规则"), Message("user", "问题")]


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    llm.warm()
    with playing() as server:
        server.play = lambda r: r.say("好。")
        complete(settings(server, llm_wait_seconds=20, llm_seconds=30), ASKED)
        yield server


def settings(server: Server, **changes: Any) -> Settings:
    given = {
        "llm_base_url": server.url,
        "llm_model": "qwen",
        "llm_api_key": KEY,
        "llm_wait_seconds": 1,
        "llm_seconds": 5,
        "llm_retries": 0,
    }
    return load_settings(**(given | changes))


def cut_off(request: Request) -> None:
    request.head(**{"content-length": "9999"})
    request.piece("税率是")


def broken(request: Request) -> None:
    request.head()
    request.raw('data: {"choices": [{"delta": {"content": "税\n\n')


def drip(request: Request) -> None:
    request.head()
    for _ in range(200):
        request.raw(": ping\n\n")
        time.sleep(0.05)


def endless(request: Request) -> None:
    request.head()
    for _ in range(200):
        request.piece("好" * 500)


def moved(request: Request) -> None:
    request.head(307, location="http://127.0.0.1:1/v1/chat/completions")


def test_pieces_come_as_they_are_sent_with_temperature_nought(served: Server) -> None:
    served.play = lambda r: r.say("税率是15%[1]。", size=2)
    served.asked.clear()
    assert list(stream(settings(served), ASKED))[:2] == ["税率", "是1"]
    (body,) = served.asked
    assert (body["model"], body["temperature"], body["stream"]) == ("qwen", 0.0, True)
    assert body["messages"] == [
        {"role": "system", "content": "规则"},
        {"role": "user", "content": "问题"},
    ]
    assert served.keys[-1] == f"Bearer {KEY}"


def test_without_a_key_none_of_another_service_is_sent(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another")
    served.play = lambda r: r.say("好。")
    assert complete(settings(served, llm_api_key=""), ASKED) == "好。"
    assert served.keys[-1] == "Bearer none"


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (lambda r: r.refuse(401, f"wrong key {KEY}"), "密钥"),
        (lambda r: r.refuse(402), "余额"),
        (lambda r: r.refuse(403), "拒绝访问"),
        (lambda r: r.refuse(404), "qwen"),
        (lambda r: r.refuse(400), "KB_LLM_CONTEXT"),
        (lambda r: r.refuse(429), "额度"),
        (lambda r: r.refuse(500), "HTTP 500"),
        (moved, "没有跟随"),
        (cut_off, "中途断开"),
        (broken, "JSON"),
        (drip, "限定时间"),
        (lambda r: time.sleep(1.4), "限定时间"),
        (endless, "没有止境"),
        (lambda r: r.say(""), "没有返回任何文字"),
        (lambda r: r.whole("好。"), "没有返回任何文字"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_never_with_the_key(
    served: Server, play: Any, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    served.play = play
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG), pytest.raises(LlmError) as caught:
        complete(settings(served), ASKED)
    assert time.monotonic() - began < 4
    assert words in caught.value.zh
    assert KEY not in caplog.text + repr(caught.value) + caught.value.en
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://no-such-host.invalid/v1", "找不到主机"), ("http://127.0.0.1:1/v1", "连不上")],
)
def test_a_server_that_is_not_there(served: Server, url: str, words: str) -> None:
    with pytest.raises(LlmError, match=words):
        complete(settings(served, llm_base_url=url), ASKED)


def test_a_failure_before_the_first_word_is_tried_again(served: Server) -> None:
    told: list[int] = []

    def second_time(request: Request) -> None:
        told.append(1)
        request.refuse(500) if len(told) == 1 else request.say("好。")

    served.play = second_time
    assert complete(settings(served, llm_retries=1), ASKED) == "好。"


def test_who_goes_away_ends_the_request(served: Server) -> None:
    gone = threading.Event()

    def on_and_on(request: Request) -> None:
        request.head()
        try:
            for _ in range(400):
                request.piece("好")
                time.sleep(0.01)
        except OSError:
            gone.set()
            raise

    served.play = on_and_on
    reply = stream(settings(served), ASKED)
    assert next(reply) == "好"
    reply.close()
    assert gone.wait(3)


@pytest.mark.parametrize(
    "url", ["ftp://a/v1", "http://user:geheim@a/v1", "http://a/v1?key=geheim", "a/v1", "http://"]
)
def test_an_address_is_an_address_and_holds_no_secret(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(llm_base_url=url, llm_model="m")
    assert "geheim" not in str(caught.value)
    with pytest.raises(SettingsError, match="KB_LLM_MODEL"):
        load_settings(llm_base_url="http://127.0.0.1/v1")


def test_the_key_is_in_no_form_of_the_settings(served: Server) -> None:
    made = settings(served)
    assert KEY not in repr(made) + str(made) + made.model_dump_json()


def test_the_check_says_what_is_wrong(served: Server) -> None:
    served.play = lambda r: r.say("补贴比例为12%，每户不超过30万元[1]。")
    assert [f.good for f in check(settings(served))] == [True]
    served.play = lambda r: r.say("补贴不少。")
    assert [f.good for f in check(settings(served))] == [True, False, False]
    served.play = lambda r: r.say("补贴比例为12%，每户最多不超过30万元整[1]。", size=100)
    assert [f.good for f in check(settings(served))] == [True, False]

    def whole_only(request: Request) -> None:
        request.head(kind="application/json") if request.body.get("stream") else request.whole("好")

    served.play = whole_only
    with pytest.raises(LlmError, match="流式输出"):
        check(settings(served))
    with pytest.raises(LlmError, match="KB_LLM_BASE_URL"):
        check(load_settings())


def test_the_command_tells_the_same(served: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(app, ["llm", "check"])
    assert result.exit_code == 2
    assert "KB_LLM_BASE_URL" in result.output
    monkeypatch.setenv("KB_LLM_BASE_URL", served.url)
    monkeypatch.setenv("KB_LLM_MODEL", "qwen")
    monkeypatch.setenv("KB_LLM_API_KEY", KEY)
    served.play = lambda r: r.say("补贴比例为12%[1]。")
    result = CliRunner().invoke(app, ["llm", "check", "--lang", "en"])
    assert result.exit_code == 0
    assert "The model qwen answers" in result.output


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            "税率是15%[1]。到2030年底。[2][3]\n未完",
            [("税率是15%。", (1,)), ("到2030年底。", (2, 3))],
        ),
        ("<think>想[9]。</think>\n- **税率**是15%[1]。", [("税率是15%。", (1,))]),
        ("如下：\n1. 税率是15%【1，2】。", [("税率是15%。", (1, 2))]),
        (
            "The rate is 15% [1]. No. 23 applies.[2]",
            [("The rate is 15%.", (1,)), ("No. 23 applies.", (2,))],
        ),
        ("<think>没有说完[1]。", []),
        ("[1]。\n---\n", []),
    ],
)
def test_sentences_come_out_of_pieces_of_any_size(
    reply: str, said: list[tuple[str, tuple[int, ...]]], size: int
) -> None:
    pieces = [reply[i : i + size] for i in range(0, len(reply), size)]
    found = list(written(pieces))
    if size == 1000:
        assert found == [Written(*s) for s in said]
    assert [w.text for w in found] == [text for text, _ in said]  # a second mark may come too late


def test_a_light_command_imports_no_model() -> None:
    import subprocess
    import sys

    code = (
        "import bot.cli, bot.llm, sys; sys.exit('openai' in sys.modules or 'httpx' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
    )

"""``kb users`` as an admin meets it: real processes, a real terminal for the password."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import subprocess
import sys
import termios
import time
from pathlib import Path

from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.bot.test_cli import complaint, environment, kb, value

GOOD = "一句好记的话也可以当密码"


def given(data: Path, password: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``kb users …`` with a password on standard input."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "users", *words, "--password-stdin"],
        cwd=data.parent,
        env=environment(data),
        input=password + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def typed(data: Path, passwords: list[str], *words: str) -> tuple[int, str]:
    """Run ``kb users …`` on a terminal, typing each password when asked; status and screen."""
    main, terminal = pty.openpty()

    def own_terminal() -> None:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "users", *words],
        cwd=data.parent, env=environment(data), preexec_fn=own_terminal,
        stdin=terminal, stdout=terminal, stderr=terminal,
    )  # fmt: skip
    os.close(terminal)
    screen = b""
    waiting = list(passwords)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            screen += os.read(main, 1000)
        except OSError:  # the terminal closes when the process ends
            break
        if waiting and screen.endswith(b": "):
            time.sleep(0.05)
            os.write(main, waiting.pop(0).encode() + b"\n")
    os.close(main)
    return process.wait(30), screen.decode()


def test_the_life_of_a_user(empty_folder: Path) -> None:
    data = empty_folder
    assert "kb users add" in kb(data, "users", "list").stdout
    made = given(data, GOOD, "add", "Wang", "--role", "admin")
    assert made.returncode == 0, made.stderr
    assert "wang" in made.stdout
    assert "已经存在" in complaint(given(data, GOOD, "add", "wang", "--role", "cadre"))
    (found,) = value(kb(data, "users", "list", "--json"))
    assert (found["name"], found["role"], found["must_change"]) == ("wang", "admin", True)
    assert value(kb(data, "users", "disable", "wang", "--json")) == {"user": "wang"}
    assert "停用" in kb(data, "users", "list").stdout
    assert "Enabled wang" in kb(data, "users", "enable", "WANG", "--lang", "en").stdout
    assert given(data, "another good one", "passwd", "wang").returncode == 0
    assert kb(data, "users", "remove", "wang").returncode == 0
    assert "没有用户" in complaint(kb(data, "users", "remove", "wang"))
    record = kb(data, "users", "audit").stdout
    for what in ("新增用户", "停用用户", "启用用户", "重设密码", "删除用户"):
        assert what in record
    entries = value(kb(data, "users", "audit", "--limit", "2", "--json"))
    assert [e["what"] for e in entries] == ["user.remove", "user.passwd"]
    assert GOOD not in json.dumps(entries, ensure_ascii=False)


def test_on_a_terminal_the_password_is_asked_twice_and_not_shown(empty_folder: Path) -> None:
    code, screen = typed(empty_folder, [GOOD, GOOD], "add", "li", "--role", "cadre")
    assert code == 0, screen
    assert GOOD not in screen
    assert screen.count("密码") >= 1
    assert "再输一遍" in screen
    code, screen = typed(empty_folder, [GOOD, GOOD + "x"], "add", "zhao", "--role", "cadre")
    assert code == 2
    assert "不一样" in screen
    names = [u["name"] for u in value(kb(empty_folder, "users", "list", "--json"))]
    assert "li" in names
    assert "zhao" not in names


def test_without_a_terminal_nothing_is_asked(empty_folder: Path) -> None:
    done = kb(empty_folder, "users", "add", "sun", "--role", "admin")
    assert "--password-stdin" in complaint(done)


def test_what_is_refused(empty_folder: Path) -> None:
    assert "至少" in complaint(given(empty_folder, "short", "add", "sun", "--role", "admin"))
    assert "至少" in complaint(given(empty_folder, "", "add", "sun", "--role", "admin"))
    assert "用户名" in complaint(given(empty_folder, GOOD, "add", "s n", "--role", "admin"))
    assert given(empty_folder, GOOD, "add", "sun", "--role", "investor").returncode == 2
    assert given(empty_folder, GOOD, "add", "sun").returncode == 2


def test_while_a_server_owns_the_folder_it_is_said_what_to_do(empty_folder: Path) -> None:
    with KnowledgeBase(Settings(data=empty_folder)) as held:
        held.owner.announce("http://127.0.0.1:7860")
        told = complaint(kb(empty_folder, "users", "list"))
    assert "http://127.0.0.1:7860/admin" in told
    assert "先停止该进程" in told

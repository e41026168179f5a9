"""The command ``kb`` as a user meets it: real processes on real data folders."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
TAX = "投资延安的鼓励类产业企业所得税税率是多少，执行到哪一年？"
POWER = "延安市2026年对数据中心每度电补贴多少钱？"
SHORTCOMINGS = "延安招商短板自评里说的产业链条不完整，有什么建议？"
INTERNAL = "N01"
ANSWER = (
    "question", "status", "claims", "citations", "notes", "confidence", "nearest", "timings",
    "generated", "table",
)  # fmt: skip
COMMANDS = ("ask", "search", "ingest", "list", "show", "remove", "doctor", "eval", "serve")


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a user: no setting of the person who runs the tests."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("KB_", "COV_"))}
    return plain | {"KB_DATA": str(data), "PYTHONPATH": str(ROOT), "COLUMNS": "200"} | more


def kb(data: Path, *words: str | bytes, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``kb`` in a folder that holds nothing but the data."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        cwd=data.parent,
        env=environment(data, **more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def value(done: subprocess.CompletedProcess[str], code: int = 0) -> Any:
    """What a command printed as JSON."""
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line a command refused with."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def quotes(answer: dict[str, Any]) -> str:
    return "\n".join(c["quote"] for c in answer["citations"])


def check_quotes(data: Path, answer: dict[str, Any], role: str = "investor") -> None:
    """Every claim is cited, and every quote stands where it says in what ``kb show`` gives."""
    numbers = {c["n"] for c in answer["citations"]}
    for claim in answer["claims"]:
        assert claim["citations"]
        assert set(claim["citations"]) <= numbers
    shown = {
        i: value(kb(data, "show", i, "--json", "--as", role))["text"]
        for i in {c["document_id"] for c in answer["citations"]}
    }
    for c in answer["citations"]:
        assert shown[c["document_id"]][c["start"] : c["end"]] == c["quote"] != ""


# -- answers -----------------------------------------------------------------------------------


def test_the_tax_rate_is_answered_with_its_end_and_its_quotes(corpus_copy: Path) -> None:
    answer = value(kb(corpus_copy, "ask", TAX, "--json"))
    assert tuple(answer) == ANSWER
    assert answer["status"] == "answered"
    said = "".join(claim["text"] for claim in answer["claims"])
    assert "15%" in said
    assert "2030年12月31日" in said
    assert "15%" in quotes(answer)
    assert "2030年12月31日" in quotes(answer)
    check_quotes(corpus_copy, answer)


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("昆山之路精神是什么？", ["敢闯敢试、唯实唯干、奋斗奋进、创新创优"]),
        (
            "What is the corporate income tax rate for encouraged industries in the western "
            "regions?",
            ["15%"],
        ),
        ("投資延安的鼓勵類產業企業所得稅稅率是多少？", ["15%"]),
    ],
    ids=["spirit", "english", "traditional"],
)
def test_questions_are_answered_in_whatever_script(
    corpus_copy: Path, question: str, held: list[str]
) -> None:
    answer = value(kb(corpus_copy, "ask", question, "--json"))
    assert answer["status"] == "answered"
    assert answer["question"] == question
    for words in held:
        assert words in "".join(claim["text"] for claim in answer["claims"])
        assert words in quotes(answer)


def test_what_the_base_does_not_hold_is_refused_with_the_nearest_documents(
    corpus_copy: Path,
) -> None:
    answer = value(kb(corpus_copy, "ask", POWER, "--json"))
    assert answer["status"] == "refused"
    assert answer["claims"] == answer["citations"] == []
    assert answer["nearest"]
    assert all(near["document_id"] and near["title"] for near in answer["nearest"])
    plain = kb(corpus_copy, "ask", POWER)
    assert plain.returncode == 0
    assert "没有收录" in plain.stdout
    assert answer["nearest"][0]["title"] in plain.stdout
    english = kb(corpus_copy, "ask", POWER, "--lang", "en")
    assert "does not cover" in english.stdout
    assert "Nearest documents" in english.stdout


def test_a_plain_answer_shows_sentences_sources_and_validity(corpus_copy: Path) -> None:
    plain = kb(corpus_copy, "ask", TAX, "--explain").stdout
    assert "15%" in plain
    assert "[1]" in plain
    assert "财政部公告2020年第23号" in plain
    assert "现行有效" in plain
    assert "dense" in plain
    assert "sentence_dense" in plain
    english = kb(corpus_copy, "ask", TAX, "--lang", "en").stdout
    assert "in force" in english
    assert "confidence" in english


def test_a_past_day_is_answered_by_its_own_rules(corpus_copy: Path) -> None:
    asked = "西部大开发企业所得税优惠要求主营业务收入占企业收入总额的比例是多少？"
    answer = value(kb(corpus_copy, "ask", asked, "--json", "--on", "2019-06-01"))
    assert {c["document_id"] for c in answer["citations"]} == {"T01-2011"}
    assert "70%以上" in quotes(answer)
    today = value(kb(corpus_copy, "ask", asked, "--json", "--on", "2026-11-23"))
    assert "60%" in quotes(today)
    assert "T01-2011" not in {c["document_id"] for c in today["citations"]}
    listed = value(kb(corpus_copy, "list", "--json", "--on", "2031-01-01"))
    assert {d["document_id"]: d["validity"] for d in listed}["T01"] == "expired"
    wrong = kb(corpus_copy, "ask", asked, "--on", "yesterday")
    assert wrong.returncode == 2
    assert "--on" in wrong.stderr


def test_asking_imports_nothing_heavy(corpus_copy: Path) -> None:
    program = f"""
import sys
from typer.testing import CliRunner
from bot.cli import app
result = CliRunner().invoke(app, ["ask", {TAX!r}, "--json"])
assert result.exit_code == 0, result.output
heavy = ("torch", "gradio", "sentence_transformers", "llama_index", "transformers", "fastapi")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(corpus_copy),
        cwd=corpus_copy.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr


# -- who may see what --------------------------------------------------------------------------


def test_a_cadre_sees_internal_documents_and_an_investor_does_not(corpus_copy: Path) -> None:
    for command in (("list",), ("search", "招商短板自评 内部")):
        words = (*command, "--json")
        assert INTERNAL not in kb(corpus_copy, *words).stdout
        assert f'"{INTERNAL}"' in kb(corpus_copy, *words, "--as", "cadre").stdout
    assert f'"{INTERNAL}"' not in kb(corpus_copy, "ask", SHORTCOMINGS, "--json").stdout
    hidden = complaint(kb(corpus_copy, "show", INTERNAL))
    unknown = complaint(kb(corpus_copy, "show", "N99"))
    assert hidden.replace(INTERNAL, "N99") == unknown
    shown = value(kb(corpus_copy, "show", INTERNAL, "--json", "--as", "cadre"))
    assert shown["header"]["audience"] == "internal"
    answer = value(kb(corpus_copy, "ask", SHORTCOMINGS, "--json", "--as", "cadre"))
    assert INTERNAL in {c["document_id"] for c in answer["citations"]}
    check_quotes(corpus_copy, answer, "cadre")
    assert kb(corpus_copy, "list", "--as", "mayor").returncode == 2


# -- looking up --------------------------------------------------------------------------------


def test_list_show_and_search_print_json(corpus_copy: Path) -> None:
    listed = {d["document_id"]: d for d in value(kb(corpus_copy, "list", "--json"))}
    assert listed["T01"]["doc_number"] == "财政部公告2020年第23号"
    assert listed["T01"]["expires"] == "2030-12-31"
    assert listed["T01-2011"]["validity"] == "superseded"
    shown = value(kb(corpus_copy, "show", "T01", "--json"))
    assert len(shown["passages"]) == listed["T01"]["passages"]
    for p in shown["passages"]:
        assert shown["text"][p["start"] : p["end"]] == p["text"]
    words = ("研发费用加计扣除", "--json", "--limit", "3", "--kind", "policy")
    hits = value(kb(corpus_copy, "search", *words))
    assert hits[0]["document_id"] == "T09"
    assert len(hits) <= 3
    assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)
    lessons = value(kb(corpus_copy, "search", "招商", "--json", "--kind", "experience"))
    assert {h["document_id"][0] for h in lessons} == {"E"}
    old = ("search", "西部大开发企业所得税旧规定", "--json", "--limit", "20")
    assert "T01-2011" not in {h["document_id"] for h in value(kb(corpus_copy, *old))}
    assert "T01-2011" in {h["document_id"] for h in value(kb(corpus_copy, *old, "--all"))}


def test_list_and_show_for_readers(corpus_copy: Path) -> None:
    table = kb(corpus_copy, "list", "--lang", "en").stdout
    assert "validity" in table
    assert "in force" in table
    shown = kb(corpus_copy, "show", "T01").stdout
    assert "财政部公告2020年第23号" in shown
    assert "15%" in shown
    assert "《" in kb(corpus_copy, "search", "研发费用").stdout


def test_doctor_finds_the_corpus_sound(corpus_copy: Path) -> None:
    findings = value(kb(corpus_copy, "doctor", "--json"))
    assert findings[-1]["code"] == "stores_agree"
    assert {f["severity"] for f in findings} <= {"info", "ok"}


# -- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "told"),
    [("", "请输入一个问题"), ("  ？？ ", "请输入一个问题"), ("\x07\x1b\x08", "请输入一个问题"),
     ("税" * 5000, "5000")],
    ids=["empty", "marks", "control", "long"],
)  # fmt: skip
def test_questions_that_cannot_be_asked(corpus_copy: Path, question: str, told: str) -> None:
    assert told in complaint(kb(corpus_copy, "ask", question))


def test_refusals_speak_english_and_json_when_asked(corpus_copy: Path) -> None:
    assert "Please enter a question" in complaint(kb(corpus_copy, "ask", "", "--lang", "en"))
    error = value(kb(corpus_copy, "ask", "", "--json"), 2)["error"]
    assert error["zh"].startswith("请输入一个问题")
    assert error["en"].startswith("Please enter a question")


def test_control_characters_and_broken_utf8_do_no_harm(corpus_copy: Path) -> None:
    answer = value(kb(corpus_copy, "ask", "研发费用\x1b[31m加计扣除\x07比例是多少？", "--json"))
    assert answer["status"] == "answered"
    assert "\x1b" not in answer["question"]
    broken = "研发费用加计扣除比例是多少？".encode() + b"\xff"
    for locale in ("C", "C.UTF-8"):
        answer = value(kb(corpus_copy, "ask", broken, "--json", LC_ALL=locale))
        assert answer["status"] == "answered"
    assert kb(corpus_copy, "search", broken, LC_ALL="C.UTF-8").returncode == 0


def test_wrong_settings_name_the_key(empty_folder: Path) -> None:
    told = complaint(kb(empty_folder, "list", KB_REFUSE_BELLOW="0.5"))
    assert "refuse_bellow" in told
    assert "refuse_below" in told
    assert "port" in complaint(kb(empty_folder, "list", KB_PORT="70000"))


def test_an_empty_base_says_how_to_fill_it(empty_folder: Path) -> None:
    assert "kb ingest corpus" in complaint(kb(empty_folder, "ask", TAX))
    assert "kb ingest corpus" in complaint(kb(empty_folder, "search", TAX))
    assert value(kb(empty_folder, "list", "--json")) == []


def test_help_of_everything(empty_folder: Path) -> None:
    assert all(name in kb(empty_folder, "--help").stdout for name in COMMANDS)
    for name in COMMANDS:
        done = kb(empty_folder, name, "--help")
        assert done.returncode == 0
        assert "·" in done.stdout
    assert kb(empty_folder, "asks").returncode == 2


# -- changing ----------------------------------------------------------------------------------


def test_taking_in_refusing_and_removing(empty_folder: Path) -> None:
    folder = empty_folder.parent / "files"
    folder.mkdir()
    (folder / "T09.md").write_bytes(next(CORPUS.glob("policy/T09*")).read_bytes())
    (folder / "empty.md").write_bytes(b"")
    told = {
        Path(o["path"]).name: o for o in value(kb(empty_folder, "ingest", "files", "--json"), 1)
    }
    assert told["T09.md"]["result"] == "added"
    assert told["T09.md"]["passages"] > 0
    assert told["empty.md"]["result"] == "quarantined"
    assert told["empty.md"]["zh"]
    assert told["empty.md"]["en"]
    again = kb(empty_folder, "ingest", "files", "--lang", "en")
    assert again.returncode == 1
    assert "unchanged 1" in again.stdout
    assert "set aside 1" in again.stdout
    assert "empty.md" in again.stdout
    assert "kb list --quarantined" in again.stdout
    (folder / "empty.md").unlink()
    assert kb(empty_folder, "ingest", "files").returncode == 0
    assert "nowhere" in complaint(kb(empty_folder, "ingest", "nowhere"))
    assert "kb list" in complaint(kb(empty_folder, "remove", "T99"))
    assert value(kb(empty_folder, "remove", "T09", "--json")) == {
        "removed": ["T09"],
        "erased": True,
    }
    assert value(kb(empty_folder, "list", "--json")) == []
    assert kb(empty_folder, "ingest", "files").returncode == 0
    assert kb(empty_folder, "remove", "T09", "--lang", "en").stdout == "removed T09\n"
    assert value(kb(empty_folder, "doctor", "--json"))[-1]["code"] == "stores_agree"


def test_setting_aside_accepting_and_dropping(empty_folder: Path) -> None:
    folder = empty_folder.parent / "doubtful"
    folder.mkdir()
    (folder / "bad.txt").write_text("第一条 招商\ufffd\ufffd\ufffd引资。\n", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(200)))
    told = kb(empty_folder, "ingest", "doubtful")
    assert told.returncode == 1
    assert "待处理 2" in told.stdout
    listed = ("list", "--quarantined")
    assert "--as admin" in complaint(kb(empty_folder, *listed))
    assert "for admins" in complaint(kb(empty_folder, *listed, "--as", "cadre", "--lang", "en"))
    entries = value(kb(empty_folder, *listed, "--as", "admin", "--json"))
    ids = {e["source_name"]: e["quarantine_id"] for e in entries}
    acceptable = {e["source_name"]: e["can_accept"] for e in entries}
    assert (acceptable["bad.txt"], acceptable["broken.pdf"]) == (True, False)
    assert f"kb ingest --accept {ids['bad.txt']}" in told.stdout
    shown = kb(empty_folder, *listed, "--as", "admin").stdout
    assert all(i in shown for i in ids.values())
    assert "乱码" in shown
    assert "不能照收" in complaint(kb(empty_folder, "ingest", "--accept", ids["broken.pdf"]))
    assert "Q-0" in complaint(kb(empty_folder, "ingest", "--accept", "Q-0"))
    taken = value(kb(empty_folder, "ingest", "--accept", ids["bad.txt"], "--json"))
    assert [o["result"] for o in taken] == ["added"]
    assert [n["code"] for n in taken[0]["notes"]] == ["garbled", "accepted"]
    others = [i for name, i in ids.items() if name != "bad.txt"]
    assert kb(empty_folder, "remove", "bad", *others).returncode == 0
    assert "没有待处理" in kb(empty_folder, *listed, "--as", "admin").stdout
    assert "没有说明导入什么" in complaint(kb(empty_folder, "ingest"))
    assert value(kb(empty_folder, "doctor", "--json"))[-1]["code"] == "stores_agree"


# -- one owner, and the way round it -----------------------------------------------------------

HOLD = """
import sys, pathlib, time
from kb.owner import Owner
owner = Owner(pathlib.Path(sys.argv[1]))
print("held", flush=True)
time.sleep(120)
"""


def test_a_folder_in_use_names_its_owner(empty_folder: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(empty_folder)],
        env=environment(empty_folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        for command in (("ask", TAX), ("doctor",), ("ingest", str(CORPUS))):
            assert f"进程 {holder.pid} " in complaint(kb(empty_folder, *command))
        english = complaint(kb(empty_folder, "list", "--lang", "en"))
        assert f"process {holder.pid}" in english
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()


@pytest.fixture(scope="module")
def served(
    corpus_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str, int]]:
    """A running ``kb serve``: its data folder, address and process."""
    from tests.bot.conftest import copy_data

    data = copy_data(corpus_folder, tmp_path_factory.mktemp("served") / "data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(data.parent / "log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve", "--port", str(port)],
            cwd=data.parent,
            env=environment(data),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 90
            while url not in (told := (data.parent / "log").read_text(encoding="utf-8")):
                assert process.poll() is None, told
                assert time.monotonic() < until, told
                time.sleep(0.2)
            yield data, url, process.pid
        finally:
            process.terminate()
            process.wait(30)
    assert "Traceback" not in (data.parent / "log").read_text(encoding="utf-8")


def test_a_running_server_answers_for_the_command(served: tuple[Path, str, int]) -> None:
    data, url, pid = served
    busy = complaint(kb(data, "ask", TAX))
    assert f"--server {url}" in busy
    assert str(pid) in busy
    answer = value(kb(data, "ask", TAX, "--json", "--server", url))
    assert tuple(answer) == (*ANSWER, "resolved")
    assert "2030年12月31日" in quotes(answer)
    plain = kb(data, "ask", TAX, "--server", f"{url}/").stdout
    assert "15%" in plain
    assert "[1]" in plain
    assert "请输入一个问题" in complaint(kb(data, "ask", "", "--server", url))
    past = value(kb(data, "ask", TAX, "--json", "--server", url, "--on", "2019-06-01"))
    assert "T01" not in {c["document_id"] for c in past["citations"]}


def test_a_second_server_says_what_is_in_its_way(
    served: tuple[Path, str, int], empty_folder: Path
) -> None:
    data, url, pid = served
    port = url.rpartition(":")[2]
    assert f"端口 {port}" in complaint(kb(empty_folder, "serve", "--port", port))
    same = complaint(kb(data, "serve", "--port", _free_port()))
    assert str(pid) in same
    assert url in same


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "http://[", "ftp://127.0.0.1"])
def test_a_server_that_is_not_there(empty_folder: Path, url: str) -> None:
    assert "kb serve" in complaint(kb(empty_folder, "ask", TAX, "--server", url))

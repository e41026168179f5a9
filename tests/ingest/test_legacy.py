"""Old Word files, converted by LibreOffice apart and within bounds."""

from __future__ import annotations

import io
import os
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import olefile
import pytest

from ingest.containers import ole_kind
from ingest.formats import Format
from ingest.limits import Limits
from ingest.parse import parse_bytes
from ingest.readers import legacy
from kb.errors import ReadError
from tests.ingest.making import shown
from tests.ingest.test_docx import ARTICLES, numbered, p, package

needs_soffice = pytest.mark.skipif(
    legacy.find_soffice() is None, reason="LibreOffice is not installed"
)


@pytest.fixture(scope="module")
def old_word(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A .doc with automatic numbers and a table with a merged cell."""
    folder = tmp_path_factory.mktemp("old")
    made = docx.Document(
        io.BytesIO(
            package(
                p("延安市招商引资办法")
                + numbered("总则", 0)
                + numbered("为了规范招商引资工作，制定本办法。", 1)
                + numbered("本市行政区域内的招商引资活动，适用本办法。", 1)
                + '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
                '<w:pgMar w:left="1800" w:right="1800" w:top="1440" w:bottom="1440"/></w:sectPr>',
                {"numbering": ARTICLES},
                main_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document"
                ".main+xml",
            )
        )
    )
    table = made.add_table(rows=3, cols=3)
    texts = ("产业链", "补助内容", "补助标准", "光伏", "设备", "10%", "", "用地", "5%")
    for cell, text in zip(table._cells, texts, strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    made.add_paragraph("本表自印发之日起执行。")
    made.save(str(folder / "new.docx"))
    program = legacy.find_soffice()
    assert program is not None
    subprocess.run(
        [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--convert-to", "doc:MS Word 97", "--outdir", str(folder), str(folder / "new.docx"),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "new.doc").read_bytes()


@needs_soffice
def test_an_old_word_file_is_read_with_its_numbers_and_tables(old_word: bytes) -> None:
    assert ole_kind(old_word) is Format.DOC
    document = parse_bytes(old_word, "办法.doc")
    texts = [text for _, text in shown(document)]
    assert "第二条 本市行政区域内的招商引资活动，适用本办法。" in texts
    assert "产业链：光伏；补助内容：用地；补助标准：5%。" in texts
    assert "converted" in {note.code for note in document.notes}


@needs_soffice
def test_a_file_behind_a_password_is_refused(old_word: bytes, tmp_path: Path) -> None:
    path = tmp_path / "locked.doc"
    path.write_bytes(old_word)
    with olefile.OleFileIO(str(path), write_mode=True) as ole:
        head = bytearray(ole.openstream("WordDocument").read())
        head[11] |= 1
        ole.write_stream("WordDocument", bytes(head))
    with pytest.raises(ReadError, match="密码"):
        legacy.read_doc(path.read_bytes())


@needs_soffice
def test_nothing_is_left_behind_and_garbage_is_refused(
    old_word: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    broken = old_word[:1536] + os.urandom(len(old_word) - 1536)
    with pytest.raises(ReadError):
        legacy.read_doc(broken)
    legacy.read_doc(old_word)
    assert list(tmp_path.iterdir()) == []


def test_without_libreoffice_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(legacy, "_PLACES", ())
    with pytest.raises(ReadError, match="安装") as caught:
        legacy.read_doc(b"")
    assert ".docx" in caught.value.en


def test_a_conversion_that_hangs_is_ended_with_all_its_children(tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    mark = tmp_path / "child"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {mark}\nwait\n")
    program.chmod(0o755)
    beats: list[int] = []
    begun = time.monotonic()
    with pytest.raises(ReadError, match="1 秒"):
        legacy.convert(
            str(program), b"x", Limits(on_page=lambda done, total: beats.append(done)), seconds=1
        )
    assert time.monotonic() - begun < 20
    assert beats
    deadline = time.monotonic() + 10
    while Path(f"/proc/{mark.read_text().strip()}").exists():
        status = Path(f"/proc/{mark.read_text().strip()}/stat").read_text()
        if status.rpartition(")")[2].split()[0] == "Z" or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert time.monotonic() < deadline


def test_a_program_that_makes_nothing_is_told(tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    with pytest.raises(ReadError, match="打不开"):
        legacy.convert(str(program), b"x", Limits())


ARTICLE = "第一条 为了规范招商引资工作，制定本办法。"


def _rtf() -> bytes:
    words = "".join(
        f"\\u{ord(char) - 65536 if ord(char) > 32767 else ord(char)}?" for char in ARTICLE
    )
    return f"{{\\rtf1\\ansi\\ansicpg936\\uc1 {words}\\par}}".encode("ascii")


def _odt() -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.text"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{space}:manifest:1.0"><m:file-entry m:full-path="/" '
            f'm:media-type="{kind}"/><m:file-entry m:full-path="content.xml" '
            'm:media-type="text/xml"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{space}:office:1.0" xmlns:t="{space}:text:1.0" '
            f'o:version="1.2"><o:body><o:text><t:p>{ARTICLE}</t:p></o:text></o:body>'
            "</o:document-content>",
        )
    return buffer.getvalue()


@needs_soffice
@pytest.mark.parametrize("made", [_rtf, _odt])
def test_what_the_converter_takes_besides(made: Callable[[], bytes]) -> None:
    document = parse_bytes(made(), "办法.doc")
    assert document.text == ARTICLE
    assert [note.code for note in document.notes] == ["converted"]

"""Old Word (.doc, .wps), RTF and ODT → draft: LibreOffice converts, the Word reader reads.

The conversion runs apart: a profile and a folder of its own that are thrown away, macros and link
updates off, no network, bounded in time and memory, and killed with all its children.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from ingest.containers import OLE_MAGIC, damaged, encrypted
from ingest.draft import Draft
from ingest.limits import LIMITS, Limits
from ingest.readers.docx import read_docx
from kb.errors import ReadError
from kb.models import Note

SECONDS = 180
"""Longest time one conversion may take; a 400-page document takes under 20 s."""
_MEMORY = 4 << 30  # bytes of address space
_BEAT = 0.2  # seconds
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/snap/bin/libreoffice",
)
_ENCRYPTED = 0x0100  # flag of the file information block, [MS-DOC] 2.5.2
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""


def read_doc(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of an old Word document, of an RTF or an OpenDocument text.

    Raises:
        ReadError: LibreOffice is not installed, the file needs a password or is damaged, or its
            conversion takes too long.
    """
    program = find_soffice()
    if program is None:
        raise ReadError(
            "读取 .doc、.wps、.rtf、.odt 需要 LibreOffice，本机没有安装；请安装 "
            "LibreOffice Writer，或用 Word、WPS 另存为 .docx 或 PDF 后再上传。",
            "Reading .doc, .wps, .rtf and .odt takes LibreOffice, which is not installed; "
            "install LibreOffice Writer, or save the file as .docx or PDF and upload that.",
        )
    if _is_encrypted(data):
        raise encrypted()
    draft = read_docx(convert(program, data, limits), limits)
    note = Note(
        "converted",
        "文件由 LibreOffice 转换后读取；如编号或表格有出入，请另存为 .docx 再上传。",
        "The file was converted by LibreOffice; if numbers or tables differ, save it as "
        ".docx and upload that.",
    )
    return replace(draft, notes=(*draft.notes, note))


def find_soffice() -> str | None:
    """LibreOffice's program: on the PATH, or where it is usually installed."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    for place in _PLACES:
        for path in sorted(Path("/").glob(place.lstrip("/")), reverse=True):
            if os.access(path, os.X_OK):
                return str(path)
    return None


def _is_encrypted(data: bytes) -> bool:
    import olefile

    if not data.startswith(OLE_MAGIC):
        return False
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists("WordDocument"):
                return False
            head = ole.openstream("WordDocument").read(12)
    except (OSError, ValueError, IndexError, TypeError, MemoryError) as error:
        raise damaged() from error
    return bool(int.from_bytes(head[10:12], "little") & _ENCRYPTED)


def convert(program: str, data: bytes, limits: Limits, seconds: float = SECONDS) -> bytes:
    """The document as .docx, converted by LibreOffice. Raises ReadError."""
    with tempfile.TemporaryDirectory(prefix="kb-convert-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / "source.doc"
        source.write_bytes(data)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        _run(_command(program, folder, source, seconds), folder, limits, seconds)
        made = folder / "out" / "source.docx"
        if not made.is_file():
            raise ReadError(
                "LibreOffice 打不开这个文件，可能已损坏或设有密码；"
                "请用 Word 或 WPS 另存为 .docx 或 PDF 后再上传。",
                "LibreOffice cannot open this file, which may be damaged or need a password; save "
                "it as .docx or PDF in Word or WPS and upload that.",
            )
        limits.check_size(made.stat().st_size)
        return made.read_bytes()


def _command(program: str, folder: Path, source: Path, seconds: float) -> list[str]:
    """The command line.

    ``timeout`` ends it even if this process is killed meanwhile; ``unshare`` takes the network
    away where the system lets an ordinary user do so.
    """
    command = ["timeout", "--signal=KILL", f"{seconds + 5:.0f}"] if shutil.which("timeout") else []
    if shutil.which("prlimit"):
        command += ["prlimit", f"--as={_MEMORY}"]
    if _may_unshare():
        command += ["unshare", "--map-root-user", "--net"]
    return [
        *command,
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--nolockcheck",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]


@cache
def _may_unshare() -> bool:
    try:
        done = subprocess.run(
            ["unshare", "--map-root-user", "--net", "true"],  # noqa: S607
            capture_output=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _run(command: list[str], folder: Path, limits: Limits, seconds: float) -> None:
    """Run to the end, with a sign of life now and then. Raises ReadError when it takes too long."""
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    process = subprocess.Popen(  # noqa: S603 - no shell, and only names made here
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + seconds
    try:
        while process.poll() is None:
            if time.monotonic() > until:
                raise ReadError(
                    f"LibreOffice 用了 {seconds:.0f} 秒还没有转换完这个文件，已中止；"
                    "请用 Word 或 WPS 另存为 .docx 或 PDF 后再上传。",
                    f"LibreOffice had not converted this file after {seconds:.0f} seconds and was "
                    "stopped; save it as .docx or PDF and upload that.",
                )
            limits.on_page(0, 1)
            time.sleep(_BEAT)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

"""Uploads for tests: entered as the page enters them, and read."""

from __future__ import annotations

import hashlib
import secrets
import time
from pathlib import Path
from typing import Any

from bot.previews import Previews
from kb import uploads
from kb.knowledge_base import KnowledgeBase
from kb.uploads import Stage, Upload

NOTICE = """延安市苹果产业扶持办法
延政发〔2025〕3号
第一条 每亩补贴一百元。
第二条 自2025年3月1日起施行。
"""


def upload(
    base: KnowledgeBase,
    folder: Path,
    name: str = "苹果.txt",
    text: str | bytes = NOTICE,
    **more: Any,
) -> Upload:
    """Enter a file of an admin."""
    data = text.encode() if isinstance(text, str) else text
    file = folder / secrets.token_hex(4)
    file.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    made = Upload(secrets.token_hex(8), name, digest, len(data), "li", **more)
    uploads.enter(base.catalog, base.folder, made, file)
    return made


def read_all(base: KnowledgeBase, previews: Previews, seconds: float = 60) -> list[Upload]:
    """All uploads, once none waits to be read."""
    previews.wake()
    deadline = time.monotonic() + seconds
    while any(u.stage is Stage.WAITING for u in uploads.every(base.catalog)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return uploads.every(base.catalog)

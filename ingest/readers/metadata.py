"""The title a file's own metadata gives, where it is one."""

from __future__ import annotations

import re

from ingest.source_text import clean

_NO_TITLE = re.compile(
    r"(?i)\s*(?:untitled|无标题|microsoft\s|(?:powerpoint|word)\s|(?:演示文稿|文档)\s?\d*\s*\Z"
    r"|.*(?:式样|样式|模板|模版)\W*\Z"
    r"|.*\.(?:docx?|wps|pdf|xlsx?|pptx?|indd|tex)\s*\Z|\(?anonymous\)?|[\W\d_]*\Z)"
)
_LONGEST = 200


def metadata_title(raw: str) -> str:
    """The title, or nothing where a program left its own words, a file name, or garbage."""
    title = " ".join(clean(raw).split())
    if _NO_TITLE.match(title) or len(title) > _LONGEST or "\ufffd" in title:
        return ""
    return title

"""A page saved as one file (``.mht``, ``.mhtml``) → its HTML; pictures in it are not read."""

from __future__ import annotations

import re

from kb.errors import ReadError

_SAVED = re.compile(rb"^Content-Type:\s{0,8}multipart/related", re.I | re.M)
_MOST_PARTS = 5_000


def is_saved_page(data: bytes) -> bool:
    """Whether it is a page with its pictures in one file, by the head of a MIME message."""
    head = data[:8192]
    return not head.lstrip().startswith(b"<") and _SAVED.search(head) is not None


def page_of(data: bytes) -> tuple[bytes, str]:
    """The page itself: its bytes, and the encoding the file names (or an empty string).

    Raises:
        ReadError: it is damaged or holds no page.
    """
    from email import message_from_bytes
    from email.errors import MessageError

    try:
        message = message_from_bytes(data)
        for number, part in enumerate(message.walk()):
            if number >= _MOST_PARTS:
                break
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes) and payload.strip():
                    return payload, part.get_content_charset() or ""
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError) as error:
        raise _damaged() from error
    raise _damaged()


def _damaged() -> ReadError:
    return ReadError(
        "保存的网页（MHT）已损坏，里面没有网页；请重新保存，或在浏览器里打印为 PDF 后再上传。",
        "The saved page (MHT) is damaged and holds no page; save it again, or print it to PDF and "
        "upload that.",
    )

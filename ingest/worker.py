"""A reading process: ``python -m ingest.worker PARENT MEMORY``, started by ``ingest.child``.

Reads one file after another from standard input (see ``ingest.wire``) and answers on standard
output. Dies with its parent, writes no core, and gets no more memory than it is told.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from dataclasses import replace
from typing import BinaryIO

from ingest import wire
from ingest.ocr import Recogniser
from ingest.parent import die_with

_BETWEEN_SIGNS = 0.2  # seconds; a reader may call on_page thousands of times a second


def main() -> None:
    """Serve the parent until it closes the pipe."""
    parent, memory = int(sys.argv[1]), int(sys.argv[2])
    die_with(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    os.umask(0o077)
    # Libraries, and programs they start, must neither eat requests nor write among answers.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    serve(requests, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every request until there are no more."""
    with Recogniser() as ocr:
        while line := requests.readline():
            answers.write(_answer(line, requests, answers, ocr))
            answers.flush()


def _answer(line: bytes, requests: BinaryIO, answers: BinaryIO, ocr: Recogniser) -> bytes:
    last = 0.0

    def on_page(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _BETWEEN_SIGNS:
            last = now
            answers.write(wire.page_line(done, total))
            answers.flush()

    job = wire.job_of(line, requests.read, on_page)
    try:
        document = wire.parse_job(replace(job, limits=replace(job.limits, ocr=ocr)))
        return wire.document_line(document)
    except Exception as error:  # noqa: BLE001  (whatever a library raises is the parent's to tell)
        return wire.error_line(error)


if __name__ == "__main__":
    main()

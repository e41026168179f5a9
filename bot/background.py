"""What all threads in the background of the server share: they yield to the questions."""

from __future__ import annotations

import contextlib
import os
import threading

NICENESS = 5
"""How much more than the server a worker yields to others, as in ``nice``. Not more: a thread
that is kept from running may hold Python's lock."""


def lower_priority() -> None:
    """Let this thread, and the threads and processes it makes, yield to the others."""
    # Linux: of this thread alone
    with contextlib.suppress(OSError):
        me = threading.get_native_id()
        own = os.getpriority(os.PRIO_PROCESS, me)
        os.setpriority(os.PRIO_PROCESS, me, own + NICENESS)

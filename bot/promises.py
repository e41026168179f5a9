"""What nobody may promise or praise in a document's name: it must say so itself. Pure."""

from __future__ import annotations

import re

_PROMISES = re.compile(
    r"一定(?=能|可|会|要|享|获|通过|得)|必定|必然|肯定|保证|确保|绝对|无条件|包过"
    r"|最[好优佳强棒](?!惠国)|最(?:低|高|多|少|大|小|快|便宜|优惠|有利)的|更(?:优惠|好|有利|划算|便宜|低|高|快)"
    r"|优于|胜过|首选|独一无二|领先|欢迎"
)


def promise_fails(said: str, context: str) -> str | None:
    """A promise, a praise or a comparison of a normalised sentence that its evidence has not."""
    return next((m.group() for m in _PROMISES.finditer(said) if m.group() not in context), None)

"""Passwords: which are accepted, how they are kept (argon2id) and checked.

Length decides, not composition (NIST SP 800-63B §3.1.1.2): what has ten characters and is none of
the passwords everybody tries first is accepted.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kb.errors import AccountError
from kb.text import sendable

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
"""Characters a password must have."""
LONGEST = 200
"""More are refused: nobody types them, and hashing them costs time."""

COMMON = frozenset(
    """
    0123456789 1234567890 12345678910 123456789a 1234567891 0987654321 9876543210 1020304050
    123123123123 1234512345 123456123456 1122334455 112233445566 147258369a 1qaz2wsx3edc
    1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 qwertyuiop qwertyuiop123 qwerty1234 qwerty12345
    qwerty123456 asdfghjkl123 asdfghjkl; zxcvbnm123 qwer123456 asdf123456 zxcvbnm,./ 1qazxsw23edc
    password12 password123 password1234 password12345 passw0rd12 passw0rd123 p@ssw0rd12 p@ssw0rd123
    p@ssword123 password!1 passwordpassword administrator admin12345 admin123456 administrator1
    adminadmin admin@12345 admin@123456 root123456 rootroot12 changeme12 changeme123 letmein123
    welcome123 welcome1234 iloveyou123 iloveyou1314 superman123 football123 baseball123 sunshine123
    princess123 abc1234567 abc123456789 abcd123456 abcdefghij abcdefg123 a123456789 a1234567890
    aa12345678 aa123456789 aaa123456789 qq12345678 qq123456789 qq1234567890 woaini1314 woaini1314520
    woaini520520 woaini123456 5201314520 5201314woaini 1314520520 wang123456 zhang123456 li123456789
    test123456 testtest123 user123456 guest12345 default123 temp123456 huawei@123 huawei12#$
    yanan12345 yanan123456 yanan@2026 yanan20262026 shaanxi123 zhaoshang123 zhaoshang1 zhaoshangju
    """.split()
)
"""Those of ten characters and more that everybody tries first, in lower case."""

# Argon2id of a random password nobody has, made with the parameters of ``_hasher``: checking a name
# that does not exist takes as long as checking one that does.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$kUZYi102URlZHO6L0xDlrw"
    "$p21FoocfAEgrpEd0E6NsGrWtIeqgAlTeNOhboWB00uQ"
)


def accept(password: str, name: str) -> None:
    """Raise AccountError, with the reason, for a password that must not be used for a name."""
    if len(password) < SHORTEST:
        raise AccountError(
            f"密码至少要 {SHORTEST} 个字符。可以用一句好记的话。",
            f"A password needs at least {SHORTEST} characters. A sentence you remember will do.",
        )
    if len(password) > LONGEST:
        raise AccountError(
            f"密码最多 {LONGEST} 个字符。请换一个短些的。",
            f"A password has at most {LONGEST} characters. Choose a shorter one.",
        )
    plain = _same(password).casefold()
    beside = plain.replace(name, "") if name else plain
    if plain in COMMON or len(set(plain)) < 4 or not beside or beside.isdigit():
        raise AccountError(
            "这个密码太常见，容易被猜到。请换一个。",
            "This password is among the first that anybody tries. Choose another.",
        )


def hashed(password: str) -> str:
    """What is kept of a password: its argon2id hash with salt and parameters."""
    return _hasher().hash(_same(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one kept. Takes as long when none is kept."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        good = _hasher().verify(kept or _NOBODY, _same(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return good and kept is not None


def is_dated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's and should be made anew."""
    return _hasher().check_needs_rehash(kept)


def _hasher() -> PasswordHasher:
    """RFC 9106, the second recommended choice (argon2-cffi's default): 64 MiB, 3 passes."""
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def _same(password: str) -> str:
    """One form of what may be typed in several (full width, composed letters)."""
    return unicodedata.normalize("NFKC", sendable(password))

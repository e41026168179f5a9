"""The tree of errors a user can meet. Every message says what happened and what to do next.

KbError
├── SettingsError     a setting is unknown or has a bad value
├── BusyError         another process owns the data folder
├── StoreError        a store is damaged, full, or made by something else
│   └── EncoderMismatch   the vectors were made by another encoder
├── EncoderError      the encoder cannot be built or loaded
├── ReadError         a file cannot be read (empty, encrypted, damaged, too large, unknown type)
├── QuarantineError   a file was read, but the gate found that text would be lost
├── BackupError       a backup cannot be made, read or restored
├── NotFound          no such document
├── QuestionError     a question that cannot be asked (empty, too long)
├── CrowdError        too many ask at once
├── AccountError      a user, a password or a login that is not accepted
└── LlmError          a language model that is not reached, refuses, or gives nothing usable
"""

from __future__ import annotations


class KbError(Exception):
    """Base of all errors shown to users: one message in Chinese, one in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en

    def message(self, lang: str = "zh") -> str:
        """The text for a user of that language (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh


class SettingsError(KbError):
    """A setting is unknown or has a bad value."""


class BusyError(KbError):
    """Another process owns the data folder."""


class StoreError(KbError):
    """A store is damaged, full, or of an unknown version."""


class EncoderMismatch(StoreError):
    """The stored vectors were made by another encoder than the configured one."""


class EncoderError(KbError):
    """The encoder cannot be built or loaded."""


class ReadError(KbError):
    """A file cannot be read."""


class QuarantineError(KbError):
    """A file was read, but taking it in would lose text."""


class BackupError(KbError):
    """A backup cannot be made, read or restored."""


class NotFound(KbError):
    """No such document."""


class QuestionError(KbError):
    """A question that cannot be asked."""


class CrowdError(KbError):
    """Too many ask at once."""


class AccountError(KbError):
    """A user, a password or a login that is not accepted."""


class LlmError(KbError):
    """A language model is not reached, refuses, or gives nothing usable."""

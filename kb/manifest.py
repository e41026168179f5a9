"""What stands in a backup: each file with its length and SHA-256, and what it is a backup of."""

from __future__ import annotations

import re
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kb.errors import BackupError
from kb.exchange import CATALOG
from kb.models import Audience

NAME = "manifest.json"
VERSION = 1
MOST_BYTES = 64_000_000
"""A larger manifest is not read: 300,000 source files take so much."""

_SOURCE = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")


class _Head(BaseModel):
    """What every version of a manifest tells."""

    format: Literal["yanan-kb-backup"]
    version: int


class Stored(BaseModel):
    """A file in a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """A backup's list of contents. ``made_at`` is ISO 8601 in UTC, ``encoder`` the fingerprint of
    what made the vectors, ``dimension`` their numbers each, ``lost`` the source files that were
    not whole when the backup was made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["yanan-kb-backup"] = "yanan-kb-backup"
    version: int = VERSION
    made_at: str
    program: str
    encoder: str
    dimension: int = Field(ge=1, le=65_536)
    documents: int = Field(ge=0)
    passages: int = Field(ge=0)
    users: int = Field(ge=0)
    lost: int = Field(0, ge=0)
    files: dict[str, Stored]

    @model_validator(mode="after")
    def _names_are_ours(self) -> Self:
        """No name can lead anywhere else: there are only these."""
        known = {CATALOG, *(vectors_name(audience) for audience in Audience)}
        if CATALOG not in self.files:
            raise ValueError("no catalog")
        for name, stored in self.files.items():
            source = _SOURCE.fullmatch(name)
            if name not in known and not (source and source[2] == stored.sha256):
                raise ValueError(f"unknown file {name[:100]}")
        return self

    @property
    def bytes(self) -> int:
        """What all files take unpacked."""
        return sum(stored.bytes for stored in self.files.values())


def vectors_name(audience: Audience) -> str:
    """Where in a backup the vectors of an audience stand: records of ``record``."""
    return f"vectors-{audience.value}.bin"


def source_name(content_hash: str) -> str:
    """Where in a backup a source file stands."""
    return f"files/{content_hash[:2]}/{content_hash}"


def record(dimension: int) -> np.dtype[np.void]:
    """A vector with its passage's key, as it stands in a backup."""
    return np.dtype([("key", "<i8"), ("vector", "<f4", (dimension,))])


def read(content: bytes) -> Manifest:
    """The manifest that these bytes are. Raises BackupError."""
    try:
        if _Head.model_validate_json(content).version > VERSION:
            raise BackupError(
                "这个备份由更新版本的程序做成；什么都没有改动。请升级程序后再恢复。",
                "A newer program made this backup; nothing was changed. Upgrade the program, then "
                "restore.",
            )
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise BackupError(
            "这个文件不是本程序的备份，或清单已损坏；什么都没有改动。"
            "请选用 kb backup 做的备份文件。",
            "This file is no backup of ours, or its list of contents is damaged; nothing was "
            "changed. Choose a file that kb backup made.",
        ) from error

"""Load a sentence-transformers model by its folder or hub name, or say what to do instead."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kb.errors import EncoderError

_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Use:
    """What a model is wanted for: its class in sentence-transformers, the setting that names it,
    and what is used without that setting (Chinese, English).
    """

    kind: str
    setting: str
    ours_zh: str
    ours_en: str


def model_folder(name: str) -> Path | None:
    """The folder a setting names, or None for a hub name."""
    path = Path(name).expanduser()
    return path if path.is_dir() else None


def load_model(name: str, use: Use) -> Any:
    """The model, from its folder, else from the local cache, else from the hub.

    Raises EncoderError with the remedy.
    """
    folder = model_folder(name)
    if folder is None and not _HUB_NAME.fullmatch(name):
        raise EncoderError(
            f"找不到模型文件夹 {name}。请检查 {use.setting}，或删去该设置以使用{use.ours_zh}。",
            f"There is no model folder {name}. Check {use.setting}, or remove it to use "
            f"{use.ours_en}.",
        )
    if folder is not None:
        os.environ["HF_HUB_OFFLINE"] = "1"  # before the import below reads it
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    try:
        import sentence_transformers
    except ImportError as error:
        raise EncoderError(
            "没有安装 sentence-transformers。请运行 pip install sentence-transformers，"
            f"或删去 {use.setting} 以使用{use.ours_zh}。",
            "sentence-transformers is not installed. Run pip install sentence-transformers, or "
            f"remove {use.setting} to use {use.ours_en}.",
        ) from error
    kind = getattr(sentence_transformers, use.kind)
    try:
        return kind(str(folder or name), local_files_only=True)
    except Exception as error:  # whatever a model raises, the remedy is one
        if folder is not None:
            raise _unloadable(str(folder), use, error) from error
        if offline or not _hub_answers():
            raise _absent(name, use) from error
    try:
        return kind(name)
    except Exception as error:
        raise _unloadable(name, use, error) from error


def _hub_answers() -> bool:
    """Whether the hub's name resolves; without this a machine with no network waits a minute."""
    if any(os.environ.get(key) for key in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return True  # then the proxy resolves names
    host = urlsplit(os.environ.get("HF_ENDPOINT", "https://huggingface.co")).hostname
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        return False
    return True


def _absent(name: str, use: Use) -> EncoderError:
    return EncoderError(
        f"本机没有模型 {name}，也连不上模型库。请在能上网的机器上运行 "
        f"hf download {name} --local-dir 文件夹，拷来后把 {use.setting} 设为该文件夹；"
        f"或删去 {use.setting} 以使用{use.ours_zh}。",
        f"The model {name} is not on this machine and the hub cannot be reached. On a machine with "
        f"a network run hf download {name} --local-dir FOLDER, copy it here and set "
        f"{use.setting} to that folder; or remove {use.setting} to use {use.ours_en}.",
    )


def _unloadable(name: str, use: Use, error: Exception) -> EncoderError:
    reason = " ".join(str(error).split())[:200]
    return EncoderError(
        f"模型 {name} 无法加载（{reason}）。请确认它是完整的 sentence-transformers 模型，"
        f"或删去 {use.setting} 以使用{use.ours_zh}。",
        f"The model {name} cannot be loaded ({reason}). Make sure it is a complete "
        f"sentence-transformers model, or remove {use.setting} to use {use.ours_en}.",
    )

"""The mark on answers that a language model worded. HTML, pure."""

from __future__ import annotations

from bot.web.markup import esc

_WORDS = {
    "zh": (
        "由大模型组织语言，逐句核对",
        "每一句都和所引条款核对过数字、名称和用语；核对不过的不显示。",
    ),
    "en": (
        "Worded by a language model, checked sentence by sentence",
        "Figures, names and terms of each sentence were compared with the clause it cites; what "
        "does not pass is not shown.",
    ),
}


def worded(lang: str) -> str:
    """The mark above the sentences of such an answer."""
    words, meaning = _WORDS["en" if lang == "en" else "zh"]
    return f'<p class="worded" title="{esc(meaning)}">{esc(words)}</p>'

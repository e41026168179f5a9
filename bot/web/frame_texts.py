"""The words of the frame around every page, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FrameTexts:
    """The words of one language; ``sections`` by key of ``frame.SECTIONS``."""

    html_lang: str
    product: str
    skip: str
    navigation: str
    switch: str
    footer: str
    sections: dict[str, str]


ZH = FrameTexts(
    html_lang="zh-CN",
    product="延安招商知识库",
    skip="跳到正文",
    navigation="栏目",
    switch="English",
    footer="内容为资料库摘编，办理前请以主管机关公布的原文和认定为准。",
    sections={
        "chat": "政策问答",
        "lessons": "经验检索",
        "terms": "名词解释",
        "admin": "管理",
        "login": "登录",
        "account": "我的账号",
    },
)

EN = FrameTexts(
    html_lang="en",
    product="Yan'an Investment Knowledge Base",
    skip="Skip to the text",
    navigation="Sections",
    switch="中文",
    footer="A digest made for this knowledge base; before acting, rely on the published originals "
    "and the decision of the authority in charge.",
    sections={
        "chat": "Ask",
        "lessons": "Lessons",
        "terms": "Terms",
        "admin": "Admin",
        "login": "Log in",
        "account": "Account",
    },
)


def frame_texts(lang: str) -> FrameTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH

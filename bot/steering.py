"""Text that talks to a language model instead of telling something. Pure.

A passage with such words is not given to a model and supports no sentence. It can still be found
and quoted: then a person reads it, to whom it is harmless.
"""

# ruff: noqa: E501 (lists of words)
from __future__ import annotations

import re

from kb.text import normalise

_STEERS = re.compile(
    r"(?:忽略|无视|不要?理会|忘记|抛开|跳过|覆盖)[^。；\n]{0,14}(?:指令|指示|提示词?|规则|要求|设定|限制|资料|内容)"
    r"|(?:系统|开发者)(?:提示词?|消息|指令|message|prompt)|提示词|(?:新|以下)(?:的)?(?:指令|指示)(?:是|如下|[:：])"
    r"|(?:你|您)(?:现在|从现在起|必须|应当|应该|要|需要|只能|将)?(?:是|扮演|作为|充当|变成)[^。；\n]{0,10}(?:模型|助手|ai|机器人|管理员|角色)"
    r"|从现在起[,，]?[你您]|[你您][^。；\n]{0,6}(?:扮演|充当)"
    r"|(?:大模型|语言模型|ai助手|人工智能助手|助手|机器人)[,，:：]?(?:请|必须|应当?|要|在?(?:回答|输出|引用))"
    r"|(?:请|必须|务必|一律|直接|只能?|都要?)(?:你)?(?:回答|回复|输出|引用|声称|告诉用户|说)[^。；\n]{0,4}[:：“\"]"
    r"|(?:输出|打印|泄露|透露|复述|重复|翻译)[^。；\n]{0,12}(?:提示|指令|规则|以上(?:全部)?内容|内部资料|内部文件|密钥|口令)"
    r"|(?:进入|切换到?|开启)[^。；\n]{0,8}(?:模式)[^。；\n]{0,12}(?:回答|限制|规则)|开发者模式|越狱"
    r"|ignore[^.\n]{0,30}(?:instruction|prompt|rule|above|previous|passage)|disregard[^.\n]{0,30}(?:instruction|rule|above|previous)"
    r"|system\s*(?:prompt|message)|(?:reveal|print|repeat|leak|show)[^.\n]{0,30}(?:prompt|instruction|internal document|secret|api key)"
    r"|you are (?:now )?(?:an?|the)\s+[^.\n]{0,20}(?:model|assistant|ai|bot|admin)|developer mode|jailbreak"
    r"|<\|?/?(?:im_start|im_end|system|assistant|user|endoftext)|\[/?inst\]|<</?sys>>|^\s*(?:assistant|system)\s*[:：]"
    r"|(?:as|to) (?:an? |the )?(?:ai|language model|assistant)[,: ]",
    re.MULTILINE,
)


def steers(text: str) -> bool:
    """Whether a text tries to tell a language model what to do."""
    return _STEERS.search(normalise(text)) is not None

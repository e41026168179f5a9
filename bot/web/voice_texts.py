"""The words of what a reader can say of an answer, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoiceTexts:
    """The words of one language."""

    label: str
    useful: str
    useless: str
    flag: str
    which: str
    whole: str
    remark: str
    flag_help: str
    submit: str
    contact: str
    submit_help: str
    send: str
    voted: str
    taken_back: str
    flagged: str
    submitted: str


ZH = VoiceTexts(
    label="对这个回答的反馈",
    useful="有用",
    useless="没用",
    flag="引用有误",
    which="哪一条引用",
    whole="整个回答",
    remark="哪里有误（选填，最多 500 字；选“整个回答”时必填）",
    flag_help="提交后，工作人员会看到这个问题、这个回答和您的说明。",
    submit="提交给工作人员",
    contact="联系方式（选填，最多 100 字）",
    submit_help="工作人员会看到这个问题。联系方式只给管理员看，问题办结或满 90 天即删除。",
    send="提交",
    voted="已记下，谢谢。",
    taken_back="已撤回。",
    flagged="已交给工作人员核对，谢谢。",
    submitted="已提交。补充资料后会重新解答这个问题；留了联系方式的，工作人员会与您联系。",
)

EN = VoiceTexts(
    label="What you say of this answer",
    useful="Useful",
    useless="Not useful",
    flag="Wrong citation",
    which="Which citation",
    whole="The answer as a whole",
    remark="What is wrong (optional, at most 500 characters; needed for the whole answer)",
    flag_help="The staff will see this question, this answer and your remark.",
    submit="Submit to the staff",
    contact="How to reach you (optional, at most 100 characters)",
    submit_help="The staff will see this question. Your contact is shown to admins only, and is "
    "deleted when the question is settled or after 90 days.",
    send="Submit",
    voted="Noted, thank you.",
    taken_back="Taken back.",
    flagged="The staff will check it, thank you.",
    submitted="Submitted. It will be asked again when documents were added; if you left a contact, "
    "the staff will write to you.",
)


def voice_texts(lang: str) -> VoiceTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH

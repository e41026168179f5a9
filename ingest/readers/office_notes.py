"""What the user should know of an office file: what could not or would not be taken along."""

from __future__ import annotations

from kb.models import Note


def office_notes(
    *,
    macros: bool = False,
    pictures: int = 0,
    objects: int = 0,
    deleted: int = 0,
    hidden: int = 0,
) -> tuple[Note, ...]:
    """The notes for what was met, each with how often."""
    notes: list[Note] = []
    if macros:
        notes.append(
            Note(
                "macros",
                "文件里有宏：没有运行，也没有收入。",
                "The file has macros: they were neither run nor taken in.",
            )
        )
    if pictures:
        notes.append(
            Note(
                "pictures",
                f"有 {pictures} 张图片或图表没有收入；其中如有文字，请另行提供文字。",
                f"{pictures} pictures or charts were not taken in; if there is text in them, "
                "provide it as text.",
            )
        )
    if objects:
        notes.append(
            Note(
                "objects",
                f"有 {objects} 个嵌入对象（公式、附件等）没有收入；如有内容，请另行提供文字。",
                f"{objects} embedded objects (formulas, files) were not taken in; if they matter, "
                "provide them as text.",
            )
        )
    if deleted:
        notes.append(
            Note(
                "revisions",
                f"文件带有修订：{deleted} 处删去的文字没有收入，插入的文字已收入；请确认这是定稿。",
                f"The file has tracked changes: {deleted} deletions were left out, insertions "
                "kept; make sure that it is final.",
            )
        )
    if hidden:
        notes.append(
            Note(
                "hidden",
                f"有 {hidden} 处隐藏的内容没有收入。",
                f"{hidden} hidden pieces were left out.",
            )
        )
    return tuple(notes)

"""The words of the page of backups, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackupsTexts:
    """The words of one language."""

    title: str
    lead: str
    make: str
    make_more: str
    making: str
    verifying: str
    running_more: str
    made: str
    failed: str
    good: str
    bad: str
    unverified: str
    heads: tuple[str, str, str, str, str]
    nothing: str
    download: str
    verify: str
    restore: str
    delete_fold: str
    delete: str
    delete_more: str
    deleted: str
    careful: str
    steps_title: str
    steps_lead: str
    steps: tuple[str, str, str, str]
    after: str


ZH = BackupsTexts(
    title="备份",
    lead="一个备份是一个文件：全部资料、原文件、向量和用户。不含登录状态，也不含模型。",
    make="现在做一个备份",
    make_more="在后台做，做完自动校验。期间提问照常；导入和更正要等它做完。",
    making="正在备份…",
    verifying="正在校验…",
    running_more="可以离开这一页，做完后列在下面。期间提问照常；导入和更正要等它做完。",
    made="已做好备份 {name}，校验无误。",
    failed="没有做完",
    good="已校验，完好（{at}）",
    bad="有问题：{why}",
    unverified="启动以来没有校验过",
    heads=("备份", "做于", "大小", "校验", "操作"),
    nothing="还没有备份。",
    download="下载",
    verify="校验",
    restore="怎样恢复",
    delete_fold="删除…",
    delete="确定删除",
    delete_more="删除后不能恢复。请先确认还有别的备份。",
    deleted="已删除备份 {name}。",
    careful="备份里有内部资料和密码的哈希值。下载后请加密保存，不要发到网上；磁盘坏了，"
    "同一台机器上的备份也会丢，请定期下载一份放到别处。",
    steps_title="恢复到备份 {name}",
    steps_lead="恢复要先停掉网页，在服务器上运行命令。恢复后，{at} 以后新增、更正、删除的资料，"
    "以后的用户变动和审计记录都回到那时的样子；所有人要重新登录。",
    steps=(
        "在这一页先做一个新备份并下载，万一要退回来。",
        "停掉网页：在运行它的终端按 Ctrl-C；装成系统服务的，用 systemctl 停止那个服务。",
        "在同一个文件夹里运行下面的命令。它先逐项校验，全部正确才替换，要么全换，要么不动：",
        "重新启动网页，用那时的密码登录，打开“体检”看一遍。",
    ),
    after="备份是下载后再传回来的，把命令里的文件换成它的位置。",
)

EN = BackupsTexts(
    title="Backups",
    lead="A backup is one file: all documents, their source files, vectors and users. It holds "
    "no logins and no models.",
    make="Make a backup now",
    make_more="It is made in the background and then verified. Questions are answered meanwhile; "
    "ingests and corrections wait.",
    making="Backing up…",
    verifying="Verifying…",
    running_more="You may leave this page; it is listed below when finished. Questions are "
    "answered meanwhile; ingests and corrections wait.",
    made="The backup {name} is made and verified.",
    failed="Not finished",
    good="verified, whole ({at})",
    bad="damaged: {why}",
    unverified="not verified since the start",
    heads=("Backup", "Made", "Size", "Verified", "Actions"),
    nothing="There are no backups yet.",
    download="Download",
    verify="Verify",
    restore="How to restore",
    delete_fold="Delete…",
    delete="Delete for good",
    delete_more="This cannot be undone. Make sure that there is another backup.",
    deleted="The backup {name} is deleted.",
    careful="A backup holds internal documents and the hashes of passwords. Keep a download "
    "encrypted and off the web. A broken disk takes the backups on it along: download one "
    "regularly and keep it elsewhere.",
    steps_title="Restore the backup {name}",
    steps_lead="To restore, the page has to stop and a command is run on the server. Whatever was "
    "added, corrected or removed after {at}, changes of users and the audit record too, goes back "
    "to what it was then; everybody logs in again.",
    steps=(
        "Make a new backup on this page first and download it, in case you want to go back.",
        "Stop the page: Ctrl-C in the terminal it runs in; as a service, stop it with systemctl.",
        "Run the command below in the same folder. It verifies everything first and replaces all "
        "of it or nothing:",
        "Start the page again, log in with the password of that time, and look at “Examination”.",
    ),
    after="For a backup that was downloaded and copied back, put its place into the command.",
)


def backups_texts(lang: str) -> BackupsTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH

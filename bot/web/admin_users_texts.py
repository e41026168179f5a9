"""The words of the page of users, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsersTexts:
    """The words of one language."""

    title: str
    lead: str
    roles: dict[str, str]
    states: dict[str, str]
    heads: tuple[str, str, str, str, str, str]
    nobody: str
    you: str
    provider: str
    never: str
    logins: str
    change: str
    change_of: str
    role: str
    save_role: str
    password: str
    password_more: str
    disable: str
    disable_more: str
    enable: str
    sessions: str
    sessions_more: str
    remove: str
    remove_more: str
    remove_fold: str
    add: str
    add_more: str
    name: str
    name_hint: str
    add_button: str
    once_title: str
    once_more: str
    once_label: str
    done: dict[str, str]


ZH = UsersTexts(
    title="用户",
    lead="谁能登录。投资者提问不用登录；干部看内部资料，管理员还能管理。",
    roles={"cadre": "干部", "admin": "管理员"},
    states={"active": "正常", "unchanged": "待本人改密码", "disabled": "已停用"},
    heads=("用户名", "角色", "状态", "上次登录", "现在登录", "操作"),
    nobody="还没有用户。",
    you="您自己",
    provider="单位账号",
    never="从未",
    logins="{n} 处",
    change="更改",
    change_of="更改 {name}",
    role="角色",
    save_role="保存角色",
    password="重设密码",  # noqa: S106
    password_more="生成一个一次性密码，只显示这一次；本人马上退出登录，下次登录时换成自己的。",  # noqa: S106
    disable="停用",
    disable_more="本人马上退出登录，不能再登录；以后可以再启用。",
    enable="启用",
    sessions="结束全部登录",
    sessions_more="在所有电脑和手机上退出登录；密码不变。",
    remove="确定删除",
    remove_more="删除后不能恢复，只有审计记录里还留着这个名字。人员调离请先用“停用”。",
    remove_fold="删除…",
    add="新增用户",
    add_more="系统生成一个一次性密码，只显示一次；本人首次登录时换成自己的。",
    name="用户名",
    name_hint="汉字、字母、数字和 . _ - @ +，最多 40 个字符。",
    add_button="新增",
    once_title="{name} 的一次性密码",
    once_more="只显示这一次，离开这一页就看不到了。请现在抄下来，当面或打电话告诉本人；"
    "本人首次登录时换成自己的密码。",
    once_label="一次性密码",
    done={
        "role": "已改变 {name} 的角色。",
        "disable": "已停用 {name}，本人已退出登录。",
        "enable": "已启用 {name}。",
        "sessions": "已结束 {name} 的全部登录。",
        "remove": "已删除 {name}。",
    },
)

EN = UsersTexts(
    title="Users",
    lead="Who may log in. Investors ask without a login; cadres see internal documents, admins "
    "administrate as well.",
    roles={"cadre": "cadre", "admin": "admin"},
    states={
        "active": "active", "unchanged": "has yet to change the password", "disabled": "disabled",
    },
    heads=("Name", "Role", "State", "Last login", "Logged in now", "Actions"),
    nobody="There are no users yet.",
    you="you",
    provider="organisation's account",
    never="never",
    logins="{n}",
    change="Change",
    change_of="Change {name}",
    role="Role",
    save_role="Save the role",
    password="New password",  # noqa: S106
    password_more="Makes a one-time password that is shown only now; the user is logged out and "  # noqa: S106
    "chooses one of their own at the next login.",
    disable="Disable",
    disable_more="The user is logged out and cannot log in until enabled again.",
    enable="Enable",
    sessions="End all logins",
    sessions_more="Logs the user out on every computer and phone; the password stays.",
    remove="Remove for good",
    remove_more="This cannot be undone; only the audit record still names them. For somebody who "
    "has left, disable first.",
    remove_fold="Remove…",
    add="Add a user",
    add_more="A one-time password is made and shown once; the user chooses one of their own at "
    "the first login.",
    name="User name",
    name_hint="Letters, digits and . _ - @ +, at most 40 characters.",
    add_button="Add",
    once_title="One-time password of {name}",
    once_more="It is shown only now and gone when you leave this page. Write it down and tell "
    "it to the user in person or by phone; they choose their own at the first login.",
    once_label="One-time password",
    done={
        "role": "The role of {name} is changed.",
        "disable": "{name} is disabled and logged out.",
        "enable": "{name} is enabled.",
        "sessions": "All logins of {name} are ended.",
        "remove": "{name} is removed.",
    },
)  # fmt: skip


def users_texts(lang: str) -> UsersTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH

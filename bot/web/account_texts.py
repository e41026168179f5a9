"""The words of logging in, of one's account and of closed doors, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountTexts:
    """The words of one language."""

    login: str
    login_lead: str
    name: str
    password: str
    enter: str
    provider: str
    stale: str
    account: str
    logged_in_as: str
    roles: dict[str, str]
    change: str
    change_first: str
    rules: str
    old: str
    new: str
    again: str
    save: str
    differ: str
    no_password: str
    logout: str
    closed: str
    not_done: str
    home: str


ZH = AccountTexts(
    login="登录",
    login_lead="供干部和管理员使用。投资者提问不用登录。",
    name="用户名",
    password="密码",  # noqa: S106
    enter="登录",
    provider="用单位账号登录",
    stale="这个页面放得太久，或者浏览器没有保存 Cookie。请再试一次。",
    account="我的账号",
    logged_in_as="已登录：{name}（{role}）",
    roles={"cadre": "干部", "admin": "管理员"},
    change="修改密码",
    change_first="这是别人替您设的密码。请先换成自己的，再继续。",
    rules="至少 10 个字符，不限种类；一句好记的话就很好。太常见的密码不能用。",
    old="原密码",
    new="新密码",
    again="再输一遍新密码",
    save="保存新密码",
    differ="两次输入的新密码不一样。请重新输入。",
    no_password="您用单位账号登录，密码在那里修改。",  # noqa: S106
    logout="退出登录",
    closed="不能打开这一页",
    not_done="没有执行",
    home="回到提问页",
)

EN = AccountTexts(
    login="Log in",
    login_lead="For cadres and admins. Investors ask without a login.",
    name="User name",
    password="Password",  # noqa: S106
    enter="Log in",
    provider="Log in with your organisation's account",
    stale="This page is too old, or the browser keeps no cookies. Try again.",
    account="My account",
    logged_in_as="Logged in: {name} ({role})",
    roles={"cadre": "cadre", "admin": "admin"},
    change="Change the password",
    change_first="Somebody else set this password for you. Choose one of your own to go on.",
    rules="At least 10 characters of any kind; a sentence you remember is fine. Passwords that "
    "everybody tries are refused.",
    old="Present password",
    new="New password",
    again="New password once more",
    save="Save the new password",
    differ="The two new passwords differ. Type them again.",
    no_password="You log in with your organisation's account; "  # noqa: S106
    "the password is changed there.",
    logout="Log out",
    closed="This page is closed",
    not_done="Nothing was done",
    home="Back to the questions",
)


def account_texts(lang: str) -> AccountTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH

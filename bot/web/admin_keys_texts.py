"""The words of the page of keys, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

from kb.models import Role


@dataclass(frozen=True, slots=True)
class KeysTexts:
    """The words of one language."""

    title: str
    lead: str
    roles: dict[Role, str]
    heads: tuple[str, str, str, str, str, str]
    nothing: str
    never: str
    always: str
    over: str
    by: str
    revoke_fold: str
    revoke: str
    revoke_of: str
    revoke_more: str
    revoked: str
    add: str
    add_more: str
    name: str
    name_hint: str
    role: str
    until: str
    until_hint: str
    add_button: str
    once_title: str
    once_more: str
    once_label: str


ZH = KeysTexts(
    title="接口密钥",
    lead="别的程序用接口时带的钥匙。一个程序一把，角色给够用的最低一级；不用了就撤销。",
    roles={
        Role.INVESTOR: "投资者（只看公开资料）",
        Role.CADRE: "干部（也看内部资料）",
        Role.ADMIN: "管理员（也能增删资料）",
    },
    heads=("名称", "角色", "新建", "最后有效日", "上次使用", "操作"),
    nothing="还没有密钥。",
    never="从未",
    always="一直有效",
    over="已过期",
    by="{at}，{who}",
    revoke_fold="撤销…",
    revoke="确定撤销",
    revoke_of="撤销 {name}",
    revoke_more="用它的程序马上就不能再用接口；不能恢复，要用再新建一把。",
    revoked="已撤销密钥 {name}。",
    add="新建密钥",
    add_more="密钥只显示一次；系统里只留哈希值，丢了只能撤销重建。",
    name="名称",
    name_hint="写明给哪个程序用。汉字、字母、数字和 . _ -，最多 40 个字符。",
    role="角色",
    until="最后有效日",
    until_hint="不填就一直有效。",
    add_button="新建",
    once_title="密钥 {name}",
    once_more="只显示这一次，离开这一页就看不到了。请现在存到那个程序的设置里，不要发到网上。"
    "请求里写：Authorization: Bearer 密钥。",
    once_label="密钥",
)

EN = KeysTexts(
    title="API keys",
    lead="What other programs come with. One key a program, with the least role that will do; "
    "revoke what is not used any more.",
    roles={
        Role.INVESTOR: "investor (public documents only)",
        Role.CADRE: "cadre (internal documents too)",
        Role.ADMIN: "admin (may change documents)",
    },
    heads=("Name", "Role", "Made", "Last day", "Last used", "Actions"),
    nothing="There are no keys yet.",
    never="never",
    always="no end",
    over="over",
    by="{at}, {who}",
    revoke_fold="Revoke…",
    revoke="Revoke for good",
    revoke_of="Revoke {name}",
    revoke_more="The program that uses it is shut out at once. This cannot be undone; make "
    "another key if needed.",
    revoked="The key {name} is revoked.",
    add="Make a key",
    add_more="It is shown once; only its hash is kept. A lost one can only be revoked and "
    "replaced.",
    name="Name",
    name_hint="Say which program it is for. Letters, digits and . _ -, at most 40 characters.",
    role="Role",
    until="Last day",
    until_hint="Without one it has no end.",
    add_button="Make",
    once_title="Key {name}",
    once_more="It is shown only now and gone when you leave this page. Put it into the settings "
    "of the program, never on the web. Requests carry: Authorization: Bearer KEY.",
    once_label="Key",
)


def keys_texts(lang: str) -> KeysTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH

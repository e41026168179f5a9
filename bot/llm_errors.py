"""What is wrong with a language model, in words: what happened, then what to do.

What a server or a library says of an error is never passed on: it may quote the key or the
question.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from kb.errors import LlmError
from kb.settings import Settings

SLOW = LlmError(
    "大模型没有在限定时间内答完。请换更快的模型，或调大 KB_LLM_SECONDS、KB_LLM_WAIT_SECONDS。",
    "The language model did not answer in time. Use a faster one, or raise KB_LLM_SECONDS or "
    "KB_LLM_WAIT_SECONDS.",
)
EMPTY = LlmError(
    "大模型没有返回任何文字。请检查该服务是否支持流式输出（stream），再运行 kb llm check。",
    "The language model gave no text. Check that the server can stream, then run kb llm check.",
)
ENDLESS = LlmError(
    "大模型的回答没有止境，已中断。请换一个模型。",
    "The language model's reply had no end and was broken off. Use another model.",
)
_STATUS = {
    400: (
        "大模型服务不接受这个请求（400），常见原因是上下文太长或模型不支持某个参数。"
        "请调小 KB_LLM_CONTEXT，或换一个对话模型。",
        "The language model's server does not take the request (400), often because it is too "
        "long or a parameter is unknown. Lower KB_LLM_CONTEXT, or use another chat model.",
    ),
    401: (
        "大模型服务不接受密钥（401）。请核对 KB_LLM_API_KEY。",
        "The language model's server refuses the key (401). Check KB_LLM_API_KEY.",
    ),
    402: (
        "大模型服务的账户余额不足（402）。请充值，或换一个服务。",
        "The account at the language model's server is empty (402). Top it up, or use another.",
    ),
    403: (
        "大模型服务拒绝访问（403）。请确认这个密钥可以使用该模型。",
        "The language model's server denies access (403). Check that the key may use the model.",
    ),
    404: (
        "大模型服务找不到模型“{model}”或这个地址（404）。请核对 KB_LLM_MODEL，"
        "并确认 KB_LLM_BASE_URL 一般以 /v1 结尾。",
        "The language model's server knows no model “{model}”, or not this address (404). Check "
        "KB_LLM_MODEL, and that KB_LLM_BASE_URL ends as the server wants it, mostly in /v1.",
    ),
    429: (
        "大模型服务说请求过多或额度用完（429）。请稍后重试，或提高额度。",
        "The language model's server says there are too many requests, or no quota is left "
        "(429). Try again later, or raise the quota.",
    ),
}


def explained(error: BaseException, settings: Settings) -> LlmError:
    """An error of the libraries that speak to the model, in our words."""
    if isinstance(error, LlmError):
        return error
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _refused(status, settings)
    chain = _causes(error)
    names = {type(e).__name__ for e in chain}
    host = urlsplit(settings.llm_base_url).hostname or ""
    if "gaierror" in names or any("Name or service" in str(e) for e in chain):
        return LlmError(
            f"找不到主机 {host}。请核对 KB_LLM_BASE_URL，并确认本机可以访问它。",
            f"There is no host {host}. Check KB_LLM_BASE_URL, and that this machine reaches it.",
        )
    if any("ertificate" in str(e) or "SSL" in type(e).__name__ for e in chain):
        return LlmError(
            f"与 {host} 的加密连接没有建立（证书不被信任或地址不是 https）。"
            "请核对 KB_LLM_BASE_URL。",
            f"There is no secure connection to {host}: its certificate is not trusted, or it does "
            "not speak https. Check KB_LLM_BASE_URL.",
        )
    if names & {"APITimeoutError", "TimeoutError", "ReadTimeout", "ConnectTimeout"}:
        return SLOW
    if names & {"ConnectError", "ConnectionRefusedError"}:
        return LlmError(
            f"连不上 {host}。请确认大模型服务已启动，端口与 KB_LLM_BASE_URL 一致。",
            f"{host} does not take connections. Check that the language model's server runs, at "
            "the port of KB_LLM_BASE_URL.",
        )
    if names & {"JSONDecodeError", "ValidationError", "UnicodeDecodeError", "DecodingError"}:
        return LlmError(
            "大模型服务的回复不是有效的 JSON。请确认 KB_LLM_BASE_URL 指向 OpenAI 兼容接口。",
            "What the language model's server sends is no valid JSON. Check that KB_LLM_BASE_URL "
            "is an OpenAI-compatible address.",
        )
    if names & {"RemoteProtocolError", "ReadError", "APIConnectionError", "CancelledError"}:
        return LlmError(
            "大模型的回答中途断开。请重试；如果经常发生，请检查该服务和网络。",
            "The language model's reply broke off. Try again; if it happens often, look at the "
            "server and the network.",
        )
    return LlmError(
        f"大模型服务出错（{type(error).__name__}）。请运行 kb llm check 查看原因。",
        f"The language model failed ({type(error).__name__}). Run kb llm check to see why.",
    )


def _refused(status: int, settings: Settings) -> LlmError:
    if 300 <= status < 400:
        return LlmError(
            f"大模型服务要求转到别的地址（{status}），没有跟随。"
            "请把 KB_LLM_BASE_URL 改成最终地址。",
            f"The language model's server sends us elsewhere ({status}); that is not followed. "
            "Set KB_LLM_BASE_URL to the final address.",
        )
    if status in _STATUS:
        zh, en = _STATUS[status]
        return LlmError(zh.format(model=settings.llm_model), en.format(model=settings.llm_model))
    return LlmError(
        f"大模型服务出错（HTTP {status}）。请稍后重试，或查看该服务的日志。",
        f"The language model's server failed (HTTP {status}). Try again later, or look at its log.",
    )


def _causes(error: BaseException) -> list[BaseException]:
    """An error and what it was raised from."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or at.__context__
    return chain

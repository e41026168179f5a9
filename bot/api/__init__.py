"""The JSON interface: questions, search, documents, terms; described by ``/api/openapi.json``.

As an investor, unless somebody is logged in or comes with a key; what else a request says of itself
changes nothing. The web framework is loaded by ``bot.api.routes`` only: the command line needs the
JSON of an answer without it.
"""

from bot.api.values import answer_to_json, hit_to_json

__all__ = ["answer_to_json", "hit_to_json"]

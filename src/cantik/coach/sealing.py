"""Free words of the programme are sealed: people write of people."""

from typing import Any

from cantik.ledger import api as ledger


def sealed(model: str, id_: str, what: str, words: str) -> bytes | None:
    """None for no words."""
    if not words:
        return None
    return ledger.seal(words.encode(), context=f"coach/{model}/{id_}/{what}")


def words_of(model: str, id_: str, what: str, kept: Any) -> str:
    if not kept:
        return ""
    return ledger.unseal(bytes(kept), context=f"coach/{model}/{id_}/{what}").decode()

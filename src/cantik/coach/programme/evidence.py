"""Which evidence still stands: a file may be withdrawn after it proved something."""

from collections.abc import Iterable

from cantik.assess import api as assess


def standing(ids: Iterable[str]) -> dict[str, str]:
    """sha256 by id of those that were not withdrawn."""
    known = assess.evidence_by(set(ids))
    return {id_: one.sha256 for id_, one in known.items() if one.stands}

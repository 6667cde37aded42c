"""The XML of a form filled on a screen, as the engine writes it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from cantik.collect import instance
from cantik.demo.families import MadeFamily
from cantik.design.api import Pack

INSTANCE_ID = "uuid:6b1b6a5e-0000-4000-8000-000000000001"


def written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _answers(pack: Pack, record: str, values: Mapping[str, Any], leaf: str) -> str:
    found = []
    for question in pack.instrument.of(record):
        value = leaf if question.role == "area" else values.get(question.name)
        if value is not None:
            text = escape(written(value))
            found.append(f"<{question.name}>{text}</{question.name}>")
    return "".join(found)


def xml(one: MadeFamily, pack: Pack, activity_id: str, **other: str) -> bytes:
    """A whole form. ``other``: id, version, meta, inside (more XML at the end of the root)."""
    given = {
        "id": instance.form_id(activity_id),
        "version": instance.version(pack),
        "meta": f"<meta><instanceID>{INSTANCE_ID}</instanceID></meta>",
        "inside": "",
        "before": "",
        **other,
    }
    members = "".join(
        f"<{pack.member}>{_answers(pack, pack.member, member, '')}</{pack.member}>"
        for member in one.members
    )
    return (
        f'{given["before"]}<data id="{given["id"]}" version="{given["version"]}">'
        f"{_answers(pack, pack.main, one.family, one.leaf_id)}{members}{given['inside']}"
        f"{given['meta']}</data>"
    ).encode()

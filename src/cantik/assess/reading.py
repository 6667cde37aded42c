"""Rulebooks as files: YAML in, plain data out, the same bytes for the same content. Pure.

Numbers with a point are kept as they are written, dates as text: nothing of a rulebook ever becomes
a floating number.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from cantik.kernel import canonical

LARGEST = 2 * 1024 * 1024


class NotReadable(ValueError):
    """No rulebook can be read from this; ``code`` is not_yaml, not_mapping, alias or header."""

    def __init__(self, code: str, place: str = "") -> None:
        super().__init__(f"{code} {place}".strip())
        self.code = code
        self.place = place


class _Loader(yaml.SafeLoader):
    """Plain data only. An alias is refused: a few of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise NotReadable("alias")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if key.value in seen:
                raise NotReadable("not_yaml", str(key.value)[:40])
            seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def _as_written(_loader: Any, node: Any) -> str:
    return str(node.value)


for _tag in ("float", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _as_written)


def read_yaml(data: bytes) -> dict[str, Any]:
    """The content of a rulebook. Raises NotReadable."""
    if len(data) > LARGEST:
        raise NotReadable("not_yaml")
    try:
        read = yaml.load(data.decode("utf-8-sig"), Loader=_Loader)  # noqa: S506 a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise NotReadable("not_yaml") from None
    if not isinstance(read, dict):
        raise NotReadable("not_mapping")
    return plain(read)


def plain(read: Mapping[Any, Any]) -> dict[str, Any]:
    """With all keys as text, as they were written."""
    return {str(key): _plain(value) for key, value in read.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def content(read: Mapping[str, Any]) -> tuple[str, str]:
    """(hash, canonical text) of a rulebook."""
    data = canonical.dumps(read)
    return canonical.digest(data), data.decode()


def header(read: Mapping[str, Any]) -> tuple[str, str, str, int | None, bool]:
    """(name, kind, version, year, complete). Raises NotReadable."""
    name, kind, version = (str(read.get(key) or "") for key in ("name", "kind", "version"))
    if not (0 < len(name) <= 60 and name.replace("_", "").isalnum() and name.isascii()):
        raise NotReadable("header", "name")
    if not kind:
        raise NotReadable("header", "kind")
    if not 0 < len(version) <= 20:
        raise NotReadable("header", "version")
    year = read.get("year")
    if year is not None and not (type(year) is int and 2000 <= year <= 2100):
        raise NotReadable("header", "year")
    return name, kind, version, year, read.get("complete", True) is True

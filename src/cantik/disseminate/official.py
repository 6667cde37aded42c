"""The official status of a village as a release tells it: copied from its source. Pure."""

from collections.abc import Mapping
from typing import Any

from cantik.kernel.text import pick


def by_index(facts: Mapping[str, Any], spoken: str) -> list[dict[str, Any]]:
    """The official status of the village by year, by index, the newest first."""
    groups: dict[str, dict[str, Any]] = {}
    for one in facts.get("indices", ()):
        group = groups.setdefault(
            one["index"],
            {
                "title": pick(one["title"], spoken),
                "words": pick(one["words"], spoken),
                "sources": [],
                "years": [],
            },
        )
        score = one["score"].replace(".", ",") if spoken == "id" else one["score"]
        group["years"].append((one["year"], pick(one["status"], spoken), score))
        if one["source"] not in group["sources"]:
            group["sources"].append(one["source"])
    return [{**one, "sources": "; ".join(one["sources"])} for one in groups.values()]

"""The areas of one village (or above) in tree order: a parent stands before its children.

In this order every area's leaves are one slice, so a sum over an area is a sum of a slice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """``label`` is what people read in a row ("RT 03", "Dusun Hilir"); ``name`` the bare name."""

    id: str
    level: str
    kind: str
    name: str
    label: str
    parent_id: str | None
    village_kind: str = ""


class BrokenTree(ValueError):
    """The nodes are no tree in tree order."""


class Tree:
    """Nodes in tree order. The first node is the root; its parent may be outside the tree."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes: tuple[Node, ...] = tuple(nodes)
        if not self.nodes:
            raise BrokenTree("a tree has at least its root")
        self._at: dict[str, int] = {}
        self._children: dict[str, list[Node]] = {}
        path: list[str] = []
        for at, node in enumerate(self.nodes):
            if node.id in self._at:
                raise BrokenTree(f"{node.id} stands twice")
            if at:
                while path and path[-1] != node.parent_id:
                    path.pop()
                if not path:
                    raise BrokenTree(f"{node.id} does not follow its parent")
                self._children[path[-1]].append(node)
            path.append(node.id)
            self._at[node.id] = at
            self._children[node.id] = []
        self._leaves = tuple(node for node in self.nodes if not self._children[node.id])
        self._slices = self._leaf_slices()

    def _leaf_slices(self) -> dict[str, slice]:
        start: dict[str, int] = {}
        stop: dict[str, int] = {}
        leaf_at = {node.id: at for at, node in enumerate(self._leaves)}
        for node in reversed(self.nodes):
            if node.id in leaf_at:
                start[node.id], stop[node.id] = leaf_at[node.id], leaf_at[node.id] + 1
            else:
                below = self._children[node.id]
                start[node.id], stop[node.id] = start[below[0].id], stop[below[-1].id]
        return {node.id: slice(start[node.id], stop[node.id]) for node in self.nodes}

    @property
    def root(self) -> Node:
        return self.nodes[0]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._at

    def node(self, id_: str) -> Node:
        """Raises KeyError for an area outside the tree."""
        return self.nodes[self._at[id_]]

    def leaves(self) -> tuple[Node, ...]:
        """The nodes without children, in tree order."""
        return self._leaves

    def children(self, id_: str) -> tuple[Node, ...]:
        return tuple(self._children[id_])

    def level(self, level: str) -> tuple[Node, ...]:
        """All nodes of one level, in tree order."""
        return tuple(node for node in self.nodes if node.level == level)

    def levels(self) -> tuple[str, ...]:
        """The levels that occur, from the root down."""
        return tuple(dict.fromkeys(node.level for node in self.nodes))

    def leaf_slice(self, id_: str) -> slice:
        """Where the leaves of an area stand among ``leaves()``. Raises KeyError."""
        return self._slices[id_]

"""Small counts rounded to 0 or the base, rows closed exactly by small steps on large cells. Pure.

After Langsrud & Heldal 2018 (small count rounding), with a systematic start, a search, exact open
totals and a memory: a cell whose count did not change keeps what was published.

A row is one area (x sex); its cells are the classes and, last, those outside every class. All rows
close to an exact open total, so the published cells of a row add up to it.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

RowKey: TypeAlias = str
CellState: TypeAlias = tuple[int, int]  # true count, published count
State: TypeAlias = dict[str, CellState]


@dataclass(frozen=True)
class Rounded:
    """``rows`` published counts by row; ``open_rows`` those that could not be closed;
    ``changed`` rows whose true counts differ from the previous release's."""

    rows: dict[RowKey, tuple[int, ...]]
    open_rows: frozenset[RowKey]
    changed: frozenset[RowKey]
    state: State


@dataclass(frozen=True)
class Within:
    """Published sums that cells have to add up to: ``blocks`` of class codes (a partition of those
    with cells), and for each row one total per block. A block may name codes a row has not."""

    blocks: tuple[tuple[str, ...], ...]
    totals: Mapping[RowKey, tuple[int, ...]]


def cell_key(variable: str, row: RowKey, code: str) -> str:
    return f"{variable}|{row}|{code}"


def draw(secret: bytes, *parts: str) -> int:
    """A number that only the holder of the secret can foresee; 64 bits."""
    return int.from_bytes(hmac.digest(secret, "\x1f".join(parts).encode(), "sha256")[:8], "big")


def round_rows(
    *,
    variable: str,
    codes: Sequence[str],
    rows: Mapping[RowKey, Sequence[int]],
    base: int,
    largest_step: int,
    secret: bytes,
    previous: Mapping[str, CellState],
    within: Within | None = None,
) -> Rounded:
    """Round every row of one variable. Row and column order do not matter: work is done in the
    order of the keys. Counts of a row are in the order of ``codes``. A row closes to its exact
    total; rows of ``within`` close block by block to what is published of them already."""
    order = sorted(range(len(codes)), key=lambda at: codes[at])
    true = {key: [int(n) for n in rows[key]] for key in sorted(rows)}
    shown = {key: list(counts) for key, counts in true.items()}
    free: dict[RowKey, set[int]] = {key: set() for key in true}
    changed: set[RowKey] = set()
    for key, counts in true.items():
        for at, count in enumerate(counts):
            before = previous.get(cell_key(variable, key, codes[at]))
            if before is not None and before[0] != count:
                changed.add(key)
            if before is not None and before[0] == count:
                shown[key][at] = before[1]
            elif 0 < count < base:
                # A cell that stays small keeps its side, and one that comes from the base stays.
                if before is not None and before[0] > 0 and before[1] in (0, base):
                    shown[key][at] = before[1]
                else:
                    free[key].add(at)
            else:
                free[key].add(at)
    _start(variable, codes, order, true, shown, free, base, secret)
    blocks = {key: _blocks(key, codes, true[key], within) for key in true}
    _search(true, shown, free, base, order, blocks)
    left = frozenset(
        key
        for key in true
        if not all(
            _close(
                variable, key, codes, true[key], shown[key], free[key], base, largest_step, secret,
                block,
            )
            for block in blocks[key]
        )
    )  # fmt: skip
    state = {
        cell_key(variable, key, codes[at]): (true[key][at], shown[key][at])
        for key in true
        if key not in left
        for at in range(len(codes))
    }
    return Rounded(
        {key: tuple(shown[key]) for key in true if key not in left}, left, frozenset(changed), state
    )


Block: TypeAlias = tuple[tuple[int, ...], int]  # places in a row, what they have to add up to


def _blocks(
    key: RowKey, codes: Sequence[str], true: Sequence[int], within: Within | None
) -> list[Block]:
    if within is None or key not in within.totals:
        return [(tuple(range(len(codes))), sum(true))]
    place = {code: at for at, code in enumerate(codes)}
    return [
        (tuple(place[code] for code in block if code in place), total)
        for block, total in zip(within.blocks, within.totals[key], strict=True)
    ]


def _start(
    variable: str,
    codes: Sequence[str],
    order: Sequence[int],
    true: Mapping[RowKey, list[int]],
    shown: dict[RowKey, list[int]],
    free: Mapping[RowKey, set[int]],
    base: int,
    secret: bytes,
) -> None:
    """Per class walk the rows and round the running sum of small counts from a secret start."""
    for at in order:
        total = draw(secret, variable, codes[at], "start") % base
        for key, counts in true.items():
            if at in free[key] and 0 < counts[at] < base:
                total += counts[at]
                shown[key][at] = base if total >= base else 0
                total %= base


def _search(
    true: Mapping[RowKey, list[int]],
    shown: dict[RowKey, list[int]],
    free: Mapping[RowKey, set[int]],
    base: int,
    order: Sequence[int],
    blocks: Mapping[RowKey, Sequence[Block]],
) -> None:
    """Flip small cells while the squared deviations of rows (or blocks) and classes fall."""
    block_of = {
        (key, at): (key, number)
        for key, some in blocks.items()
        for number, (places, _) in enumerate(some)
        for at in places
    }
    row_off = {
        (key, number): sum(shown[key][at] for at in places) - total
        for key, some in blocks.items()
        for number, (places, total) in enumerate(some)
    }
    class_off = {at: sum(shown[key][at] - true[key][at] for key in true) for at in order}
    for _ in range(60):
        moved = False
        for key in true:
            for at in order:
                if at not in free[key] or not 0 < true[key][at] < base:
                    continue
                by = -base if shown[key][at] else base
                own = block_of[key, at]
                row, column = row_off[own], class_off[at]
                if (row + by) ** 2 * 2 + (column + by) ** 2 < row**2 * 2 + column**2:
                    shown[key][at] += by
                    row_off[own] += by
                    class_off[at] += by
                    moved = True
        if not moved:
            return


def _close(
    variable: str,
    key: RowKey,
    codes: Sequence[str],
    true: Sequence[int],
    shown: list[int],
    free: set[int],
    base: int,
    largest_step: int,
    secret: bytes,
    block: Block,
) -> bool:
    """Take what is left by steps on large cells; then by another side for a small cell. What was
    published before moves last, and only as far as it must."""
    fixed = list(shown)
    places, total = block
    flips = [at for at in _flips(variable, key, codes, true, free, base, secret) if at in places]
    for small in (None, *flips):
        shown[:] = fixed
        if small is not None:
            shown[small] = 0 if shown[small] else base
        left = total - sum(shown[at] for at in places)
        large = [at for at in places if true[at] > base]
        large.sort(
            key=lambda at: (at not in free, -true[at], draw(secret, variable, key, codes[at]))
        )
        while left:
            sign = 1 if left > 0 else -1
            fits = [
                at
                for at in large
                if abs(shown[at] + sign - true[at]) <= largest_step and shown[at] + sign >= base
            ]
            if not fits:
                break
            # What is already moved goes back before anything else is moved.
            fits.sort(key=lambda at: (at not in free, abs(shown[at] + sign - true[at])))
            shown[fits[0]] += sign
            left -= sign
        if not left:
            return True
    shown[:] = fixed
    return False


def _flips(
    variable: str,
    key: RowKey,
    codes: Sequence[str],
    true: Sequence[int],
    free: set[int],
    base: int,
    secret: bytes,
) -> list[int]:
    small = [at for at in range(len(codes)) if 0 < true[at] < base]
    return sorted(small, key=lambda at: (at not in free, draw(secret, variable, key, codes[at])))

"""What a reader finds in the printed book, beside what was released as tables.

The adversary attacks the released JSON. That covers the book only when the book says nothing more,
so everything here is read from the PDF's own text and compared with the JSON; the rooms that made
either of them are not asked.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypdf import PdfReader

CELL = r"(?:\d{1,3}(?:\.\d{3})*(?:,\d)?|NA)"
ENDS = re.compile(rf"^(.*?)((?:(?:^|\s){CELL})+)$")
HEAD = re.compile(r"^(Tabel|Gambar) (\d+\.\d+) (.+)$")
SHARE = re.compile(r"(?<![\d.,])(\d[\d.]*) (?:dari|berbanding) (\d[\d.]*)(?![\d,])")
NAMED, UNDER = "Kelompok Jumlah % Wilayah", "Satuan: "
CHAPTERS, METHODS, YEARS = "Ringkasan", "Cara data dikumpulkan", "Dari tahun ke tahun"


@dataclass(frozen=True)
class Row:
    """``cells`` as printed: whole numbers, None for NA; ``shares`` are the numbers with a comma."""

    label: str
    cells: "Cells"
    shares: tuple[str, ...]


@dataclass
class Printed:
    """One table or figure as printed."""

    kind: str  # Tabel, Gambar
    title: str
    lines: list[str] = field(default_factory=list)

    def named(self) -> str:
        """What a table says that names the areas of each class, as one line of words."""
        begin = self.lines.index(NAMED) + 1
        end = next(at for at, line in enumerate(self.lines) if line.startswith(UNDER))
        return " ".join(self.lines[begin:end])

    def names(self, table: Mapping[str, Any]) -> bool:
        """Whether that is word for word what the table holds."""
        return self.named() == _named(table)

    def rows(self, labels: Iterable[str]) -> Iterator[Row]:
        """Lines that end in figures. ``labels`` tell where a name such as "RT 10" ends."""
        longest = sorted(labels, key=len, reverse=True)
        for line in self.lines:
            label = next((one for one in longest if line.startswith(f"{one} ")), "")
            found = ENDS.match(line[len(label) :].strip())
            if found is None or line in longest:
                continue
            words = found[2].split()
            yield Row(
                label or found[1].strip(),
                tuple(
                    None if one == "NA" else int(one.replace(".", ""))
                    for one in words
                    if "," not in one
                ),
                tuple(one for one in words if "," in one),
            )


def text_of(data: bytes) -> list[str]:
    """Lines of the book's chapters, without what every page repeats."""
    lines = [
        line.strip()
        for page in PdfReader(io.BytesIO(data)).pages
        for line in page.extract_text().splitlines()
    ]
    return [
        line
        for line in lines
        if line
        and line != "CONTOH"
        and not line.startswith(("Contoh data:", "Statistik sektoral", "Sumber:"))
    ]


def printed(lines: list[str], titles: set[str]) -> list[Printed]:
    """Tables and figures in their order. A title may run over two lines."""
    found: list[Printed] = []
    body = lines[lines.index(CHAPTERS, lines.index("Cara membaca buku ini")) :]
    body = body[: body.index(METHODS)]
    for at, line in enumerate(body):
        head = HEAD.match(line)
        if head:
            two = f"{head[3]} {body[at + 1]}" if at + 1 < len(body) else head[3]
            whole = next((one for one in (two, head[3]) if one in titles), head[3])
            found.append(Printed(head[1], whole))
        elif re.match(r"^\d+\. \w", line):
            found.append(Printed("Bab", line))
        elif found:
            found[-1].lines.append(line)
    return found


Cells = tuple[int | None, ...]


def _allowed(table: Mapping[str, Any]) -> dict[str, set[Cells]]:
    """By label, every row a layout may make of the table: classes, total, and where some stand
    outside these and the exact whole; classes by sex; totals by sex."""
    codes = [c["code"] for c in table["columns"]]
    outside = [at for at, c in enumerate(table["columns"]) if c.get("outside")]
    total = codes.index("jumlah")
    order = [at for at in range(len(codes)) if at != total and at not in outside]
    order += [total, *outside]
    made: dict[str, set[Cells]] = {}
    for row in table["rows"]:
        exact = row["open"] or [None] * len(table["by"])
        values = row["values"]
        if values is None:  # only the exact total stays
            values = [[None] * len(codes) for _ in table["by"]]
            if not outside:
                for of, whole in zip(values, exact, strict=True):
                    of[total] = whole
        own = made.setdefault(row["label"], set())
        for of, whole in zip(values, exact, strict=True):
            line = tuple(of[at] for at in order)
            own.add((*line, whole) if outside else line)
        own.add(tuple(of[total] for of in values))
        if row["parent"] is None:
            for at, one in enumerate(table["columns"]):
                made.setdefault(one["label"]["id"], set()).add(tuple(of[at] for of in values))
            made.setdefault("Seluruhnya", set()).add(tuple(exact))
    for part in range(len(table["by"])):  # turned: a class, through all areas
        shown = [row["values"] and row["values"][part] for row in table["rows"]]
        for at, one in enumerate(table["columns"]):
            across = tuple(of[at] if of else None for of in shown)
            made.setdefault(one["label"]["id"], set()).add(across)
        exact_of = tuple((row["open"] or [None] * len(table["by"]))[part] for row in table["rows"])
        made.setdefault("Seluruhnya", set()).add(exact_of)
    return made


def _named(table: Mapping[str, Any]) -> str:
    """Each class with how many areas of the lowest level are in it, which part, and which these
    are, as such a table is to be printed."""
    parents = {row["parent"] for row in table["rows"]}
    leaves = [row for row in table["rows"] if row["area"] not in parents]
    whole = table["rows"][0]["values"][0]
    total = [c["code"] for c in table["columns"]].index("jumlah")
    said = []
    for at, column in enumerate(table["columns"]):
        line = f"{column['label']['id']} {whole[at]} {_half_up(whole[at], whole[total])}"
        inside = ", ".join(row["label"] for row in leaves if row["values"][0][at])
        said.append((at == total, line if at == total or not inside else f"{line} {inside}"))
    return " ".join(line for _last, line in sorted(said, key=lambda pair: pair[0]))


def _turned_head(table: Mapping[str, Any]) -> str:
    """The line of heads where classes stand in rows and areas in columns."""
    first, *others = (row["label"] for row in table["rows"])
    return " ".join(["Kelompok", first.split(" ")[0], *others])


def _figures(table: Mapping[str, Any]) -> set[int]:
    return {
        value
        for row in table["rows"]
        for of in [*(row["values"] or []), row["open"] or []]
        for value in of
        if value is not None
    }


def _half_up(n: int, d: int, scale: int = 1000) -> str:
    tenths = (2 * n * scale + d) // (2 * d)
    return f"{tenths // 10:,}".replace(",", ".") + f",{tenths % 10}"


@dataclass(frozen=True)
class Released:
    facts: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]]
    indicators: list[dict[str, Any]]


def released(files: Mapping[str, bytes]) -> Released:
    tables = {
        name: json.loads(data)
        for name, data in files.items()
        if name.startswith("tabel/") and name.endswith(".json")
    }
    facts, indicators = (json.loads(files[f"{one}.json"]) for one in ("release", "indicators"))
    return Released(facts, tables, indicators)


def read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def beyond(folder: Path) -> list[str]:
    """What the book of a released folder prints that no table released in the village holds."""
    others = [released(read(one)) for one in folder.parent.iterdir() if one.is_dir()]
    files = read(folder)
    own = released(files)
    held = [one["number"] for one in own.facts.get("together", ())]
    beside = [released(read(folder.parent / str(number))) for number in held]
    return compare(files["buku.pdf"], _with(own, beside), others)


def _with(own: Released, beside: Iterable[Released]) -> Released:
    """The release and those that its book holds too, as one."""
    facts, tables, indicators = dict(own.facts), dict(own.tables), list(own.indicators)
    for at, one in enumerate(beside):
        tables |= {f"{at}/{id_}": table for id_, table in one.tables.items()}
        indicators += one.indicators
        facts["open"] = [*facts["open"], *one.facts["open"]]
        facts["held"] = [*facts.get("held", ()), one.facts["collected"]]
    return Released(facts, tables, indicators)


def compare(book: bytes, own: Released, others: Iterable[Released] = ()) -> list[str]:
    """In words, what the book says and ``own`` does not; [] is well. Years side by side may come
    from ``others`` of the same village."""
    facts, tables, indicators = own.facts, own.tables, own.indicators
    by_title: dict[str, list[Mapping[str, Any]]] = {}
    for each in tables.values():
        by_title.setdefault(each["title"]["id"], []).append(each)
    areas = {row["label"] for row in facts["open"]}
    every = set().union(*map(_figures, tables.values()), _open_figures(facts))
    lines = text_of(book)
    faults: list[str] = []
    seen: dict[str, set[Cells]] = {}
    for one in printed(lines, set(by_title)):
        same = by_title.get(one.title, [])
        if one.kind == "Tabel" and same:
            if NAMED in one.lines:
                seen.setdefault(one.title, set())
                faults += [] if any(map(one.names, same)) else [f"{one.title}: {one.named()}"]
                continue
            allowed: dict[str, set[Cells]] = {}
            for table in same:
                for label, cells in _allowed(table).items():
                    allowed.setdefault(label, set()).update(cells)
                # The heads of a turned table are names of areas, which end in figures themselves.
                one.lines = [line for line in one.lines if line != _turned_head(table)]
            for row in one.rows(allowed):
                seen.setdefault(one.title, set()).add(row.cells)
                # A long name runs over two lines; its figures stand beside the last of them.
                beside = [of for name, of in allowed.items() if name.endswith(row.label)]
                if row.cells not in set().union(*beside):
                    faults.append(f"{one.title}: {row.label} {row.cells}")
                bases = [d for table in same for d in _figures(table) if d]
                faults += [
                    f"{one.title}: {row.label} {share}"
                    for share in row.shares
                    if share not in {_half_up(row.cells[0] or 0, d) for d in bases}
                ]
        elif one.kind == "Tabel":
            known = {tuple(v for v in _open(row)) for row in facts["open"]}
            faults += [
                f"{one.title}: {row.label} {row.cells}"
                for row in one.rows(areas)
                if row.shares and row.cells not in known
            ]
        elif one.kind == "Gambar":
            names = areas.union(*map(_allowed, same))
            faults += [
                f"{one.title}: {row.label} {row.cells}"
                for row in one.rows(names)
                if not set(row.cells) <= every | {None} and not _axis(one)
            ]
    faults += [f"not printed: {title}" for title in by_title if title not in seen]
    faults += _sentences(lines, facts, tables, indicators)
    return [*faults, *_counted(lines, by_title), *_years(lines, [own, *others])]


def _axis(one: Printed) -> bool:
    """A population pyramid prints the numbers of its axis, which are round and no figure."""
    return any(line.endswith("umur") for line in one.lines)


def _open(row: Mapping[str, Any]) -> list[int]:
    return [row[name] for name in ("families", "persons") if name in row]


def _open_figures(facts: Mapping[str, Any]) -> set[int]:
    return {v for row in facts["open"] for v in row.values() if isinstance(v, int)}


def _sentences(
    lines: list[str],
    facts: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]],
    indicators: list[dict[str, Any]],
) -> list[str]:
    """“n dari N” anywhere in the book: both are figures of one table, of an indicator, or counts of
    families reached."""
    known = [_figures(table) for table in tables.values()]
    known += [{one["n"], one["d"]} for one in indicators if one["n"] is not None]
    reached = [facts["collected"], *facts.get("held", ())]
    known += [{one["families"], one["target"]} for one in reached]
    known += [
        {row["families"], row["target"]} for row in facts.get("quality", {}).get("coverage", ())
    ]
    said = " ".join(lines)
    return [
        f"sentence: {found[0]}"
        for found in SHARE.finditer(said)
        if not any(
            {int(one.rstrip(".").replace(".", "")) for one in found.groups()} <= of for of in known
        )
    ]


def _counted(lines: list[str], by_title: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[str]:
    """How many each table counts, as the chapter on quality says."""
    for line in lines[lines.index(METHODS, lines.index("Cara membaca buku ini")) :]:
        for title, same in by_title.items():
            if line.startswith(f"{title} "):
                told = re.findall(r"(?<!\S)\d[\d.]*(?!\S)", line[len(title) :])
                counts = {int(one.replace(".", "")) for one in told}
                if not any(counts <= _figures(table) for table in same):
                    yield f"counted: {line}"


def _years(lines: list[str], known: list[Released]) -> Iterator[str]:
    """Two years side by side: exact counts, and parts with what they were divided by."""
    at = len(lines) - 1 - lines[::-1].index(YEARS) if YEARS in lines else len(lines)
    counts = set().union(*(_open_figures(one.facts) for one in known))
    pairs = {(one["n"], one["d"]) for each in known for one in each.indicators}
    for line in lines[at:]:
        if re.match(r"^1\. \w", line):
            return
        for n, d in re.findall(r"\((\d[\d.]*) : (\d[\d.]*)\)", line):
            if (int(n.replace(".", "")), int(d.replace(".", ""))) not in pairs:
                yield f"years: {line}"
        plain = re.search(r" (\d[\d.]*) (\d[\d.]*) [+−]?\d[\d.]*$", line)
        if plain and not {int(one.replace(".", "")) for one in plain.groups()} <= counts:
            yield f"years: {line}"

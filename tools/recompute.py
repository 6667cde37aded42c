"""Recompute published figures from the raw answers, with nothing of Cantik but its stored bytes.

    python tools/recompute.py --home var --key ~/.config/cantik/master.key [--database URL]
                              [--figures 50] [--seed 1]

It imports no room of the house. For random figures of the released folder (tables, CSV, indicators)
it walks: released file -> decision -> proposed, protected and clean edition by their manifests ->
the families' answers as stored -> counts by its own reading of the pack -> the sealed protection
state -> the figure. Exit code 1 when a single figure does not come out the same, 2 when the walk
itself cannot be made.
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import random
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

OUTSIDE, TOTAL = "di_luar", "jumlah"
OPEN = "open"  # our word for the exact total that stands beside a row
OPEN_LABEL = "Seluruhnya"
SEXES = {"1": "l", "2": "p"}


class Broken(Exception):
    """The chain from figure to answers is broken; the message says where."""


# -- where the bytes are ----------------------------------------------------------------------


class Database:
    """Rows of the few tables that are read; ``url`` is sqlite:///path or postgresql://..."""

    def __init__(self, url: str) -> None:
        self._mark = "?"
        if url.startswith("sqlite:///"):
            path = Path(url.removeprefix("sqlite:///"))
            if not path.exists():
                raise Broken(f"no database at {path}")
            self._link: Any = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        else:
            import psycopg  # only where the data are in PostgreSQL

            self._link = psycopg.connect(url)
            self._mark = "%s"

    def rows(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        cursor = self._link.cursor()
        cursor.execute(query.replace("?", self._mark), given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def one(self, what: str, query: str, *given: Any) -> tuple[Any, ...]:
        found = self.rows(query, *given)
        if len(found) != 1:
            raise Broken(f"{what}: {len(found)} rows where one was expected")
        return found[0]


def as_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def unseal(sealed: bytes, context: str, master: bytes) -> bytes:
    """AES-256-GCM under a key derived for the context: version byte, 12 bytes nonce, the rest."""
    key = HKDF(
        algorithm=hashes.SHA256(), length=32, salt=b"cantik", info=f"seal:{context}".encode()
    ).derive(master)
    try:
        return AESGCM(key).decrypt(sealed[1:13], sealed[13:], context.encode())
    except InvalidTag:
        raise Broken(f"the key does not open {context}") from None


# -- the pack, read anew ----------------------------------------------------------------------

TOKEN = re.compile(r"\$\{(\w+)\}|'([^']*)'|(\d+(?:\.\d+)?)|(<=|>=|!=|=|<|>|\(|\)|\band\b|\bor\b)")


class Condition:
    """Comparisons of one answer with a number or a code, joined by ``and``, ``or``, brackets."""

    def __init__(self, source: str) -> None:
        self._tokens = list(TOKEN.finditer(source))
        if TOKEN.sub("", source).strip():
            raise Broken(f"a condition this script cannot read: {source}")
        self._at = 0
        self._tree = self._either()
        if self._at != len(self._tokens):
            raise Broken(f"a condition this script cannot read: {source}")

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return self._value(self._tree, answers)

    def _next(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return (token.group(4) or "") if token is not None else ""

    def _either(self) -> Any:
        parts = [self._both()]
        while self._next() == "or":
            self._at += 1
            parts.append(self._both())
        return ("or", parts)

    def _both(self) -> Any:
        parts = [self._single()]
        while self._next() == "and":
            self._at += 1
            parts.append(self._single())
        return ("and", parts)

    def _single(self) -> Any:
        if self._next() == "(":
            self._at += 1
            inner = self._either()
            if self._next() != ")":
                raise Broken("a bracket is not closed")
            self._at += 1
            return inner
        left = self._operand()
        sign = self._next()
        self._at += 1
        return ("compare", [left, sign, self._operand()])

    def _operand(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise Broken("a condition ends too early")
        name, text, number, _sign = self._tokens[self._at].groups()
        self._at += 1
        if name is not None:
            return "name", name
        if number is not None:
            return "number", number
        if text is not None:
            return "text", text
        raise Broken("a condition this script cannot read")

    def _value(self, tree: Any, answers: Mapping[str, Any]) -> bool:
        kind: str = tree[0]
        parts: list[Any] = tree[1]
        if kind == "or":
            return any(self._value(part, answers) for part in parts)
        if kind == "and":
            return all(self._value(part, answers) for part in parts)
        left, sign, right = parts
        a, b = (self._given(side, answers) for side in (left, right))
        if sign in ("=", "!=") and "number" not in (left[0], right[0]):
            return bool((a == b) == (sign == "="))
        x, y = _number(a), _number(b)
        signs = {"=": x == y, "!=": x != y, "<": x < y, ">": x > y, "<=": x <= y, ">=": x >= y}
        if sign not in signs:
            raise Broken("a condition this script cannot read")
        return bool(signs[sign])

    def _given(self, side: tuple[str, str], answers: Mapping[str, Any]) -> str:
        if side[0] != "name":
            return side[1]
        value = answers.get(side[1])
        return "" if value is None else str(value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


@dataclass
class Plan:
    """How one table counts: the class of an answer, and for whom."""

    id: str
    unit: str
    variable: str
    by_sex: bool
    universe: Condition | None
    classes: list[dict[str, Any]]
    merged: list[dict[str, Any]]

    def code(self, answers: Mapping[str, Any], merged: bool) -> str:
        """The class of these answers; di_luar for none."""
        if self.universe is not None and not self.universe.holds(answers):
            return OUTSIDE
        value = answers.get(self.variable)
        found = next((c["code"] for c in self.classes if _in(c, value)), OUTSIDE)
        if merged and found != OUTSIDE:
            return next(str(c["code"]) for c in self.merged if found in c["members"])
        return str(found)


def _in(one: Mapping[str, Any], value: Any) -> bool:
    if value is None:
        return False
    if one.get("range") is not None:
        low, high = one["range"]
        return (low is None or int(value) >= low) and (high is None or int(value) <= high)
    return str(value) in [str(code) for code in one["members"]]


def plans(content: Mapping[str, Any]) -> dict[str, Plan]:
    known = {one["id"]: one for one in content["classifications.yaml"]}
    found = {}
    for one in content["tables.yaml"]:
        classes = known[one["classification"]]
        universe = one.get("universe")
        found[one["id"]] = Plan(
            one["id"],
            one["unit"],
            one["variable"],
            bool(one["by_sex"]),
            Condition(universe) if universe else None,
            classes["classes"],
            classes.get("merged") or [],
        )
    return found


# -- from clean data to answers ---------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """What a pack calls its forms and what is repeated in them; a family with its members where
    it says nothing."""

    main: str
    unit: str
    member: str
    people: bool

    @staticmethod
    def of(content: Mapping[str, Any]) -> "Names":
        family = [{"name": "keluarga", "unit": "keluarga"}, {"name": "anggota", "unit": "orang"}]
        listed = content["pack.yaml"].get("records") or family
        inner = listed[1]["name"] if len(listed) > 1 else ""
        people = any(one["unit"] == "orang" for one in listed)
        return Names(listed[0]["name"], listed[0]["unit"], inner, people)


@dataclass
class Counted:
    """The families of one clean edition, or whatever its forms are about: (leaf, answers); their
    counted members likewise, with the answers of the family beside their own."""

    families: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    members: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


class Store:
    """Everything behind the released folder."""

    def __init__(self, home: Path, database: Database, master: bytes) -> None:
        self.home = home
        self.database = database
        self.master = master
        self.above = {
            str(id_): str(path).split("/")
            for id_, path in database.rows("SELECT id, path FROM people_area")
        }
        self._counted: dict[str, Counted] = {}
        self._editions: dict[str, dict[str, Any]] = {}

    def manifest(self, edition_id: str) -> dict[str, Any]:
        if edition_id not in self._editions:
            text, deleted = self.database.one(
                f"edition {edition_id[:12]}",
                "SELECT manifest_text, deleted_at FROM ledger_edition WHERE id = ?",
                edition_id,
            )
            if hashlib.sha256(text.encode()).hexdigest() != edition_id:
                raise Broken(f"manifest {edition_id[:12]} is not what its name says")
            self._editions[edition_id] = {**json.loads(text), "deleted": deleted is not None}
        return self._editions[edition_id]

    def file(self, edition_id: str, name: str) -> bytes:
        sha = self.manifest(edition_id)["files"][name]
        data: bytes = (self.home / "files" / sha[:2] / sha).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha:
            raise Broken(f"file {name} of {edition_id[:12]} is not what its name says")
        return data

    def pack(self, pack_hash: str) -> dict[str, Any]:
        (text,) = self.database.one(
            "pack", "SELECT content FROM design_packrecord WHERE hash = ?", pack_hash
        )
        if hashlib.sha256(text.encode()).hexdigest() != pack_hash:
            raise Broken("the pack is not what its hash says")
        content: dict[str, Any] = json.loads(text)
        return content

    def state(self, proposal_id: str) -> dict[str, tuple[int, int]]:
        version, sealed = self.database.one(
            "protection state",
            "SELECT version, sealed FROM ledger_sealeddocument WHERE kind = ? AND ref = ? AND "
            "version = (SELECT MAX(version) FROM ledger_sealeddocument WHERE kind = ? AND ref = ?)",
            "protection", proposal_id, "protection", proposal_id,
        )  # fmt: skip
        context = f"document/protection/{proposal_id}/{version}"
        cells = json.loads(unseal(bytes(sealed), context, self.master))["cells"]
        return {key: (int(true), int(shown)) for key, (true, shown) in cells.items()}

    def counted(self, clean_id: str) -> Counted:
        """The raw answers behind a clean edition: each of its rows must be found again among the
        stored versions of that family's answers; those answers are what is counted."""
        if clean_id in self._counted:
            return self._counted[clean_id]
        manifest = self.manifest(clean_id)
        content = self.pack(manifest["words"]["pack"])
        counts = content["pack.yaml"].get("counted")
        rule = Condition(counts) if counts else None
        names = Names.of(content)
        families, members = (
            parquet.read_table(io.BytesIO(self.file(clean_id, f"{name}.parquet"))).to_pylist()
            if name
            else []
            for name in (names.main, names.member)
        )
        inside: dict[str, list[dict[str, Any]]] = {}
        for member in members:
            inside.setdefault(member[names.main], []).append(member)
        stored = self._versions(manifest["activity"])
        made = Counted()
        for row in families:
            own = inside.pop(row["id"], [])
            answers = next(
                (one for one in stored.get(row["id"], []) if _same(names, row, own, one, rule)),
                None,
            )
            if answers is None:
                raise Broken("a family of the clean data is not among the stored answers")
            made.families.append((row["wilayah"], answers[names.main]))
            for member in own:
                person = answers[names.member][member["nomor"] - 1]
                made.members.append((row["wilayah"], {**answers[names.main], **person}))
        if inside:
            raise Broken("members without a family in the clean data")
        self._counted[clean_id] = made
        return made

    def _versions(self, activity_id: str) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for id_, answers in self.database.rows(
            "SELECT id, answers FROM collect_submission WHERE activity_id = ?", activity_id
        ):
            found.setdefault(id_, []).append(as_json(answers))
        for id_, answers in self.database.rows(
            "SELECT v.submission_id, v.answers FROM collect_submissionversion v "
            "JOIN collect_submission s ON s.id = v.submission_id WHERE s.activity_id = ? "
            "ORDER BY v.version DESC",
            activity_id,
        ):
            found.setdefault(id_, []).append(as_json(answers))
        return found


def _same(
    names: Names,
    row: Mapping[str, Any],
    members: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Any],
    rule: Condition | None,
) -> bool:
    """Whether a family's row and its members are these answers, no member more and none less."""
    family, people = answers[names.main], answers[names.member] if names.member else []
    if any(row[name] != family.get(name) for name in row if name not in ("id", "wilayah")):
        return False
    numbers = [
        at
        for at, one in enumerate(people, start=1)
        if (one.get("jenis_kelamin") or not names.people)
        and (rule is None or rule.holds({**family, **one}))
    ]
    if numbers != [member["nomor"] for member in members]:
        return False
    return all(
        member[name] == people[member["nomor"] - 1].get(name)
        for member in members
        for name in member
        if name not in (names.main, "wilayah", "nomor")
    )


# -- one release ------------------------------------------------------------------------------


class Release:
    """One released folder, walked back to its answers."""

    def __init__(self, store: Store, folder: Path, listed: Mapping[str, Any]) -> None:
        self.store = store
        self.folder = folder
        self.listed = listed
        self.facts = json.loads(self.read("release.json"))
        proposed, protected, clean, files = store.database.one(
            "proposal",
            "SELECT p.proposed_edition_id, p.protected_edition_id, p.clean_edition_id, d.files "
            "FROM protect_proposal p JOIN protect_decision d ON d.proposal_id = p.id "
            "WHERE p.id = ? AND d.verdict = 'approve'",
            self.facts["proposal"],
        )
        decided = as_json(files)
        if {name: sha for name, (sha, _size) in listed["files"].items()} != decided:
            raise Broken(f"{folder.name}: released files are not those that were decided on")
        if store.manifest(proposed)["files"] != decided:
            raise Broken(f"{folder.name}: decided files are not those of the proposal")
        if store.manifest(proposed)["made_from"][:1] != [protected]:
            raise Broken(f"{folder.name}: proposal and protected edition do not belong together")
        if store.manifest(protected)["made_from"] != [clean]:
            raise Broken(f"{folder.name}: protected and clean edition do not belong together")
        self.erased = store.manifest(clean)["deleted"]
        self.clean = clean
        self.content = store.pack(store.manifest(clean)["words"]["pack"])
        self.plans = plans(self.content)
        self.state = store.state(self.facts["proposal"])
        self.tables = {id_: self._table(protected, id_) for id_ in self.plans}
        self._raw: dict[str, Any] = {}

    def read(self, name: str) -> bytes:
        data = (self.folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != self.listed["files"][name][0]:
            raise Broken(f"{self.folder.name}/{name} is not the file of the list")
        return data

    def _table(self, protected: str, id_: str) -> dict[str, Any]:
        data = self.read(f"tabel/{id_}.json")
        if data != self.store.file(protected, f"tabel/{id_}.json"):
            raise Broken(f"{self.folder.name}/{id_}: not the bytes of the protected edition")
        table: dict[str, Any] = json.loads(data)
        return table

    # -- figures

    def figures(self) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
        """(kind, place, shown) of every published number."""
        for id_, table in self.tables.items():
            for row in table["rows"]:
                for at, by in enumerate(table["by"]):
                    yield "table", (id_, row["area"], by["code"], OPEN), row["open"][at]
                    cells = row["values"][at] if row["values"] is not None else []
                    for column, shown in zip(table["columns"], cells, strict=False):
                        yield "table", (id_, row["area"], by["code"], column["code"]), shown
            yield from self._csv(id_, table)
        for one in json.loads(self.read("indicators.json")):
            if one["withheld"] is None:
                yield "indicator", (one["id"],), (one["n"], one["d"], one["percent"])

    def _csv(self, id_: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
        """The lines of a CSV by what they name; an RT of one label in two dusun is two places."""
        outside = any(column.get("outside") for column in table["columns"])
        names: dict[tuple[str, str, str, str], list[tuple[str, str, str]]] = {}
        for row in table["rows"]:
            for by in table["by"]:
                key = row["level"], row["label"], by["label"]["id"]
                place = row["area"], by["code"]
                names.setdefault((*key, OPEN_LABEL), []).append((*place, OPEN))
                for column in table["columns"]:
                    code = column["code"]
                    if code == TOTAL and not outside:
                        code = OPEN
                    if code == OPEN or row["values"] is not None:
                        names.setdefault((*key, column["label"]["id"]), []).append((*place, code))
        for line in csv.DictReader(io.StringIO(self.read(f"tabel/{id_}.csv").decode("utf-8"))):
            if line["nilai"] == "NA":
                continue
            key_ = line["tingkat"], line["wilayah"], line["jenis_kelamin"], line["kelas"]
            if key_ not in names:
                raise Broken(f"{id_}.csv shows a cell that the table does not have")
            yield "csv", (id_, names[key_]), int(line["nilai"])

    def recompute(self, kind: str, place: tuple[Any, ...]) -> Any:
        """The figure from answers and state; for a line of CSV all that it may mean."""
        if kind == "table":
            return self.cell(*place)
        if kind == "csv":
            return {self.cell(place[0], *one) for one in place[1]}
        return self._indicator(place[0])

    def cell(self, id_: str, area: str, by: str, column: str) -> int | None:
        table = self.tables[id_]
        sexes = [one["code"] for one in table["by"]]
        if by == TOTAL and len(sexes) > 1:
            return _sum(self.cell(id_, area, sex, column) for sex in sexes if sex != TOTAL)
        if column == OPEN:
            return self._count(id_, area, by, None)
        if column == TOTAL:
            inside = [c["code"] for c in table["columns"] if c["code"] not in (TOTAL, OUTSIDE)]
            return _sum(self.cell(id_, area, by, code) for code in inside)
        true = self._count(id_, area, by, column)
        if not table["base"]:
            return true
        codes = [c["code"] for c in table["columns"] if c["code"] not in (TOTAL, OUTSIDE)]
        start, end = f"{id_}:{','.join(codes)}|", f"/{by}|{column}"
        counted = shown = 0
        for key, (was, out) in self.state.items():
            if key.startswith(start) and key.endswith(end):
                unit = key[len(start) : -len(end)].removeprefix("rest:")
                if area in self.store.above[unit]:
                    _rule(was, out, table["base"], table["largest_step"])
                    counted, shown = counted + was, shown + out
        if counted != true:
            raise Broken(f"{id_}: the protection state counts other answers than were stored")
        return shown

    def _count(self, id_: str, area: str, by: str, column: str | None) -> int:
        """Families or members in an area; of one class unless ``column`` is None."""
        if id_ not in self._raw:
            self._raw[id_] = self._count_all(id_)
        rows: np.ndarray[Any, Any] = self._raw[id_]
        inside = [area in self.store.above[leaf] for leaf in rows["leaf"]]
        chosen = np.asarray(inside, dtype=bool)
        if column is not None:
            chosen &= rows["code"] == column
        if by != TOTAL:
            chosen &= rows["sex"] == by
        return int(chosen.sum())

    def _count_all(self, id_: str) -> np.ndarray[Any, Any]:
        plan, merged = self.plans[id_], bool(self.tables[id_]["merged"])
        counted = self.store.counted(self.clean)
        main = Names.of(self.content).unit
        units = counted.families if plan.unit == main else counted.members
        rows = [
            (leaf, SEXES.get(str(answers.get("jenis_kelamin")), ""), plan.code(answers, merged))
            for leaf, answers in units
        ]
        return np.array(rows, dtype=[("leaf", "U16"), ("sex", "U2"), ("code", "U40")])

    def _indicator(self, id_: str) -> tuple[int, int, str]:
        one = next(one for one in self.content["indicators.yaml"] if one["id"] == id_)
        table = self.tables[one["table"]]
        root, by = table["rows"][0]["area"], table["by"][0]["code"]
        below = one["denominator"]
        parts = [TOTAL] if below == "all" else list(below)
        n, d = (
            _sum(self.cell(one["table"], root, by, code) for code in codes)
            for codes in (one["numerator"], parts)
        )
        if n is None or not d:
            raise Broken(f"indicator {id_} is published but cannot be computed")
        tenths = (2 * n * int(one["multiplier"]) * 10 + d) // (2 * d)
        return n, d, f"{tenths // 10},{tenths % 10}"


def _sum(parts: Iterator[int | None] | Any) -> int | None:
    found = list(parts)
    return None if None in found else sum(found)


def _rule(true: int, shown: int, base: int, step: int) -> None:
    """The method: small counts to 0 or the base, the others within the largest step."""
    if true < base:
        allowed = shown in (0, base) if true else shown == 0
    elif true == base:
        allowed = shown == base
    else:
        allowed = abs(shown - true) <= step and shown >= base
    if not allowed:
        raise Broken(f"{true} is published as {shown}, which the method never does")


# -- all of it --------------------------------------------------------------------------------


def releases(store: Store) -> Iterator[Release]:
    """Every release whose files can be read now."""
    root = store.home / "released"
    for index in sorted(root.glob("*/index.json")):
        for listed in json.loads(index.read_bytes())["releases"]:
            if listed["files"]:
                yield Release(store, index.parent / str(listed["number"]), listed)


def mismatches(store: Store, *, figures: int, seed: int) -> tuple[int, int, list[str]]:
    """(recomputed, of how many releases, what differs) for so many random figures."""
    found = [one for one in releases(store) if not one.erased]
    everything = [(one, *figure) for one in found for figure in one.figures()]
    if not everything:
        raise Broken("nothing is published that could be recomputed")
    draw = random.Random(seed)  # noqa: S311 which figures to try is no secret
    chosen = draw.sample(everything, min(figures, len(everything)))
    wrong = []
    for one, kind, place, shown in chosen:
        try:
            again = one.recompute(kind, place)
        except Broken as fault:
            again = str(fault)
        if again != shown and not (isinstance(again, set) and shown in again):
            where = f"{one.folder.parent.name}/{one.folder.name} {kind} {place[0]}"
            wrong.append(f"{where}: published {shown}, recomputed {again}")
    return len(chosen), len(found), wrong


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--figures", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    try:
        master = base64.b64decode(given.key.read_bytes().strip(), validate=True)
        url = given.database or f"sqlite:///{given.home / 'cantik.sqlite3'}"
        count, of, wrong = mismatches(
            Store(given.home, Database(url), master), figures=given.figures, seed=given.seed
        )
    except (Broken, OSError, KeyError, ValueError) as fault:
        print(f"the walk could not be made: {type(fault).__name__}: {fault}", file=sys.stderr)
        return 2
    for line in wrong:
        print(line)
    print(f"{count} figures of {of} releases recomputed, {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""The same instrument on paper: what stands on each line, with the skips drawn. Pure.

A skip is drawn as an arrow at the answers after which the next questions are not asked; what no
arrow can say stands in words above its question. Of a repeated record the open facts stand in a
list, one line each, and the other questions in columns.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cantik.kernel.text import Text, as_said_in, pick

from .asking import Condition
from .pack import Pack
from .wording import Asked, questionnaire

COLUMNS = 4  # of a repeated record on one page
LINES = 8  # in its list of names
MOST_ANSWERS = 40  # printed under a question; longer lists are written out in words
VISIT_ENDS = -1  # nobody answered: nothing more is asked
MOST_CODES = 400  # in the list at the end
DIGITS = 6
_SIGNS = {"<=": "≤", ">=": "≥"}
_MOST = re.compile(r"\.\s*<=?\s*(\d+)")
_EXACT = re.compile(r"\[0-9\]\{(\d+)\}")


def paper(
    pack: Pack, *, places: Sequence[str], words: Mapping[str, str], kind: str, language: str
) -> dict[str, Any]:
    """Data of ``paper.typ``. ``places``: the names for the question on the place, in their order;
    ``words``: village, period, day, example and language, from the caller; ``kind`` of village, for
    words such as lurah."""
    asked = questionnaire(pack)
    say = _Say(kind, language)
    parts = []
    codes: dict[str, list[list[str]]] = {}
    for record in pack.records:
        some = asked[record.name]
        lines = [
            _line(pack, one, some[at + 1 :], places, say, codes) for at, one in enumerate(some)
        ]
        repeated = record.name == pack.member
        listed = [line for line in lines if repeated and line["kind"] in ("text", "date")]
        parts.append(
            {
                "title": say(record.title),
                "repeated": repeated,
                "listed": listed,
                "lines": [line for line in lines if line not in listed],
            }
        )
    return {
        **words,
        "title": say(pack.title),
        "source": say(pack.source),
        "notice": [one for one in say(pack.privacy_notice).splitlines() if one.strip()],
        "parts": parts,
        "codes": [{"title": title, "rows": rows} for title, rows in codes.items()],
        "columns": COLUMNS,
        "rows": LINES,
        "said": _said(),
    }


@dataclass(frozen=True)
class _Say:
    kind: str
    language: str

    def __call__(self, text: Text) -> str:
        return pick(as_said_in(text, self.kind), self.language) if text else ""


def _said() -> dict[str, str]:
    """The words of the form itself."""
    return {
        "form": _("Nomor formulir"),
        "read": _("Dibacakan sebelum bertanya"),
        "who": _("Petugas"),
        "date": _("Tanggal"),
        "checked": _("Diperiksa oleh"),
        "page": _("Halaman"),
        "of": _("dari"),
        "codes": _("Daftar kode"),
        "person": _("Ke-"),
        "more": _("Lebih dari itu: pakai formulir kedua dengan nomor yang sama."),
        "same": _("Nomor urut sama dengan daftar di atas."),
        "how": _(
            "Tulis angka kodenya di kotak. Panah menunjukkan nomor berikutnya. * wajib diisi."
        ),
    }


def _line(
    pack: Pack,
    one: Asked,
    later: Sequence[Asked],
    places: Sequence[str],
    say: _Say,
    codes: dict[str, list[list[str]]],
) -> dict[str, Any]:
    question = one.question
    kind = "place" if question.role == "area" else question.kind
    answers = [(choice.code, say(choice.label)) for choice in one.choices]
    listed = kind == "place" or len(answers) > MOST_ANSWERS
    note = ""
    if kind == "place":
        note = ", ".join(places) if len(places) <= MOST_ANSWERS else _("Tulis RT atau dusunnya.")
    elif listed and len(answers) <= MOST_CODES:
        title = say(question.label)
        codes.setdefault(title, [list(pair) for pair in answers])
        note = _("Lihat daftar kode di belakang.")
    elif listed:
        note = _("Tulis jawabannya dengan kata; kodenya dicari saat diketik.")
    jumps = {} if listed or kind != "choice" else _jumps(one, later)
    if question.name == pack.result:
        jumps = dict.fromkeys(pack.no_answers, VISIT_ENDS)
    return {
        "number": one.number,
        "name": question.name,
        "kind": kind,
        "words": say(question.label),
        "hint": say(question.hint),
        "required": question.required,
        "when": _when(one.conditions, say),
        "answers": []
        if listed
        else [
            {"code": code, "label": label, "to": _to(jumps.get(code))} for code, label in answers
        ],
        "note": note,
        "digits": _digits(question.constraint.source if question.constraint else "", kind, answers),
    }


def _digits(constraint: str, kind: str, answers: Sequence[tuple[str, str]]) -> int:
    """How many boxes an answer needs; 0 where it is written on a line."""
    exact = _EXACT.search(constraint)
    if exact and int(exact.group(1)) <= 20:
        return int(exact.group(1))
    if kind == "choice":
        return min(DIGITS, max((len(code) for code, _label in answers), default=1))
    if kind == "integer":
        most = _MOST.search(constraint)
        return min(12, len(most.group(1))) if most else DIGITS
    return 0


def _jumps(one: Asked, later: Sequence[Asked]) -> dict[str, int]:
    """After which answer the next questions are left out, and which number follows; 0: the part is
    at its end."""
    found: dict[str, int] = {}
    for choice in one.choices:
        skipped = 0
        for following in later:
            if not _leaves_out(following.conditions, one.question.name, choice.code):
                break
            skipped += 1
        if skipped:
            found[choice.code] = later[skipped].number if skipped < len(later) else 0
    return found


def _leaves_out(conditions: Sequence[Condition], name: str, code: str) -> bool:
    """Whether this answer alone says that a question is not asked."""
    return any(
        part.question is not None
        and part.question.name == name
        and part.answers
        and code not in {answer.code for answer in part.answers}
        for part in conditions
    )


def _to(number: int | None) -> str:
    if number is None:
        return ""
    if number == VISIT_ENDS:
        return _("selesai")
    return _("ke %(n)s") % {"n": number} if number else _("bagian ini selesai")


def _when(conditions: Sequence[Condition], say: _Say) -> str:
    """ "hanya bila …", or "" for a question that is always asked."""
    told = []
    for part in conditions:
        if part.question is None:
            return _("Hanya bila cocok dengan jawaban sebelumnya; diperiksa lagi saat diketik.")
        label = say(part.question.label)
        if part.answers:
            some = " / ".join(f"{one.code} {say(one.label)}" for one in part.answers[:6])
            more = " …" if len(part.answers) > 6 else ""
            told.append(f"{label} = {some}{more}")
        else:
            told.append(f"{label} {_SIGNS.get(part.sign, part.sign)} {part.number}")
    return _("Hanya bila %(what)s.") % {"what": "; ".join(told)} if told else ""

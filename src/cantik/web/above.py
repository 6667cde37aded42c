"""What someone above the village may do, told by what they watch over (roles.yaml)."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.disseminate import api as disseminate
from cantik.kernel.text import pick
from cantik.look.tasks import Task


def offers(region: Any, rows: Sequence[Any]) -> list[Task]:
    """For each thing watched over, in its order, the page or file where something can be done:
    ``region`` as ``home.regions`` tells it, ``rows`` the villages there with their stage."""
    inside = {one.id for one in region.villages}
    made = {
        "progress": _progress([row for row in rows if row.area.id in inside]),
        "publications": _publications(region),
        "topics": _topics(region),
        "metadata": _metadata(region),
    }
    listed = [made[part] for part in region.watches]
    return [one for row in zip_longest(*listed) for one in row if one]


def _task(title: str, why: str, minutes: int, url: str, button: str, chip: str = "") -> Task:
    return Task(title, why, chip, minutes, url, button, pressing=False)


def _progress(rows: Sequence[Any]) -> list[Task]:
    """The village that is furthest from its target, of those whose figures are not out."""
    behind = [row for row in rows if row.stage and not row.out and row.done < row.target]
    behind.sort(key=lambda row: (row.done / row.target, row.area.label))
    return [
        _task(
            _("Lihat pendataan %(village)s") % {"village": row.area.label},
            _("Baru %(done)s dari %(total)s %(unit)s; tampak RT mana yang tertinggal.")
            % {
                "done": row.done,
                "total": row.target,
                "unit": pick(row.unit, get_language() or "id"),
            },
            3,
            reverse("collect:overview", kwargs={"village_id": row.area.id}),
            _("Lihat"),
        )
        for row in behind[:1]
    ]


def _publications(region: Any) -> list[Task]:
    """The newest release, the list of who has published what as a file, two years side by side."""
    found = []
    for one in sorted(region.published, key=lambda one: one.released_at, reverse=True)[:1]:
        found.append(
            _task(
                _("Baca terbitan terbaru: %(village)s %(period)s")
                % {"village": one.label, "period": one.period},
                _("%(title)s, %(n)s tabel.")
                % {"title": pick(one.title, get_language() or "id"), "n": one.tables},
                5,
                one.url,
                _("Baca"),
                "published",
            )
        )
    found.append(
        _task(
            _("Unduh daftar siapa sudah mengumumkan apa"),
            _("%(n)s dari %(total)s %(called)s di %(area)s sudah mengumumkan angka.")
            % {
                "n": region.publishing,
                "total": len(region.villages),
                "called": region.called,
                "area": region.area.label,
            },
            1,
            reverse("disseminate:publishers_csv", kwargs={"area_id": region.area.id}),
            _("Unduh CSV"),
        )
    )
    for one in region.published:
        made = disseminate.compare(one.village_id)
        if made:
            return found + made
    return found


def _topics(region: Any) -> list[Task]:
    """All tables of the newest release in one file, ready for planning."""
    for one in sorted(region.published, key=lambda one: one.released_at, reverse=True)[:1]:
        given = {"village_id": one.village_id, "number": one.number}
        return [
            _task(
                _("Unduh tabel untuk perencanaan: %(village)s %(period)s")
                % {"village": one.label, "period": one.period},
                _("%(n)s tabel dalam satu berkas Excel.") % {"n": one.tables},
                1,
                reverse("disseminate:workbook", kwargs=given),
                _("Unduh Excel"),
            )
        ]
    return []


def _metadata(region: Any) -> list[Task]:
    """The activity whose metadata lack most."""
    lacking = [one for one in region.described if one.filled < one.asked]
    lacking.sort(key=lambda one: (one.filled / one.asked, one.area.label))
    return [
        _task(
            _("Periksa metadata %(village)s") % {"village": one.area.label},
            _("%(n)s dari %(total)s isian sudah ada.") % {"n": one.filled, "total": one.asked},
            10,
            one.url,
            _("Periksa"),
        )
        for one in lacking[:1]
    ]

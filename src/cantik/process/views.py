"""The pages on which answers are looked at, mended, and cut into clean data."""

import re
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cantik.collect import api as collect
from cantik.design import api as design
from cantik.design.api import Question
from cantik.kernel.problems import Refused, Severity
from cantik.kernel.text import Text, pick
from cantik.kernel.tree import Tree
from cantik.people import api as people
from cantik.vault import api as vault

from . import actions, api, rules
from .models import Cut, Finding

WARN_BELOW_PERCENT = 80
PLACE = re.compile(r"([a-z][a-z0-9_]*)\.(-1|[0-9]{1,4})\.([a-z0-9_]+)")
NUMBER = re.compile(r"[0-9]{1,9}")


def _activity(request: HttpRequest, village_id: str) -> design.ActivityInfo | None:
    known = design.activities(village_id)
    wanted = request.GET.get("kegiatan", "")
    if not wanted:
        return known[0] if known else None
    found = next((one for one in known if one.id == wanted), None)
    if found is None:
        raise Http404
    return found


def _say(text: Text) -> str:
    return pick(text, get_language() or "id")


def words_of(activity: design.ActivityInfo, kind: str, name: str) -> tuple[str, str]:
    """(what is wrong, how to mend it) of a finding."""
    if kind == rules.TWIN:
        return (
            _("Isinya sama persis dengan formulir lain."),
            _("Periksa apakah formulir ini terkirim dua kali. Bila ya, kembalikan salah satunya."),
        )
    if kind == rules.AREA:
        return (
            _("RT formulir ini tidak ada pada daftar wilayah."),
            _("Kirim isian ini lagi dengan RT yang benar."),
        )
    if kind == rules.RULE:
        rule = next((r for r in activity.pack.rules if r.id == name), None)
        if rule is None:
            return name, ""
        return _say(rule.message), _say(rule.remedy)
    question = activity.pack.instrument.question(name)
    label = _say(question.label)
    if kind == "missing":
        return _("%(label)s: belum diisi.") % {"label": label}, _("Tanyakan kepada yang didata.")
    if kind == "misplaced":
        return (
            _("%(label)s: terisi, padahal menurut jawaban lain tidak berlaku.") % {"label": label},
            _("Kosongkan, atau periksa jawaban sebelumnya."),
        )
    said = _say(question.constraint_message)
    if not said.casefold().startswith(label.casefold()):  # most say themselves what they are about
        said = f"{label}: {said}"
    return said, _("Periksa pada kartunya.")


@people.office("process.edit")
@never_cache
def overview(request: HttpRequest, village_id: str) -> HttpResponse:
    """What is to be looked at, by kind and by family."""
    activity = _activity(request, village_id)
    context: dict[str, Any] = {"village": people.area(village_id), "activity": activity}
    if activity is None:
        return render(request, "process/overview.html", context)
    if request.method == "POST":  # a number of a card has no place in an address
        meant = collect.sought(activity.id, request.POST.get("number", ""))
        if len(meant) == 1:
            return redirect("process:family", village_id=village_id, submission_id=meant[0])
        if not meant:
            messages.error(request, _("Formulir dengan nomor itu tidak ada di kegiatan ini."))
        context["meant"] = meant
    api.check(activity.id)
    rows = list(Finding.objects.filter(activity_id=activity.id, state=actions.OPEN))
    kinds = Counter((row.kind, row.name) for row in rows)
    said = {key: words_of(activity, *key)[0] for key in kinds}
    chosen = request.GET.get("jenis", "")
    groups = [
        {
            "key": f"{kind}.{name}",
            "words": said[kind, name],
            "n": n,
            "chosen": chosen == f"{kind}.{name}",
        }
        for (kind, name), n in sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    ]
    if chosen:
        rows = [row for row in rows if f"{row.kind}.{row.name}" == chosen]
    leaves = _places(design.tree_of(activity))
    places = {one.id: one.leaf_id for one in collect.submissions(activity.id)}
    families: dict[str, list[str]] = {}
    for row in rows:
        told = families.setdefault(row.submission_id, [])
        told.append(_who(row.member) + said[row.kind, row.name])
    listed = [
        {"id": id_, "leaf": leaves.get(places.get(id_, ""), ""), "faults": faults}
        for id_, faults in families.items()
    ]
    listed.sort(key=lambda one: (one["leaf"], one["id"]))
    page = Paginator(listed, 30).get_page(request.GET.get("halaman"))
    query = {"kegiatan": activity.id} | ({"jenis": chosen} if chosen else {})
    context |= {
        "known": design.activities(village_id),
        "groups": groups,
        "page": page,
        "query": urlencode(query) + "&",
        "chosen": chosen,
        "open": sum(kinds.values()),
        "families": sum(collect.progress(activity.id).values()),
        "explained": _count(activity, actions.ACCEPTED),
        "solved": _count(activity, actions.SOLVED),
        "clean": api.clean_edition(activity.id),
    }
    return render(request, "process/overview.html", context)


def _places(tree: Tree) -> dict[str, str]:
    """ "RT 01, Dusun Hilir" by leaf area: labels of RT may come again in another dusun."""
    found = {}
    for leaf in tree.leaves():
        above = tree.node(leaf.parent_id) if leaf.parent_id and leaf.parent_id in tree else None
        named = above is not None and above.id != tree.root.id
        found[leaf.id] = f"{leaf.label}, {above.label}" if above and named else leaf.label
    return found


def _count(activity: design.ActivityInfo, state: str) -> int:
    return Finding.objects.filter(activity_id=activity.id, state=state).count()


def _who(member: int | None) -> str:
    """ "Anggota 2: " before what is said of the second member."""
    if member is None or member < 0:
        return ""
    return _("Anggota %(n)s") % {"n": member + 1} + ": "


# -- one family -------------------------------------------------------------------------------


def _field(
    activity: design.ActivityInfo, question: Question, member: int | None, value: Any
) -> dict[str, Any]:
    key = f"{question.record}.{-1 if member is None else member}.{question.name}"
    choices = [(c.code, f"{c.code} = {_say(c.label)}") for c in activity.pack.choices(question)]
    shown = "" if value is None else str(value)
    if choices and value is not None:
        shown = _say(activity.pack.label(question, value))
    return {
        "key": key,
        "label": _say(question.label),
        "hint": _say(question.hint),
        "choices": choices,
        "value": "" if value is None else str(value),
        "was": "" if value is None else str(value),
        "shown": shown,
        "sealed": question.sealed,
        "kind": question.kind,
    }


def _changes(request: HttpRequest, pack: design.Pack) -> dict[tuple[str, int | None, str], Any]:
    """Answers that were typed: a sealed one counts when something was typed, others when they
    differ from what the page showed. 404 for a field no page of ours has."""
    found: dict[tuple[str, int | None, str], Any] = {}
    known = {one.name for one in pack.records}
    for key, value in request.POST.items():
        if key.partition(".")[0] not in known or "." not in key:
            continue
        place = PLACE.fullmatch(key)
        if place is None:
            raise Http404
        record, member, name = place.groups()
        if value == request.POST.get("was." + key, ""):
            continue
        found[record, None if member == "-1" else int(member), name] = value
    return found


@people.office("process.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def family(request: HttpRequest, village_id: str, submission_id: str) -> HttpResponse:
    """One family: its answers, what is to be looked at, and what can be done about it."""
    one = collect.submission(submission_id)
    if one.village_id != village_id:
        raise Http404
    activity = design.activity(one.activity_id)
    names: dict[str, Any] = {}
    typed: dict[str, str] = {}
    if request.method == "POST":
        what = request.POST.get("what", "")
        try:
            if what == "names":
                names = vault.read_identities(
                    actor=request.user,
                    village_id=village_id,
                    activity_id=one.activity_id,
                    record_ids=[one.id],
                    purpose="perbaikan_isian",
                    now=timezone.now(),
                ).get(one.id, {})
            else:
                _act(request, what, one)
                return _next(village_id, one, activity)
        except Refused as refused:
            messages.error(request, str(refused))
            typed = {key: str(value) for key, value in request.POST.items()}
    context = _family(request, one, activity, names, typed)
    return render(request, "process/family.html", context, status=422 if typed else 200)


def _act(request: HttpRequest, what: str, one: collect.SubmissionInfo) -> None:
    given: dict[str, Any] = {"actor": request.user, "now": timezone.now()}
    reason = request.POST.get("reason", "")
    seen = _number(request, "seen")
    if what == "edit":
        changes = _changes(request, design.activity(one.activity_id).pack)
        if not changes:
            raise Refused("nothing", _("Belum ada isian yang berubah."))
        actions.edit(submission_id=one.id, changes=changes, reason=reason, seen=seen, **given)
        messages.success(request, _("Isian sudah diperbaiki."))
    elif what == "accept":
        found = Finding.objects.filter(
            pk=_number(request, "finding") or 0, submission_id=one.id
        ).first()
        if found is None:
            raise Http404
        actions.accept_finding(finding_id=found.pk, reason=reason, seen=seen, **given)
        messages.success(request, _("Penjelasan dicatat."))
    elif what == "return":
        actions.give_back(submission_id=one.id, note=reason, **given)
        messages.success(request, _("Formulir ini menunggu ditanyakan lagi."))
    elif what == "erase":
        if request.POST.get("sure") != "yes":
            raise Refused("sure", _("Beri tanda bahwa formulir ini memang dihapus."))
        actions.erase(submission_id=one.id, reason=reason, **given)
        messages.success(request, _("Data pada formulir ini sudah dihapus."))
    else:
        raise Http404


def _number(request: HttpRequest, name: str) -> int | None:
    """A number that one of our pages put into the form."""
    text = request.POST.get(name, "")
    return int(text) if NUMBER.fullmatch(text) else None


def _next(
    village_id: str, one: collect.SubmissionInfo, activity: design.ActivityInfo
) -> HttpResponse:
    """Back to the family while something is open there, else to the list."""
    if Finding.objects.filter(submission_id=one.id, state=actions.OPEN).exists():
        return redirect("process:family", village_id=village_id, submission_id=one.id)
    overview = reverse("process:overview", kwargs={"village_id": village_id})
    return redirect(f"{overview}?kegiatan={activity.id}")


def _family(
    request: HttpRequest,
    one: collect.SubmissionInfo,
    activity: design.ActivityInfo,
    names: dict[str, Any],
    typed: dict[str, str],
) -> dict[str, Any]:
    """``typed`` is what was sent and refused: nothing has to be written twice."""
    api.check(activity.id)
    one = collect.submission(one.id)
    instrument = activity.pack.instrument
    everything = "semua" in request.GET or typed.get("form") == "semua"
    found = []
    for row in Finding.objects.filter(submission_id=one.id).exclude(state=actions.SOLVED):
        member = None if row.member < 0 else row.member
        message, remedy = words_of(activity, row.kind, row.name)
        verdict = design.Verdict(row.kind, member, row.name)
        fields: list[dict[str, Any]] = []
        about = [] if row.kind in (rules.TWIN, rules.AREA) else involved(activity, verdict)
        for name in about:
            question = instrument.question(name)
            at = member if question.record == activity.pack.member else None
            if question.record == activity.pack.member and at is None:
                fields += [
                    _field(activity, question, n, _value(activity, one, question, n))
                    | {"who": _who(n)}
                    for n in range(len(activity.pack.inside(one.answers)))
                ]
            else:
                fields.append(_field(activity, question, at, _value(activity, one, question, at)))
        found.append(
            {
                "row": row,
                "form": str(row.pk),
                "reason": actions.reason_of(row),
                "message": message,
                "remedy": remedy,
                "who": _who(member),
                "fields": _again(fields, typed, f"isian{row.pk}"),
                "may_accept": rules.severity(activity.pack, row.kind, row.name) != "refuse",
            }
        )
    tree = design.tree_of(activity)
    pack = activity.pack
    members = [
        _answers(activity, one, pack.member, n, names) for n in range(len(pack.inside(one.answers)))
    ]
    return {
        "village": people.area(one.village_id),
        "activity": activity,
        "one": one,
        "leaf": _places(tree).get(one.leaf_id, ""),
        "found": found,
        "family": _again(_answers(activity, one, pack.main, None, names), typed, "semua"),
        "members": [_again(fields, typed, "semua") for fields in members],
        "typed": typed,
        "names": bool(names),
        "may_see": people.can(request.user, "identity.read", one.village_id),
        "may_erase": people.can(request.user, "erase", one.village_id),
        "everything": everything,
    }


def involved(activity: design.ActivityInfo, verdict: design.Verdict) -> list[str]:
    """The questions where a finding can be mended: a calculated answer at what it is made from."""
    found: list[str] = []
    for name in design.involved(activity.pack, verdict):
        question = activity.pack.instrument.question(name)
        if name == "umur":
            found.append("tanggal_lahir")
        elif question.role not in ("derived", "area"):
            found.append(name)
    return list(dict.fromkeys(found))


def _again(fields: list[dict[str, Any]], typed: dict[str, str], form: str) -> list[dict[str, Any]]:
    """The fields of the form that was refused, as they were typed."""
    if typed.get("form") != form:
        return fields
    return [{**field, "value": typed.get(field["key"], field["value"])} for field in fields]


def _value(
    activity: design.ActivityInfo,
    one: collect.SubmissionInfo,
    question: Question,
    member: int | None,
) -> Any:
    if question.sealed:
        return None
    if member is None:
        return one.answers[activity.pack.main].get(question.name)
    return activity.pack.inside(one.answers)[member].get(question.name)


def _answers(
    activity: design.ActivityInfo,
    one: collect.SubmissionInfo,
    record: str,
    member: int | None,
    names: dict[str, Any],
) -> list[dict[str, Any]]:
    listed = []
    sealed: dict[str, Any] = {}
    if names:
        pack = activity.pack
        sealed = names[pack.main] if member is None else pack.inside(names)[member]
    for question in activity.pack.instrument.of(record):
        if question.role == "area":
            continue
        entry = _field(activity, question, member, _value(activity, one, question, member))
        if question.sealed:
            entry["shown"] = str(sealed.get(question.name, "")) if names else "••••"
        entry["edited"] = (record, member, question.name) in one.edited
        entry["fixed"] = question.role == "derived"
        listed.append(entry)
    return listed


# -- clean data -------------------------------------------------------------------------------


@people.office("process.cut")
@never_cache
@require_http_methods(["GET", "POST"])
def cut(request: HttpRequest, village_id: str) -> HttpResponse:
    """How complete the data are; cut them."""
    activity = _activity(request, village_id)
    if activity is None:
        return redirect("process:overview", village_id=village_id)
    api.check(activity.id)
    if request.method == "POST":
        try:
            actions.cut(
                actor=request.user,
                activity_id=activity.id,
                confirmed=request.POST.get("confirmed") == "yes",
                now=timezone.now(),
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Data bersih sudah dibuat."))
        back = reverse("process:cut", kwargs={"village_id": village_id})
        return redirect(f"{back}?kegiatan={activity.id}")
    present = collect.submissions(activity.id)
    returned = sum(one.state == actions.RETURNED for one in present)
    refusals = collect.refusals(activity.id)
    reached = Counter(one.leaf_id for one in present if one.state != actions.RETURNED)
    again = Counter(one.leaf_id for one in present if one.state == actions.RETURNED)
    rows: list[dict[str, Any]] = [
        {
            "label": label,
            "done": reached[leaf],
            "target": activity.kk_targets.get(leaf, 0),
            "refused": sum(refusals.get(leaf, {}).values()),
            "again": again[leaf],
        }
        for leaf, label in _places(design.tree_of(activity)).items()
    ]
    done, target = len(present) - returned, activity.target
    waiting = actions.open_by_severity(activity)
    context = {
        "village": people.area(village_id),
        "activity": activity,
        "known": design.activities(village_id),
        "rows": rows,
        "done": done,
        "target": target,
        "missing": sum(
            max(0, row["target"] - row["done"] - row["refused"] - row["again"]) for row in rows
        ),
        "returned": returned,
        "refused": sum(row["refused"] for row in rows),
        "low": bool(target) and done * 100 < WARN_BELOW_PERCENT * target,
        "open": waiting[Severity.WAIT],
        "refusing": waiting[Severity.REFUSE],
        "edits": collect.edits(activity.id),
        "explained": _count(activity, actions.ACCEPTED),
        "cuts": Cut.objects.filter(activity_id=activity.id).select_related("cut_by")[:10],
        "clean": api.clean_edition(activity.id),
        "current": api.is_current(activity.id),
    }
    return render(request, "process/cut.html", context)

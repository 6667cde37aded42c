"""The office side: the agent proposes, the head decides on exactly the files that were shown."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cantik.design import api as design
from cantik.kernel import numbers
from cantik.kernel.states import NotNow
from cantik.kernel.text import pick
from cantik.ledger import api as ledger
from cantik.people import api as people
from cantik.process import api as process
from cantik.protect import api as protect

from . import actions, forms, pages, reading, words
from .publication import NotReleased, Publication
from .sheet import Sheet
from .views import KINDS, download

TRIES, TRY_SECONDS = 8, 15 * 60


def _proposal(village_id: str, proposal_id: str) -> protect.Proposal:
    """A proposal of this village, or 404."""
    if not proposal_id.isalnum():
        raise Http404
    try:
        found = protect.proposal(proposal_id)
    except protect.Proposal.DoesNotExist:
        raise Http404 from None
    if found.village_id != village_id:
        raise Http404
    return found


def _publication(one: protect.Proposal) -> Publication:
    """The proposed files read as a release is read. Raises Http404 before they stand."""
    if not one.proposed_edition_id:
        raise Http404

    def get(name: str) -> bytes:
        try:
            return ledger.edition_file(one.proposed_edition_id, name)
        except (ledger.Missing, ledger.NotOpened):
            raise NotReleased(name[:40]) from None

    return Publication(get, _Sizes(get))


class _Sizes(dict[str, int]):
    """Sizes of files, asked for when a page shows them."""

    def __init__(self, get: Callable[[str], bytes]) -> None:
        super().__init__()
        self._get = get

    def __missing__(self, name: str) -> int:
        self[name] = len(self._get(name))
        return self[name]


def _links(one: protect.Proposal) -> pages.Links:
    where = {"village_id": one.village_id, "proposal_id": one.id}
    home = reverse("disseminate:proposal", kwargs=where)
    return pages.Links(reverse("disseminate:preview", kwargs=where), f"{home}berkas/")


def _too_many(person: Any) -> bool:
    return ledger.rate_limited(
        f"putuskan:{person.pk}", limit=TRIES, seconds=TRY_SECONDS, now=timezone.now()
    )


def _wrong_password(person: Any, password: str) -> str:
    """Why the password does not count; "" when it is right."""
    if _too_many(person):
        return _("Terlalu sering mencoba. Tunggu 15 menit, lalu coba lagi.")
    if not person.check_password(password):
        return _("Kata sandi tidak cocok. Ketik sekali lagi.")
    return ""


# -- the agent's page -------------------------------------------------------------------------


@people.office("release.propose")
@require_http_methods(["GET", "HEAD", "POST"])
def tables(request: HttpRequest, village_id: str) -> HttpResponse:
    """Clean data that may be proposed, and how far each proposal is."""
    rows = [_activity_row(village_id, one) for one in design.activities(village_id)]
    status = 200
    if request.method == "POST":
        wanted = request.POST.get("activity", "")
        row = next((one for one in rows if one["activity"].id == wanted), None)
        if row is None or row["clean"] is None:
            raise Http404
        form = forms.Propose(request.POST, correcting=row["correcting"], prefix=row["activity"].id)
        row["form"] = form
        if form.is_valid():
            try:
                made = protect.propose(
                    actor=request.user,
                    clean_edition_id=row["clean"].id,
                    licence=form.cleaned_data["licence"],
                    note=form.cleaned_data["note"],
                    now=timezone.now(),
                )
            except protect.Refused as refused:
                form.add_error(None, str(refused))
            else:
                return redirect("disseminate:proposal", village_id=village_id, proposal_id=made.id)
        status = 422
    context = {"village": _village(request), "rows": rows}
    return render(request, "disseminate/tables.html", context, status=status)


def _activity_row(village_id: str, activity: design.ActivityInfo) -> dict[str, Any]:
    clean = process.clean_edition(activity.id)
    of_activity = protect.Proposal.objects.filter(village_id=village_id, activity_id=activity.id)
    known = list(of_activity.order_by("-proposed_at"))
    released = [one for one in protect.releases(village_id) if one.activity_id == activity.id]
    going = next((one for one in known if one.state in ("preparing", "waiting")), None)
    used = clean is not None and any(
        one.clean_edition_id == clean.id and one.state == "approved" for one in known
    )
    correcting = bool(released)
    return {
        "activity": activity,
        "clean": clean,
        "proposals": known,
        "going": going,
        "used": used,
        "correcting": correcting,
        "form": forms.Propose(
            initial={
                "licence": activity.licence,
                # Prices go on all year: what is new is nearly always the same.
                "note": _("Ditambah catatan harga terbaru.")
                if correcting and activity.pack.series
                else "",
            },
            correcting=correcting,
            prefix=activity.id,
        ),
    }


def _village(request: HttpRequest) -> people.AreaInfo:
    found: people.AreaInfo = request.village  # type: ignore[attr-defined]
    return found


# -- proposals --------------------------------------------------------------------------------


@people.office("proposal.view")
@require_safe
def approvals(request: HttpRequest, village_id: str) -> HttpResponse:
    """Every proposal of the village and every release, the newest first."""
    found = list(protect.Proposal.objects.filter(village_id=village_id).order_by("-proposed_at"))
    known = design.activities(village_id)
    spoken = pages.language()
    titles = {one.id: f"{pick(one.pack.title, spoken)} {one.period}" for one in known}
    released = [(titles.get(one.activity_id, ""), one) for one in protect.releases(village_id)]
    may_decide = people.can(request.user, "release.decide", village_id)
    context = {
        "village": _village(request),
        "waiting": [(titles[one.activity_id], one) for one in found if one.state == "waiting"],
        "others": [(titles[one.activity_id], one) for one in found if one.state != "waiting"],
        "releases": released,
        "books": [(titles[one.id], one.id, actions.foreword(one.id)) for one in known]
        if may_decide
        else [],
        "may_decide": may_decide,
        "lagging": actions.lagging(village_id),
        "may_withdraw": people.can(request.user, "release.withdraw", village_id),
    }
    return render(request, "disseminate/approvals.html", context)


@people.office("proposal.view")
@require_safe
def proposal(request: HttpRequest, village_id: str, proposal_id: str) -> HttpResponse:
    return _show(request, _proposal(village_id, proposal_id))


def _show(
    request: HttpRequest,
    one: protect.Proposal,
    *,
    form: forms.Decide | None = None,
    comment_form: forms.Comment | None = None,
    late: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page of one proposal in whatever state it is."""
    may_decide = people.can(request.user, "release.decide", one.village_id)
    decision = getattr(one, "decision", None)
    release = getattr(one, "release", None)
    comments = list(one.comments.all())
    names = people.names_of(
        {c.person_id for c in comments}
        | {one.proposed_by_id}
        | ({decision.person_id} if decision else set())
    )
    listed = reading.village(one.village_id)
    known = {entry.number for entry in listed.entries} if listed else set()
    own = one.proposed_by_id == request.user.pk
    context: dict[str, Any] = {
        "village": _village(request),
        "proposal": one,
        "proposer": names.get(one.proposed_by_id, ""),
        "decider": names.get(decision.person_id, "") if decision else "",
        "own": own,
        "may_decide": may_decide,
        "may_propose": people.can(request.user, "release.propose", one.village_id),
        "may_comment": people.can(request.user, "release.comment", one.village_id),
        "decision": decision,
        "release": release,
        "lagging": release is not None and bool(actions.lagging(one.village_id)),
        "public": release is not None and release.number in known,
        "comments": [(names.get(c.person_id, ""), c) for c in comments],
        "comment_form": comment_form or forms.Comment(),
        "late": late,
    }
    if one.state == "preparing":
        jobs = ledger.Job.objects.filter(kind="disseminate.prepare", params__proposal=one.id)
        job = jobs.order_by("-at").first()
        context["job"] = job
        context["job_words"] = _(job.words) if job and job.words else _("Menunggu giliran")
    if one.proposed_edition_id:
        read = _publication(one)
        links = _links(one)
        sheets = [read.sheet(id_) for id_ in read.table_ids]
        context |= pages.release_page(read, None, links)
        context |= {
            "village": _village(request),
            "withheld": [
                (pick(s.title, pages.language()), lines)
                for s in sheets
                if (lines := words.withheld_list(s.reasons, list(s.silent)))
            ],
            "changes": _changes(one, read, sheets),
            "files": sorted(one.files.items()),
            "preview_url": links.base,
            "foreword": actions.foreword(one.activity_id),
        }
        if one.state == "waiting" and may_decide and not own:
            context["form"] = form or forms.Decide()
    return render(request, "disseminate/proposal.html", context, status=status)


def _changes(one: protect.Proposal, read: Publication, sheets: list[Sheet]) -> list[dict[str, str]]:
    """What differs from the release that this would replace, in its own published figures."""
    earlier = [
        r
        for r in protect.releases(one.village_id)
        if r.activity_id == one.activity_id and r.proposal_id != one.id
    ]
    if not earlier:
        return []
    before = _publication(earlier[0].proposal)
    old = {i["id"]: i for i in before.indicators}
    spoken = pages.language()
    found = [
        {
            "label": pick(now["title"], spoken),
            "before": _indicator(old[now["id"]], spoken),
            "after": _indicator(now, spoken),
            "reason": "",
        }
        for now in read.indicators
        if now["id"] in old and _indicator(old[now["id"]], spoken) != _indicator(now, spoken)
    ]
    root = read.facts["open"][0]
    unit = capfirst(pick(read.facts.get("unit", {}), spoken)) or _("Keluarga")
    for name, label in (("persons", _("Penduduk terdata")), ("families", unit)):
        if name not in root:
            continue
        was, now = (numbers.whole(r.facts["open"][0][name], spoken) for r in (before, read))
        if was != now:
            found.insert(0, {"label": label, "before": was, "after": now, "reason": ""})
    return found


def _indicator(one: dict[str, Any], spoken: str) -> str:
    if one["percent"] is None:
        return _("tidak diumumkan")
    ratio = one["percent"] if spoken == "id" else one["percent"].replace(",", ".")
    return f"{ratio} ({numbers.whole(one['n'], spoken)} : {numbers.whole(one['d'], spoken)})"


@people.office("release.decide")
@sensitive_post_parameters("password")
@require_POST
def decide(request: HttpRequest, village_id: str, proposal_id: str) -> HttpResponse:
    """The head's decision; the hashes of what was shown come back with the form."""
    one = _proposal(village_id, proposal_id)
    form = forms.Decide(request.POST)
    if not form.is_valid():
        return _show(request, one, form=form, status=422)
    wrong = _wrong_password(request.user, form.cleaned_data["password"])
    if wrong:
        form.add_error("password", wrong)
        return _show(request, one, form=form, status=422)
    shown = dict(line.rsplit("=", 1) for line in request.POST.getlist("berkas") if "=" in line)
    approves = form.cleaned_data["verdict"] == "approve"
    if approves and one.state == "waiting" and actions.outdated(one):
        protect.rework(actor=request.user, proposal_id=one.id, now=timezone.now())
        messages.warning(
            request,
            _(
                "Ada terbitan lain yang diumumkan, diperbaiki, atau ditarik sesudah berkas ini "
                "disiapkan. Bukunya sedang disusun lagi agar memuat keadaan terakhir. Baca lagi, "
                "lalu putuskan."
            ),
        )
        return redirect("disseminate:proposal", village_id=village_id, proposal_id=one.id)
    try:
        made = protect.decide(
            actor=request.user,
            proposal_id=one.id,
            verdict=form.cleaned_data["verdict"],
            note=form.cleaned_data["note"],
            shown_files=shown,
            confirmed=True,
            now=timezone.now(),
        )
    except protect.Refused as refused:
        form.add_error("note" if refused.code == "note_needed" else None, str(refused))
        return _show(request, one, form=form, status=422)
    except NotNow:
        return _show(request, _proposal(village_id, proposal_id), late=True, status=409)
    if made is None:
        messages.success(request, _("Usulan dikembalikan dengan catatan."))
    return redirect("disseminate:proposal", village_id=village_id, proposal_id=one.id)


@people.office("release.decide")
@require_POST
def publish_again(request: HttpRequest, village_id: str) -> HttpResponse:
    if actions.publish_again(actor=request.user, village_id=village_id, now=timezone.now()):
        messages.success(request, _("Pengumuman dicoba lagi."))
    return redirect("disseminate:approvals", village_id=village_id)


@people.office("release.comment")
@require_POST
def comment(request: HttpRequest, village_id: str, proposal_id: str) -> HttpResponse:
    one = _proposal(village_id, proposal_id)
    form = forms.Comment(request.POST)
    if not form.is_valid():
        return _show(request, one, comment_form=form, status=422)
    protect.comment(
        actor=request.user, proposal_id=one.id, text=form.cleaned_data["text"], now=timezone.now()
    )
    messages.success(request, _("Tanggapan disimpan."))
    return redirect("disseminate:proposal", village_id=village_id, proposal_id=one.id)


@people.office("proposal.view")
@require_safe
def proposed_file(
    request: HttpRequest, village_id: str, proposal_id: str, name: str
) -> HttpResponse:
    """A proposed file, byte for byte."""
    one = _proposal(village_id, proposal_id)
    stem, _dot, end = name.rsplit("/", 1)[-1].rpartition(".")
    if name not in one.files or end not in KINDS:
        raise Http404
    read = _publication(one)
    try:
        data = ledger.edition_file(one.proposed_edition_id, name)
    except (ledger.Missing, ledger.NotOpened):
        raise Http404 from None
    return download(read, data, end, one.period, stem, _("usulan"))


@people.office("proposal.view")
@require_safe
def preview(request: HttpRequest, village_id: str, proposal_id: str) -> HttpResponse:
    """The village page as it will be read, from the proposed files."""
    one = _proposal(village_id, proposal_id)
    context = pages.release_page(_publication(one), None, _links(one))
    return _preview(request, one, "release", context)


@people.office("proposal.view")
@require_safe
def preview_table(
    request: HttpRequest, village_id: str, proposal_id: str, table_id: str
) -> HttpResponse:
    one = _proposal(village_id, proposal_id)
    return _preview_one(request, one, "table", table_id)


@people.office("proposal.view")
@require_safe
def preview_series(
    request: HttpRequest, village_id: str, proposal_id: str, series_id: str
) -> HttpResponse:
    one = _proposal(village_id, proposal_id)
    return _preview_one(request, one, "series", series_id)


@people.office("proposal.view")
@require_safe
def preview_origin(
    request: HttpRequest, village_id: str, proposal_id: str, table_id: str
) -> HttpResponse:
    one = _proposal(village_id, proposal_id)
    return _preview_one(request, one, "origin", table_id)


def _preview_one(
    request: HttpRequest, one: protect.Proposal, page: str, table_id: str
) -> HttpResponse:
    build = {
        "table": pages.table_page, "series": pages.series_page, "origin": pages.origin_page,
    }[page]  # fmt: skip
    try:
        context = build(_publication(one), None, _links(one), table_id)
    except NotReleased:
        raise Http404 from None
    return _preview(request, one, page, context)


def _preview(
    request: HttpRequest, one: protect.Proposal, page: str, context: dict[str, Any]
) -> HttpResponse:
    home = reverse(
        "disseminate:proposal", kwargs={"village_id": one.village_id, "proposal_id": one.id}
    )
    context |= {"preview": home, "menu": [(_("Kembali ke keputusan"), home, "", False)]}
    response = render(request, f"disseminate/{page}.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@people.office("release.withdraw")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, village_id: str, number: int) -> HttpResponse:
    found = [one for one in protect.releases(village_id) if one.number == number]
    if not found or (found[0].state != "published" and request.method != "POST"):
        raise Http404
    release = found[0]
    form = forms.Withdraw(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wrong = _wrong_password(request.user, form.cleaned_data["password"])
            if wrong:
                form.add_error("password", wrong)
            else:
                try:
                    protect.withdraw(
                        actor=request.user,
                        release_id=release.id,
                        reason=form.cleaned_data["reason"],
                        now=timezone.now(),
                    )
                except protect.Refused as refused:
                    form.add_error("reason", str(refused))
                except NotNow:
                    form.add_error(None, _("Terbitan ini sudah ditarik atau diganti."))
                    status = 409
                else:
                    messages.success(request, _("Terbitan ditarik."))
                    return redirect("disseminate:approvals", village_id=village_id)
    context = {"village": _village(request), "release": release, "form": form}
    return render(request, "disseminate/withdraw.html", context, status=status)

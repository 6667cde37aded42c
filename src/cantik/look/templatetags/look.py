"""Tags and filters of every page. They are built in: no page needs to load them.

Numbers, days and clocks follow the language of the page; an icon is always hidden from screen
readers, because words stand beside it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cantik.kernel import numbers
from cantik.kernel.text import as_said_in, pick
from cantik.look.states import STATES

register = template.Library()
ICONS = Path(__file__).resolve().parents[1] / "icons"


def _language() -> str:
    return get_language() or "id"


@cache
def drawing(name: str) -> str:
    """The whole svg of an icon. Raises ValueError for one that is not there."""
    path = ICONS / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        raise ValueError(f"no icon named {name}")
    shapes = path.read_text(encoding="ascii").replace("\n", "")
    return f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shapes}</svg>'


@register.simple_tag
def icon(name: str) -> SafeString:
    return mark_safe(drawing(name))  # noqa: S308 our own files


# -- numbers and words ------------------------------------------------------------------------


@register.filter
def whole(value: int | None) -> str:
    """1234 -> 1.234; "…" when there is no number."""
    return numbers.NOT_AVAILABLE if value is None else numbers.whole(int(value), _language())


@register.simple_tag
def percent(part: int, total: int) -> str:
    return numbers.percent(part, total, language=_language())


@register.filter
def day(value: date | None) -> str:
    return numbers.day(value, _language()) if value else ""


@register.filter
def day_short(value: date | None) -> str:
    return numbers.day_short(value, _language()) if value else ""


@register.filter
def weekday(value: date | None) -> str:
    return numbers.weekday(value, _language()) if value else ""


def _zone(area: Any) -> str:
    """The time zone of an area, or a zone given by name."""
    return area if isinstance(area, str) else str(area.time_zone)


@register.filter
def clock(value: datetime | None, area: Any) -> str:
    """pukul 09.00 WITA, at the place."""
    return numbers.clock(value, _zone(area), _language()) if value else ""


@register.filter
def day_at(value: datetime | None, area: Any) -> str:
    """The day of a moment, at the place."""
    return numbers.day(numbers.local_day(value, _zone(area)), _language()) if value else ""


@register.filter
def size(value: int) -> str:
    return numbers.size_kb(int(value), _language())


@register.filter
def mask(value: object) -> str:
    return numbers.mask(value)


@register.filter
def say(value: Any, area: Any = None) -> str:
    """Content words in the language of the page, and as the kind of village of ``area`` says them;
    plain words stay as they are."""
    if not value:
        return ""
    if not isinstance(value, Mapping):
        return str(value)
    return pick(as_said_in(value, getattr(area, "village_kind", "")), _language())


# -- components ---------------------------------------------------------------------------------


@register.simple_tag
def chip(state: str, words: str = "") -> SafeString:
    """The chip of a state; ``words`` stand instead of its own word. Raises KeyError if unknown."""
    known = STATES[state]
    classes = f"chip {known.tone}".strip()
    return format_html(
        '<span class="{}">{}{}</span>', classes, icon(known.icon), words or _(known.word)
    )


@register.simple_tag
def bar(done: int, total: int, label: str = "", state: str = "") -> SafeString:
    """A progress bar. ``state``: "" decides by itself, "stalled" is orange.

    The words for it ("57 dari 87") stand beside it and are read out with it.
    """
    share = 0 if total <= 0 else min(100, max(0, done * 100 // total))
    look = state or ("done" if total > 0 and done >= total else "")
    words = _("%(done)s dari %(total)s") % {"done": whole(done), "total": whole(total)}
    return format_html(
        '<span class="{}" role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="100" '
        'aria-valuenow="{}" aria-valuetext="{}"><svg aria-hidden="true" focusable="false">'
        '<rect width="{}%" height="100%"/></svg></span>',
        f"bar {look}".strip(), label or _("Kemajuan"), share, words, share,
    )  # fmt: skip


@register.inclusion_tag("look/includes/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A field with label, hint and fault. The first faulty field of a form takes the focus."""
    widget = bound.field.widget
    wrong = next(iter(bound.form.errors), None)
    if bound.errors and bound.name == wrong:
        widget.attrs["autofocus"] = True
    kind = "plain"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        kind = "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "check"
    if bound.is_hidden:
        kind = "hidden"
    if hint and not bound.help_text:
        bound.help_text = hint
    return {"field": bound, "kind": kind}


@register.simple_tag(takes_context=True)
def language_link(context: Context) -> str:
    """This same page in the other language, with what was asked for kept."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    other = "id" if _language().startswith("en") else "en"
    if query is None:
        return f"?lang={other}"
    query["lang"] = other
    return "?" + str(query.urlencode())

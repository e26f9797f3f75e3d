"""Spaces: the list with its order, one space, putting away, deleting, moving what it holds."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.conflicts import show_kept
from communities.console.ordering import after_order, order_sent
from communities.console.spaces.forms import KindForm, SpaceForm
from communities.console.spaces.menu import shown_menu
from communities.console.spaces.queries import (
    archived_count,
    fetch_space,
    held_in,
    inner_spaces,
    latest_move,
    parents,
    space_lines,
)
from communities.content.exceptions import ReadersDiffer, SpaceChanged, SpaceError, UploadRefused
from communities.content.kinds import KINDS, Kind
from communities.content.models import Space
from communities.content.readers import NOBODY, change_of_readers
from communities.content.services import arranging, shelving
from communities.content.services.nesting import why_held
from communities.content.services.shelving import why_not_deleted
from communities.in_place import answer_in_place, is_in_place, pressed_on
from communities.keysets import ids_in
from communities.launch.features import chosen_features
from communities.middleware import MemberRequest
from communities.permissions import can_edit_spaces, team_page

# The space that one is to stand in, in the address of its page: chosen there, and saved by whoever reads it.
INTO = "into"


@require_safe
@team_page(can_edit_spaces)
def list_spaces(request: MemberRequest) -> HttpResponse:
    """Which spaces are there, in which order, and who reads and writes in them?"""
    archived = request.GET.get("show") == "archived"
    context = {
        "lines": space_lines(request.community, archived=archived),
        "archived": archived,
        "archived_count": 0 if archived else archived_count(),
        "menu": shown_menu(request),
    }
    return render(request, "console/spaces/list_spaces.html", context)


@require_POST
@team_page(can_edit_spaces)
def order_spaces(request: MemberRequest) -> HttpResponse:
    ids = order_sent(request.POST, most=500, parents=parents() if "move" in request.POST else None)
    if "into" in request.POST:
        return _put_into(request, ids)
    if shelving.order_spaces(ids, by=request.membership, community=request.community):
        messages.success(request, _("The order is saved."))
    return after_order(request, "console:list-spaces")


def _put_into(request: MemberRequest, ids: list[int]) -> HttpResponse:
    """A row that was dragged into another one, or out of it (`into` is “12:5” or “12:”). Where other people would read
    it then, its own page asks, with that place chosen."""
    moved, _colon, within = request.POST["into"].partition(":")
    space, above = (
        fetch_space(next(iter(ids_in([moved], most=1)), 0)),
        next(iter(ids_in([within], most=1)), None),
    )
    try:
        if shelving.place_space(space, above, ids, by=request.membership, community=request.community):
            messages.success(request, _("“%(name)s” is saved.") % {"name": space.name})
    except ReadersDiffer:
        asked = f"{reverse('console:edit-space', args=[space.pk])}?{INTO}={above or ''}"
        words = _("Other people would read it there. Check who does, and save it.")
        if _is_beside_a_form(request):
            return _list_alone(request, words, url=asked, label=space.name)
        messages.info(request, words)
        return redirect(asked)
    except SpaceError as refusal:
        if is_in_place(request):
            return _list_alone(request, str(refusal))
        messages.error(request, str(refusal))
    return _list_alone(request)


def _is_beside_a_form(request: MemberRequest) -> bool:
    """Whether the list was dragged in on the page of a space, in which something may be typed."""
    return pressed_on(request) not in ("", reverse("console:list-spaces"))


def _list_alone(request: MemberRequest, refusal: str = "", *, url: str = "", label: str = "") -> HttpResponse:
    """The list as it is stored, in the place of the one that was dragged in, with why it is not as it was dropped:
    what is typed beside it stays."""
    number = pressed_on(request).removesuffix("/edit/").rpartition("/")[2]
    context = {
        "lines": space_lines(request.community),
        "archived_count": archived_count(),
        "space": {"pk": next(iter(ids_in([number], most=1)), None)},
        "refusal": refusal,
        "asks_at": url,
        "asks_of": label,
    }
    return answer_in_place(
        request,
        "console:list-spaces",
        block=lambda: render_to_string("console/spaces/space_list.html", context, request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_spaces)
def add_space(request: MemberRequest) -> HttpResponse:
    """First what it holds, then the space itself: the second form depends on the first answer."""
    kinds = _open_kinds(request)
    name = request.POST.get("kind") or request.GET.get("kind", "")
    kind = next((one for one in kinds if one.name == name), kinds[0] if len(kinds) == 1 else None)
    if kind is None:
        return _ask_for_kind(request, kinds, refused=bool(name))
    if request.method != "POST":
        return _form_page(request, SpaceForm(kind=kind, community=request.community), None)
    form = SpaceForm(request.POST, request.FILES, kind=kind, community=request.community)
    if form.is_valid():
        try:
            return _added(request, form, kind)
        except (SpaceError, UploadRefused) as refusal:
            _add_refusal(form, refusal)
    return _form_page(request, form, None, status=422)


def _open_kinds(request: MemberRequest) -> list[Kind]:
    chosen = chosen_features(request.community)
    return [kind for kind in KINDS if kind.feature in chosen]


def _ask_for_kind(request: MemberRequest, kinds: list[Kind], *, refused: bool) -> HttpResponse:
    form = KindForm(request.GET if refused else None, kinds=kinds)
    context = {"form": form, "kinds": kinds}
    return render(request, "console/spaces/choose_kind.html", context, status=422 if refused else 200)


def _added(request: MemberRequest, form: SpaceForm, kind: Kind) -> HttpResponse:
    space = arranging.add_space(
        kind.name,
        form.wishes(),
        by=request.membership,
        community=request.community,
        picture=form.cleaned_data["picture"],
    )
    messages.success(request, _("“%(name)s” has been created.") % {"name": space.name})
    return redirect("console:edit-space", space.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@team_page(can_edit_spaces)
def edit_space(request: MemberRequest, id: int) -> HttpResponse:
    """One space: what it is called, who may what, how it is moderated and sorted."""
    space = fetch_space(id)
    kind, community = KINDS[space.kind], request.community
    if request.method != "POST":
        form = SpaceForm(kind=kind, community=community, space=space)
        if INTO in request.GET:
            form.initial["parent"] = request.GET[INTO]
        return _form_page(request, form, space)
    form = SpaceForm(request.POST, request.FILES, kind=kind, community=community, space=space)
    lost, status = None, 422
    if form.is_valid():
        try:
            return _saved(request, form, space)
        except ReadersDiffer as unsure:
            lost = unsure.change
        except SpaceChanged as changed:
            # What each field began with: the kind’s own say it themselves.
            show_kept(form, {name: form[name].initial for name in form.fields}, _changed_in(form))
            form.add_error(None, f"{changed} {_what_differs(form)}")
            status = 409
        except (SpaceError, UploadRefused) as refusal:
            _add_refusal(form, refusal)
    return _form_page(request, form, space, lost=lost, status=status)


def _saved(request: MemberRequest, form: SpaceForm, space: Space) -> HttpResponse:
    data = form.cleaned_data
    saved = arranging.edit_space(
        space,
        form.wishes(),
        by=request.membership,
        community=request.community,
        version=data["version"],
        picture=data["picture"],
        remove_picture=data.get("remove_picture", False),
        sure=request.POST.get("sure") == form.readers_mark(),
    )
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
    return redirect("console:edit-space", saved.pk)


def _changed_in(form: SpaceForm) -> list[BoundField]:
    return [form[name] for name in form.changed_data if not form[name].is_hidden]


def _what_differs(form: SpaceForm) -> str:
    """Where what was typed is not what somebody else has stored."""
    labels = [str(field.label) for field in _changed_in(form)]
    return _("Yours differs in: %(fields)s.") % {"fields": ", ".join(labels)} if labels else ""


def _add_refusal(form: SpaceForm, refusal: SpaceError | UploadRefused) -> None:
    field = "picture" if isinstance(refusal, UploadRefused) else refusal.field
    form.add_error(field if field in form.fields else None, str(refusal))


def _form_page(
    request: MemberRequest, form: SpaceForm, space: Space | None, *, lost: Any = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "kind": form.kind,
        "space": space,
        "lost": lost,
        "sure": form.readers_mark() if lost else "",
        "lines": space_lines(request.community),
        "archived_count": archived_count(),
    }
    if space is not None:
        held = held_in(space)
        # What is there now, so that a second try after a conflict is meant.
        context |= {
            "held": held,
            "why_not": why_not_deleted(space, held["every"]) or why_held(inner_spaces(space)),
            "version": space.version,
        }
    return render(request, "console/spaces/edit_space.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_spaces)
def archive_space(request: MemberRequest, id: int) -> HttpResponse:
    """Asks first, with what nobody will read any more; not while others in use stand in it."""
    space = fetch_space(id)
    status = 200
    if request.method == "POST":
        try:
            if shelving.archive_space(space, by=request.membership, community=request.community):
                messages.success(request, _("“%(name)s” is archived.") % {"name": space.name})
            return redirect("console:list-spaces")
        except SpaceError:
            status = 422
    context = {
        "space": space,
        "change": change_of_readers(space, NOBODY),
        "why_not": why_held(inner_spaces(space, in_use=True), in_use=True),
    }
    return render(request, "console/spaces/archive_space.html", context, status=status)


@require_POST
@team_page(can_edit_spaces)
def restore_space(request: MemberRequest, id: int) -> HttpResponse:
    space = fetch_space(id)
    try:
        if shelving.restore_space(space, by=request.membership, community=request.community):
            messages.success(request, _("“%(name)s” is back.") % {"name": space.name})
    except ReadersDiffer:
        said = _(
            "More people would read it than before it was archived. Check who reads it, and save it first."
        )
        messages.error(request, said)
        return redirect("console:edit-space", space.pk)
    except SpaceError as refusal:
        rename = "" if refusal.field == "parent" else _("Rename it first.")
        messages.error(request, f"{refusal} {rename}".rstrip())
        return redirect("console:edit-space", space.pk)
    return redirect("console:list-spaces")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_spaces)
def delete_space(request: MemberRequest, id: int) -> HttpResponse:
    """Only what is empty can go; else the page says what it holds, and where to move it."""
    space = fetch_space(id)
    if request.method == "POST":
        try:
            shelving.delete_space(space, by=request.membership, community=request.community)
        except SpaceError:
            return _deletion_page(request, space, status=422)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": space.name})
        return redirect("console:list-spaces")
    return _deletion_page(request, space)


def _deletion_page(request: MemberRequest, space: Space, *, status: int = 200) -> HttpResponse:
    held = held_in(space)
    context = {
        "space": space,
        "held": held,
        "move": latest_move(space),
        "moves": bool(held["every"]) and KINDS[space.kind].moves,
        "why_not": why_not_deleted(space, held["every"]) or why_held(inner_spaces(space)),
    }
    return render(request, "console/spaces/delete_space.html", context, status=status)

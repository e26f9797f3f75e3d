"""The pages of the brand: its look, its home page, its mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.brand import services
from communities.console.brand.home_form import HomeForm
from communities.console.brand.look_form import LookForm, taken
from communities.console.brand.mail_form import MailLookForm
from communities.console.brand.queries import home_page, look_page, tones_page
from communities.console.place.onward import go_on, is_to_do
from communities.content.brand_images import colours_in
from communities.content.exceptions import UploadRefused
from communities.exceptions import ChangedMeanwhile, DomainError
from communities.middleware import MemberRequest
from communities.permissions import View, can_edit_brand, team_page
from communities.theming.notation import read_colour
from communities.unasked import in_words


def framing(view: View) -> View:
    """The preview is a page of the place in a frame."""
    return cast("View", csp_update({"frame-src": [SELF]})(cast("Any", view)))


@require_http_methods(["GET", "HEAD", "POST"])
@framing
@team_page(can_edit_brand)
def edit_brand(request: MemberRequest) -> HttpResponse:
    """The look: colour, typefaces, shape, logo. A button that only takes a colour shows the form again with it."""
    community, is_first = request.community, is_to_do(request, "brand.look")
    if request.method != "POST":
        form = LookForm(community=community)
    elif "take" in request.POST:
        form = LookForm(community=community, initial=_with_taken(request))
    else:
        form = LookForm(request.POST, request.FILES, community=community)
        if form.is_valid() and _save_look(request, form):
            messages.success(request, _published(request))
            stay = redirect("console:edit-brand")
            return go_on(request, "brand.look", stay) if is_first else stay
        return render(
            request, "console/brand/edit_brand.html", look_page(community, form), status=_status(form)
        )
    return render(request, "console/brand/edit_brand.html", look_page(community, form))


@require_http_methods(["GET", "HEAD", "POST"])
@framing
@team_page(can_edit_brand)
def edit_home(request: MemberRequest) -> HttpResponse:
    """The home page: photograph, layout, blocks. A button that moves a block or a point shows the form again."""
    community = request.community
    form = HomeForm(request.POST or None, request.FILES or None, community=community)
    moves = "move" in request.POST or "place" in request.POST
    if request.method == "POST" and not moves and form.is_valid():
        chosen, photo = form.chosen, form.cleaned_data["photo"]
        if _saved(
            form,
            "photo",
            lambda seen: services.edit_home(
                community, by=request.membership, home=chosen, photo=photo, seen=seen
            ),
        ):
            messages.success(request, _published(request))
            return redirect("console:edit-home")
    status = 200 if moves or request.method != "POST" else _status(form)
    return render(
        request,
        "console/brand/edit_home.html",
        home_page(community, form, reader=request.membership),
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@framing
@team_page(can_edit_brand)
def edit_mail_look(request: MemberRequest) -> HttpResponse:
    """How mails begin and how they are signed."""
    community = request.community
    form = MailLookForm(request.POST or None, community=community)
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen
        if _saved(
            form,
            None,
            lambda seen: services.edit_mail_look(community, by=request.membership, look=chosen, seen=seen),
        ):
            messages.success(request, _("Saved. The next mail looks like this."))
            return redirect("console:edit-mail-look")
    status = _status(form) if request.method == "POST" else 200
    return render(request, "console/brand/edit_mail_look.html", {"form": form}, status=status)


@require_safe
@team_page(can_edit_brand)
def show_tones(request: MemberRequest) -> JsonResponse:
    """Where a colour is kept and where text moves: a part of the page, for its script."""
    look = LookForm(community=request.community).look
    try:
        colour = (
            taken(request.GET, look) if "take" in request.GET else read_colour(request.GET.get("colour", ""))
        )
        wash = min(max(int(request.GET.get("wash", "100")), 0), 100)
    except ValueError:
        return JsonResponse({}, status=400)
    page = tones_page(colour, wash)
    told = {"colour": colour, "hue": page["hue"], "lightness": page["lightness"]}
    return JsonResponse({**told, "html": render_to_string("console/brand/tones.html", page, request)})


@require_POST
@team_page(can_edit_brand)
def find_colours(request: MemberRequest) -> HttpResponse:
    """The colours of a logo that was just chosen, before it is saved: a part of the page, for its script."""
    logo = request.FILES.get("logo")
    try:
        context: dict[str, Any] = {"colours": colours_in(logo), "name": logo.name} if logo else {}
    except UploadRefused as refused:
        context = {"refused": str(refused)}
    html = render_to_string("console/brand/found_colours.html", context, request)
    return in_words(request, JsonResponse({"html": html}, status=200 if "colours" in context else 422))


def _with_taken(request: MemberRequest) -> dict[str, Any]:
    """What was chosen so far, with the colour of the button that was pressed."""
    sent = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    look = LookForm(community=request.community).look
    try:
        sent["colour"] = sent["picker"] = taken(request.POST, look)
    except ValueError:
        sent.pop("take", None)
    return sent


def _save_look(request: MemberRequest, form: LookForm) -> bool:
    chosen, uploads = form.chosen, form.uploads
    return _saved(
        form,
        _blamed(form),
        lambda seen: services.edit_look(
            request.community, by=request.membership, look=chosen, uploads=uploads, seen=seen
        ),
    )


def _blamed(form: LookForm) -> str | None:
    """The field beside which a refused file is told: the only one with a file, else the form."""
    sent = [
        name for name in ("logo", "mark", "share", "face_font", "reading_font") if form.cleaned_data[name]
    ]
    return sent[0] if len(sent) == 1 else None


def _published(request: MemberRequest) -> str:
    if request.community.is_draft:
        return _("Published. Your team sees it now, everybody once the place is open.")
    return _("Published. Everybody sees it now.")


def _saved(form: Any, field: str | None, save: Callable[[str], Any]) -> bool:
    """Run the service; what it refuses stands in the form, and the status says which kind of refusal it was."""
    try:
        save(form.cleaned_data["seen"])
    except ChangedMeanwhile as refusal:
        form.add_error(None, str(refusal))
        form.is_late = True
    except DomainError as refusal:
        form.add_error(field, str(refusal))
    else:
        return True
    return False


def _status(form: Any) -> int:
    return 409 if getattr(form, "is_late", False) else 422

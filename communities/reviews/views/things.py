"""What is reviewed, as those who manage the place say it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of
from communities.reviews import things
from communities.reviews.exceptions import HasReviews, NameTaken
from communities.reviews.forms import ThingForm
from communities.reviews.models import Review, Thing
from communities.reviews.permissions import FEATURE, can_edit_things
from communities.reviews.views.lists import get_shelf
from communities.reviews.views.reading import get_thing


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def add_thing(request: MemberRequest, space: str) -> HttpResponse:
    return _edit(request, Thing(space=get_shelf(request, space)))


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_thing(request: MemberRequest, slug: str) -> HttpResponse:
    return _edit(request, get_thing(request, slug))


def _edit(request: MemberRequest, thing: Thing) -> HttpResponse:
    if not can_edit_things(request.membership):
        raise NotAllowed
    if request.method != "POST":
        return _page(request, thing, ThingForm(thing=thing, community=request.community))
    form = ThingForm(request.POST, request.FILES, thing=thing, community=request.community)
    if not form.is_valid():
        return _page(request, thing, form, status=422)
    try:
        saved = things.save_thing(
            thing,
            form.wishes(),
            by=member_of(request),
            picture=form.cleaned_data["file"],
            remove_picture=form.cleaned_data.get("remove_picture", False),
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error("name" if isinstance(refusal, NameTaken) else "file", str(refusal))
        return _page(request, thing, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("reviews:show-thing", saved.slug)


def _page(request: MemberRequest, thing: Thing, form: ThingForm, status: int = 200) -> HttpResponse:
    is_new = thing.pk is None
    context = {
        "thing": thing,
        "is_new": is_new,
        "form": form,
        "removable": not is_new and not Review.objects.filter(thing=thing).exists(),
    }
    return render(request, "reviews/edit_thing.html", context, status=status)


@feature_required(FEATURE)
@require_POST
def remove_thing(request: MemberRequest, slug: str) -> HttpResponse:
    """Take away one that nobody has reviewed."""
    thing = get_thing(request, slug)
    try:
        things.remove_thing(thing, by=member_of(request))
    except HasReviews as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews:edit-thing", thing.slug)
    messages.success(request, _("%(name)s is removed.") % {"name": thing.name})
    return redirect(thing.space.get_absolute_url())

"""People in photographs: asking them, what they answer, taking a name away."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.albums import naming
from communities.albums.exceptions import NotAsked
from communities.albums.forms import PersonForm
from communities.albums.models import Likeness
from communities.albums.permissions import FEATURE
from communities.albums.queries import likenesses_of
from communities.albums.showing import caption_of, shown
from communities.albums.views.photographs import get_photo, photo_url, render_photo
from communities.content.viewers import viewer_of
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest, member_of

YES = "yes"


@feature_required(FEATURE)
@require_safe
def show_with_you(request: MemberRequest) -> HttpResponse:
    """Every photograph in which one is named or asked to be, with both answers beside each."""
    rows, older = likenesses_of(member_of(request), viewer_of(request), after=request.GET.get("after", ""))
    found = [
        {
            "likeness": one,
            "post": one.photo.post,
            "thread": one.photo.post.thread,
            "url": photo_url(one.photo),
            "picture": shown(one.photo.picture, "16rem"),
            "caption": caption_of(one.photo.post),
        }
        for one in rows
    ]
    context = {"rows": found, "older_url": f"?after={older}" if older else ""}
    return render(request, "photos/show_with_you.html", context)


@feature_required(FEATURE)
@require_POST
def answer_asking(request: MemberRequest, pk: int) -> HttpResponse:
    """Agree, or not, or no longer."""
    by = member_of(request)
    likeness: Likeness | None = Likeness.objects.filter(pk=pk, person=by).first()
    if likeness is None:
        raise Http404
    named = request.POST.get("answer") == YES
    naming.answer_asking(likeness, by=by, named=named)
    if named:
        messages.success(request, _("Your name appears with this photograph."))
    else:
        messages.success(request, _("Your name is not shown, and nobody will ask you about it again."))
    return redirect("photos:show-with-you")


@feature_required(FEATURE)
@require_POST
def ask_person(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    photo = get_photo(request, public_id)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return render_photo(request, photo, form=form, status=422)
    try:
        likeness = naming.ask_person(photo.post, by=member_of(request), handle=form.cleaned_data["handle"])
    except NotAsked as refusal:
        form.add_error("handle", str(refusal))
        return render_photo(request, photo, form=form, status=422)
    except TooFast as refusal:
        form.add_error("handle", str(refusal))
        return refused(render_photo(request, photo, form=form, status=422), refusal)
    if likeness.state == Likeness.State.NAMED:
        messages.success(request, _("Your name appears with this photograph."))
    else:
        messages.success(request, _("They have been asked. Their name appears once they agree."))
    return redirect(f"{photo_url(photo)}#people")


@feature_required(FEATURE)
@require_POST
def take_name_away(request: MemberRequest, public_id: uuid.UUID, pk: int) -> HttpResponse:
    photo = get_photo(request, public_id)
    likeness: Likeness | None = Likeness.objects.filter(pk=pk, photo=photo.pk).first()
    if likeness is None:
        raise Http404
    naming.take_name_away(likeness, post=photo.post, by=member_of(request))
    messages.success(request, _("The name has been removed."))
    return redirect(f"{reverse('photos:show-photo', args=[photo.post.public_id])}#people")

"""What those see who get the newsletter, or would like to: archive, subscribing, leaving, links."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.newsletters import subscribing
from communities.animation.newsletters.archive import issues_of
from communities.animation.newsletters.composing import followed, version_for, web_blocks
from communities.animation.newsletters.forms import SubscribeForm, VisitorForm
from communities.animation.newsletters.models import Newsletter, NewsletterCopy, NewsletterSubscription
from communities.animation.newsletters.tasks import note_click
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.languages import plain_language
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import in_any_state, public_page
from communities.responses import by_token
from members.limits import limited
from members.origins import without_token

ARCHIVE = Keyset(("begun_at", MOMENT), ("pk", NUMBER), size=20)


@public_page
@feature_required("newsletters")
@require_safe
def list_newsletters(request: CommunityRequest) -> HttpResponse:
    """The archive, and the way to get the next one."""
    return _list(request, _form_of(request))


def _form_of(request: CommunityRequest, sent: object = None) -> SubscribeForm:
    kind = SubscribeForm if request.membership is not None else VisitorForm
    own = _own(request)
    return kind(sent, initial={"time_zone": own.time_zone if own else ""})


def _own(request: CommunityRequest) -> NewsletterSubscription | None:
    if request.membership is None:
        return None
    found: NewsletterSubscription | None = NewsletterSubscription.objects.of(request.membership).first()
    return found


def _list(request: CommunityRequest, form: SubscribeForm, status: int = 200) -> HttpResponse:
    place = ARCHIVE.place(request.GET.get("after", ""))
    rows = Newsletter.objects.in_archive().prefetch_related("versions").begun_before(*place)
    page = ARCHIVE.page(rows)
    own = _own(request)
    context = {
        "page": page,
        "issues": issues_of(request.community, page.rows, plain_language()),
        "is_first_page": not place,
        "form": form,
        "is_subscribed": own is not None and own.is_standing,
    }
    return render(request, "newsletters/list_newsletters.html", context, status=status)


@public_page
@feature_required("newsletters")
@require_POST
@limited("signup")
def subscribe(request: CommunityRequest) -> HttpResponse:
    """A member is subscribed at once, a visitor by the mail that confirms their address. Nobody learns who else is."""
    form = _form_of(request, request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    zone = form.cleaned_data["time_zone"]
    if request.membership is not None:
        subscribing.subscribe_member(request.membership, time_zone=zone)
        messages.success(request, _("You will get the next newsletter."))
    else:
        said = {"email": form.cleaned_data["email"], "language": plain_language(), "time_zone": zone}
        subscribing.subscribe_visitor(request.community, **said)
        messages.success(request, _("Check your e-mail: one click there, and you are subscribed."))
    return HttpResponseRedirect(reverse("newsletters:list-newsletters"))


@require_POST
@feature_required("newsletters")
def unsubscribe(request: CommunityRequest) -> HttpResponse:
    """A member’s own, from the page."""
    own = _own(request)
    if own is not None:
        subscribing.unsubscribe(own)
    messages.success(request, _("You will get no more newsletters."))
    return HttpResponseRedirect(reverse("newsletters:list-newsletters"))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_subscription(request: CommunityRequest, token: str) -> HttpResponse:
    """From the mail: a page with one button, since programs that look at mails open every link."""
    row = subscribing.asked_by(token, request.community)
    if row is None:
        raise Http404
    if request.method == "POST":
        subscribing.confirm_subscription(row)
        row.refresh_from_db()
    context = {"done": row.is_standing, "robots": "noindex"}
    return by_token(render(request, "newsletters/confirm_subscription.html", context))


@without_token
@public_page
@in_any_state
@require_http_methods(["GET", "HEAD", "POST"])
def leave_newsletters(request: CommunityRequest, token: str) -> HttpResponse:
    """One press, without signing in; mail programs send the POST by themselves (RFC 8058)."""
    delivery = _delivery(request, token)
    if request.method == "POST":
        subscribing.unsubscribe(delivery.subscription, through=delivery)
    context = {"done": subscribing.has_ended(delivery.subscription), "robots": "noindex"}
    return by_token(render(request, "newsletters/leave_newsletters.html", context))


@public_page
@feature_required("newsletters")
@require_safe
def show_newsletter(request: CommunityRequest, slug: str) -> HttpResponse:
    """One of the archive, in the reader’s language where it has a version in it."""
    rows = Newsletter.objects.in_archive().prefetch_related("versions")
    newsletter: Newsletter | None = rows.filter(slug=slug).first()
    if newsletter is None:
        raise Http404
    return _show(request, newsletter, plain_language())


@public_page
@in_any_state
@require_safe
def show_mail(request: CommunityRequest, token: str) -> HttpResponse:
    """The newsletter of a mail, in the browser, in the language and with the subject with which it was sent; also where
    the part has been closed since."""
    delivery = _delivery(request, token)
    other = bool(delivery.with_other)
    return by_token(_show(request, delivery.newsletter, delivery.language, other=other, robots="noindex"))


def _show(
    request: CommunityRequest,
    newsletter: Newsletter,
    language: str,
    *,
    other: bool = False,
    robots: str = "",
) -> HttpResponse:
    version = version_for(newsletter, language)
    assert version is not None  # the main language always has one
    context = {
        "newsletter": newsletter,
        "version": version,
        "subject": version.other_subject if other and version.is_compared else version.subject,
        "blocks": web_blocks(request.community, version),
        **({"robots": robots} if robots else {}),
    }
    return render(request, "newsletters/show_newsletter.html", context)


@public_page
@in_any_state
@require_safe
def follow_link(request: CommunityRequest, token: str, number: int) -> HttpResponse:
    """Where a link of a mail leads, counted once for its reader. Looking ahead is not following."""
    delivery = _delivery(request, token)
    target = followed(request.community, delivery, number)
    if not target:
        raise Http404
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        note_click.delay_on_commit(delivery.pk, number, community_id=request.community.pk)
    response = by_token(HttpResponseRedirect(target))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _delivery(request: CommunityRequest, token: str) -> NewsletterCopy:
    found = subscribing.delivery_of(token, request.community)
    if found is None:
        raise Http404
    return found

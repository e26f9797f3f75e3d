"""Asking for newsletters, confirming it, and giving them up: one press each, and no sign-in needed to leave."""

from __future__ import annotations

import datetime

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.newsletters.models import NewsletterCopy, NewsletterSubscription
from communities.launch.exceptions import FeatureClosed
from communities.launch.features import is_open, refuse_closed
from communities.mails import brand_for, page_address, speaking
from communities.models import Community, Membership
from members.addresses import fold_address
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post

CONFIRM_SALT, DELIVERY_SALT = "newsletters.confirm", "newsletters.delivery"
# Whoever types somebody else’s address cannot fill a mailbox with it.
MAIL_AGAIN_AFTER = 60 * 60  # seconds
# An address that nobody has confirmed is forgotten.
ASKED_KEPT = datetime.timedelta(days=7)

_State = NewsletterSubscription.State


def _still_asked(about: str) -> bool:
    return NewsletterSubscription.objects.filter(pk=int(about), state=_State.ASKED).exists()


CONFIRMATION = register_kind(
    MailKind(
        "newsletter_confirmation",
        gettext_lazy("Confirmation of a newsletter"),
        urgency=2,
        hurries=True,
        still_wanted=_still_asked,
    )
)


@transaction.atomic
def subscribe_member(by: Membership, *, time_zone: str = "") -> NewsletterSubscription:
    """A member’s address is proven: no confirmation is asked. What they asked for at the same address as a visitor ends
    in it. Idempotent. Raises FeatureClosed.
    """
    refuse_closed(by, "newsletters")
    row, _is_new = NewsletterSubscription.objects.get_or_create(membership=by)
    if not row.is_standing:
        # Whoever comes back is no recipient of what was on its way meanwhile.
        row.confirmed_at = timezone.now()
    row.state, row.left_at, row.time_zone, row.became = _State.CONFIRMED, None, time_zone, None
    row.save()
    address = by.member.email if by.member is not None else ""
    if address:
        for visitor in NewsletterSubscription.objects.filter(email__iexact=address).select_for_update():
            end_in(visitor, row)
    return row


def end_in(gone: NewsletterSubscription, kept: NewsletterSubscription) -> None:
    """One person had two: the mails of the one that ends lead to the other from now on."""
    had = NewsletterCopy.objects.filter(subscription=kept).values("newsletter")
    NewsletterCopy.objects.filter(subscription=gone).exclude(newsletter__in=had).update(subscription=kept)
    NewsletterSubscription.objects.filter(became=gone).update(became=kept)
    if NewsletterCopy.objects.filter(subscription=gone).exists():
        # Both got the same newsletter, and both mails must let their reader go.
        gone.membership, gone.became = None, kept
        _end(gone)
    else:
        gone.delete()


@transaction.atomic
def subscribe_visitor(
    community: Community, *, email: str, language: str = "", time_zone: str = ""
) -> NewsletterSubscription:
    """Keep that an address was typed, and send the mail by which its owner confirms it, once an hour at most.

    Whoever has confirmed already is sent nothing, and nobody learns which of both it was. Raises FeatureClosed.
    """
    if not is_open(community, None, "newsletters"):
        raise FeatureClosed
    email = fold_address(email)
    row, _is_new = NewsletterSubscription.objects.get_or_create(
        email=email, defaults={"language": language, "time_zone": time_zone}
    )
    again = cache.add(f"newsletter-mail:{row.community_id}:{row.pk}", 1, MAIL_AGAIN_AFTER)
    if row.state == _State.ASKED and again:
        row.language, row.time_zone, row.asked_at = language, time_zone, timezone.now()
        row.save()
        _ask(community, row)
    return row


def _ask(community: Community, row: NewsletterSubscription) -> None:
    with speaking(community, row.language):
        token = signing.dumps([row.community_id, row.pk], salt=CONFIRM_SALT)
        context = {
            "lead": _("Somebody, probably you, asked for the newsletter of %(place)s with this address.")
            % {"place": community.name},
            "preview": _("One click, and you will get it."),
            "act": _("Yes, send it to me"),
            "url": page_address(community, "newsletters:confirm-subscription", token),
            "why": _(
                "If it was not you, do nothing: without your confirmation nothing is sent, and this address is erased."
            ),
        }
        subject = _("Do you want the newsletter?")
        letter = Letter(row.email, subject, "notifications/notice_mail", context)
        post(
            build(letter, brand_for(community)),
            kind=CONFIRMATION,
            community_id=community.pk,
            about=str(row.pk),
        )


def asked_by(token: str, community: Community) -> NewsletterSubscription | None:
    """The subscription that a link confirms; None for a forged one, another community’s, or one that has gone."""
    pk = _read(token, community, CONFIRM_SALT)
    found: NewsletterSubscription | None = (
        NewsletterSubscription.objects.filter(pk=pk).exclude(state=_State.LEFT).first()
    )
    return found


@transaction.atomic
def confirm_subscription(row: NewsletterSubscription) -> None:
    """The owner of the address has said yes. Idempotent."""
    NewsletterSubscription.objects.filter(pk=row.pk, state=_State.ASKED).update(
        state=_State.CONFIRMED, confirmed_at=timezone.now()
    )


@transaction.atomic
def unsubscribe(row: NewsletterSubscription, *, through: NewsletterCopy | None = None) -> None:
    """Nothing more is sent to this address, however it was asked for; a visitor’s is erased. `through` is the
    newsletter in which they pressed it.

    Idempotent.
    """
    for one in _of_one_address(row):
        _end(one)
    _end(row)
    if through is not None:
        NewsletterCopy.objects.filter(pk=through.pk, left_at__isnull=True).update(left_at=timezone.now())


def has_ended(row: NewsletterSubscription) -> bool:
    """Whether nothing is sent to this address any more, however it was asked for."""
    return not any(one.is_standing for one in (row, *_of_one_address(row)))


def _end(row: NewsletterSubscription) -> None:
    row.state, row.left_at, row.email, row.language = _State.LEFT, row.left_at or timezone.now(), "", ""
    row.save()


def _of_one_address(row: NewsletterSubscription) -> list[NewsletterSubscription]:
    """What else stands of the person, with what their former subscription became, whether they are a member still or
    not."""
    rows = NewsletterSubscription.objects.select_related("membership__member", "became__membership__member")
    row = rows.filter(pk=row.pk).first() or row
    addresses = {_address(one) for one in (row, row.became) if one is not None} - {""}
    same = Q(pk=row.became_id) if row.became_id else Q(pk__in=[])
    for address in addresses:
        same |= Q(email__iexact=address) | Q(membership__member__email__iexact=address)
    return list(rows.filter(same).exclude(pk=row.pk).exclude(state=_State.LEFT))


def _address(row: NewsletterSubscription) -> str:
    member = row.membership.member if row.membership is not None else None
    return str(member.email) if member is not None else row.email


@transaction.atomic
def forget_unconfirmed(now: datetime.datetime | None = None) -> int:
    """Addresses that nobody confirmed, of the community in scope; how many."""
    before = (now or timezone.now()) - ASKED_KEPT
    rows = NewsletterSubscription.objects.filter(state=_State.ASKED, asked_at__lte=before)
    return int(rows.delete()[0])


def delivery_token(delivery: NewsletterCopy) -> str:
    """What the links of one mail carry. It never ends: an old mail must still let its reader go."""
    return signing.dumps([delivery.community_id, delivery.pk], salt=DELIVERY_SALT)


def delivery_of(token: str, community: Community) -> NewsletterCopy | None:
    pk = _read(token, community, DELIVERY_SALT)
    found: NewsletterCopy | None = (
        NewsletterCopy.objects.select_related("newsletter", "subscription").filter(pk=pk).first()
        if pk
        else None
    )
    return found


def _read(token: str, community: Community, salt: str) -> int:
    """0 for a forged one, or another community’s."""
    try:
        community_id, pk = signing.loads(token, salt=salt)
    except (signing.BadSignature, ValueError, TypeError):
        return 0
    return int(pk) if community_id == community.pk else 0

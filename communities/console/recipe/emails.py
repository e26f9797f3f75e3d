"""The mail to an owner: your community is ready to be made yours."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console.recipe.models import LINK_HOLDS, OwnerLink
from communities.mails import brand_for, page_address, speaking
from communities.models import Community
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.models import Member

SALT = "recipe.owner"


def _still_opens(about: str) -> bool:
    return OwnerLink.objects.usable().filter(pk=int(about)).exists()


OWNER_LINK = register_kind(
    MailKind(
        "owner_link",
        gettext_lazy("Link of an owner"),
        urgency=1,
        use=LINK_HOLDS,
        repeats=True,
        hurries=True,
        secret=True,
        still_wanted=_still_opens,
    )
)


def token_of(link: OwnerLink) -> str:
    return signing.dumps([link.community_id, link.pk, _address_mark(link)], salt=SALT)


def _address_mark(link: OwnerLink) -> str:
    """Of the address that it is sent to: whoever reads that mailbox comes in as long as it is the account’s."""
    member = link.membership.member
    return salted_hmac(SALT, member.email if member else "", algorithm="sha256").hexdigest()[:16]


def find_link(token: str, community: Community) -> OwnerLink | None:
    """The link that a token names; None for a forged one, another community’s, or one that went to an address that
    the account has no more."""
    try:
        community_id, pk, mark = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if community_id != community.pk:
        return None
    link = OwnerLink.objects.select_related("membership__member").filter(pk=pk).first()
    return link if link is not None and mark == _address_mark(link) else None


def owner_mail(
    community: Community, link: OwnerLink, prepared_by: Member | None = None
) -> EmailMultiAlternatives:
    membership = link.membership
    assert membership.member is not None  # a link is made for somebody with an account
    with speaking(community, membership.language):
        subject = _("%(name)s is ready for you") % {"name": community.name}
        url = page_address(community, "console:enter-as-owner", token_of(link))
        words = {"url": url, "link": link, "name": membership.display_name, "who": _who(prepared_by)}
        letter = Letter(membership.member.email, subject, "recipe/mail_owner", words)
        return build(letter, brand_for(community))


def _who(person: Member | None) -> str:
    """Who prepared the place: the platform by its address, since its operator stays out; anybody else by theirs."""
    if person is None:
        return ""
    if person.is_operator:
        host = settings.PLATFORM_URL.partition("//")[2]
        return _("The operator of %(platform)s") % {"platform": host}
    return person.email

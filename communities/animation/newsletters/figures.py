"""What came of a newsletter: figures of one’s own. Openings are not counted:
that takes a hidden picture, and is wrong for many readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from communities.animation.newsletters.models import Newsletter, NewsletterCopy, NewsletterSubscription
from communities.mailing.models import MailReturn
from communities.mailing.returns import COMPLAINTS
from members.mails.models import OutgoingMail
from members.mails.reports.verdicts import Outcome

FAILED = (
    OutgoingMail.State.REFUSED,
    OutgoingMail.State.LATE,
    OutgoingMail.State.DROPPED,
    OutgoingMail.State.STOPPED,
)


@dataclass(frozen=True)
class Followed:
    """One link, and how many people followed it."""

    label: str
    people: int
    # By its name; empty where there is one language only.
    language: str = ""


@dataclass(frozen=True)
class Figures:
    laid: int
    written: int
    # Of the written ones: what the mail server refused, or what was given up.
    failed: int
    followers: int
    bounced: int
    complained: int
    left: int
    links: list[Followed]

    @property
    def arriving(self) -> int:
        """On their way, or arrived."""
        return self.written - self.failed

    @property
    def share(self) -> str:
        """Of those to whom it went, how many followed a link: “12.5%”; empty where it went to nobody."""
        return percent(self.followers, self.written)


def percent(part: int, whole: int) -> str:
    return _("%(n)s%%") % {"n": number_format(round(100 * part / whole, 1), 1)} if whole else ""


def figures_of(newsletter: Newsletter) -> Figures:
    """Four queries, however many people there are."""
    rows = NewsletterCopy.objects.of(newsletter)
    links = _links(newsletter)
    counted: dict[str, Any] = {
        f"link_{place}": Count("pk", filter=Q(clicked__contains=[number], language=language))
        for place, (language, number) in enumerate(links)
    }
    found = rows.aggregate(
        laid=Count("pk"),
        written=Count("pk", filter=Q(written_at__isnull=False)),
        followers=Count("pk", filter=~Q(clicked=[])),
        left=Count("pk", filter=Q(left_at__isnull=False)),
        **counted,
    )
    returned = MailReturn.objects.filter(mail__in=rows.filter(mail__isnull=False).values("mail")).aggregate(
        bounced=Count("mail", filter=Q(outcome=Outcome.HARD.value), distinct=True),
        complained=Count("mail", filter=Q(outcome__in=[one.value for one in COMPLAINTS]), distinct=True),
    )
    mails = rows.filter(mail__isnull=False).values("mail")
    failed = OutgoingMail.objects.of(newsletter.community_id).filter(pk__in=mails, state__in=FAILED).count()
    if newsletter.counted_at is not None:
        # Whose they were is forgotten by now; how many there were stays.
        kept = {(language, number): n for language, number, n in newsletter.counts.get("links", ())}
        found["followers"] = newsletter.counts.get("followers", 0)
        found |= {f"link_{place}": kept.get(link, 0) for place, link in enumerate(links)}
    several = len({language for language, _number in links}) > 1
    followed = [
        Followed(label, found.pop(f"link_{place}"), language_name(language) if several else "")
        for place, ((language, _number), label) in enumerate(links.items())
    ]
    return Figures(**found, **returned, failed=failed, links=sorted(followed, key=lambda one: -one.people))


def _links(newsletter: Newsletter) -> dict[tuple[str, int], str]:
    """The blocks that lead somewhere, by language and number, the main language first: a number alone says nothing,
    since each language gives its own."""
    return {
        (version.language, block["id"]): block.get("title") or block.get("label", "")
        for version in sorted(newsletter.versions.all(), key=lambda one: one.language != newsletter.language)
        for block in version.blocks
        if block["kind"] != "text"
    }


def language_name(language: str) -> str:
    return str(get_language_info(language)["name_translated"])


def subscribers() -> dict[str, int]:
    """How many get the newsletters: members, and visitors by their address."""
    reached = NewsletterSubscription.objects.all().reached()
    found: dict[str, int] = reached.aggregate(
        members=Count("pk", filter=Q(membership__isnull=False)),
        visitors=Count("pk", filter=Q(membership__isnull=True)),
    )
    return found

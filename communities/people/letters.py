"""Mail that the team writes to members, in the community’s name: one for each person, through the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.mails import brand_for, page_address, speaking
from communities.models import Community, Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare
from communities.notifications.emails import settings_address
from communities.notifications.tokens import unsubscribe_token
from communities.people.permissions import can_edit_members
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post
from members.signs import cut

TEAM_LETTER = register_kind(MailKind("team_letter", gettext_lazy("Letter from the team")))
MOST = 200


@declare
class TeamLetter(Notice):
    """The box by which members say that they want no such mail; it has no line in the bell."""

    name = "team_letter"
    label = gettext_lazy("Letters from the team")
    heading = Heading.PEOPLE
    icon = "mail"
    order = 84
    question = gettext_lazy("The team writes to me")
    way_out = gettext_lazy("No more letters from the team")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return True

    def sentence(self, line: Line) -> str:
        return _("The team wrote to you")

    def words(self, line: Line) -> Words:
        return Words(_("The team wrote to you"), _("Go and see"), _("You are a member here."))


@transaction.atomic
def write_to(
    people: Sequence[Membership], *, by: Membership, community: Community, subject: str, text: str
) -> int:
    """Put one mail for each of these members into the outbox; how many. Left out are those who want none, who have
    left, and names without an account. Raises NotAllowed, ValueError for more than MOST at once."""
    if not can_edit_members(by):
        raise NotAllowed
    if len(people) > MOST:
        raise ValueError(f"{len(people)} letters at once")
    reached = Membership.objects.active().filter(pk__in=[one.pk for one in people], member__isnull=False)
    told = [one for one in reached.select_related("member") if TeamLetter.name not in one.muted_mails]
    for person in told:
        _post(person, by=by, community=community, subject=subject, text=text)
    if told:
        # The words are in the mailboxes; the journal says who wrote to how many about what.
        record(by, "letter_sent", what=subject, after={"people": len(told)})
    return len(told)


def _post(person: Membership, *, by: Membership, community: Community, subject: str, text: str) -> None:
    assert person.member is not None  # the query has looked
    with speaking(community, person.language or person.member.language):
        context = {
            "words": text,
            "signed": by.display_name,
            "preview": cut(text, 90),
            "url": page_address(community, "front:show-home"),
            "unsubscribe_label": TeamLetter.way_out,
            "settings_url": settings_address(community, TeamLetter),
        }
        way_out = page_address(
            community, "notifications:unsubscribe", unsubscribe_token(person, TeamLetter.name)
        )
        letter = Letter(person.member.email, subject, "people/mail_letter", context, way_out)
        post(
            build(letter, brand_for(community)),
            kind=TEAM_LETTER,
            community_id=community.pk,
            about=str(person.pk),
        )

"""What people are told of their role, of ownership, of their request to join; and the team of requests."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.launch.models import JoinRequest
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.people.fields.defined import said_in
from communities.people.models import OwnershipOffer, ProfileFile
from communities.people.permissions import can_approve_join_request, can_see_team

Role = Membership.Role


class TeamNotice(Notice):
    """About one’s own standing here: it cannot be muted, and it stays true."""

    icon = "shield"
    mail_kind = "decision"

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return True


@declare
class RoleChanged(TeamNotice):
    """The line says the role that its reader has now: an older one is of no use to anybody."""

    name = "role_changed"
    label = gettext_lazy("Change of role")
    heading = Heading.PEOPLE
    order = 80

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        line.membership = reading.membership  # at hand: its sentence asks for the role
        return True

    def sentence(self, line: Line) -> str:
        return _("Your role is now: %(role)s") % {"role": line.membership.get_role_display()}

    def words(self, line: Line) -> Words:
        return Words(_lead(line.membership), _("Go and see"), _("Mails about your role are always sent."))


@declare
class RoleEnds(TeamNotice):
    """Two weeks before, to the person; gone from the bell once it has been lengthened, or has ended."""

    name = "role_ends"
    label = gettext_lazy("End of a role")
    heading = Heading.PEOPLE
    icon = "clock"
    order = 80

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        line.membership = reading.membership
        return _ends_as_told(line, reading.membership)

    def sentence(self, line: Line) -> str:
        return _("Your role ends on %(day)s: %(role)s") % _end_of(line.membership)

    def words(self, line: Line) -> Words:
        after = Role(line.membership.role_after).label
        lead = _(
            "From then on your role is: %(role)s. If you want to carry on, write to those who look "
            "after the team: they can extend it."
        ) % {"role": after}
        return Words(lead, _("Go and see"), _("Mails about your role are always sent."))


@declare
class TeamRoleEnds(TeamNotice):
    """The same for those who may lengthen it."""

    name = "team_role_ends"
    label = gettext_lazy("End of a role in the team")
    heading = Heading.RUNNING
    icon = "clock"
    order = 81

    def is_asked(self, membership: Membership) -> bool:
        return can_see_team(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        # The bell has the actor at hand; whoever has left has no role.
        return line.actor is not None and _ends_as_told(line, line.actor) and can_see_team(reading.membership)

    def sentence(self, line: Line) -> str:
        return _("%(name)s: the role ends on %(day)s (%(role)s)") % _end_of(line.actor)

    def address(self, line: Line) -> str:
        return f"{super().address(line)}#role"

    def words(self, line: Line) -> Words:
        lead = _("It ends automatically. If %(name)s is to carry on, give the role a later end.") % _end_of(
            line.actor
        )
        return Words(lead, _("Extend it"), _("You look after the team here."))


def _ends_as_told(line: Line, person: Membership) -> bool:
    return person.role_until is not None and str(line.occasion).endswith(_occasion(person))


def _end_of(person: Membership) -> dict[str, str]:
    end = person.role_until
    day = date_format(localtime(end), "DATE_FORMAT") if end else ""
    return {"name": person.display_name, "role": person.get_role_display(), "day": day}


def _occasion(person: Membership) -> str:
    return f"{person.pk} {person.role_until.isoformat() if person.role_until else ''}"


def _lead(person: Membership) -> str:
    """What the role is for, and until when."""
    if person.role == Role.MEMBER:
        return _("You take part as all members do. Thank you for what you did for this place.")
    lead = _("Your role here: %(role)s.") % {"role": person.get_role_display()}
    if person.role_until is None:
        return lead
    end = _("It ends on %(day)s.") % {"day": date_format(localtime(person.role_until), "DATE_FORMAT")}
    return f"{lead} {end}"


@declare
class OwnershipOffered(TeamNotice):
    name = "ownership_offered"
    label = gettext_lazy("Offer of ownership")
    heading = Heading.PEOPLE
    order = 81

    def sentence(self, line: Line) -> str:
        actor = line.actor.display_name if line.actor else _("Former member")
        return _("%(name)s wants to hand this place over to you") % {"name": actor}

    def words(self, line: Line) -> Words:
        lead = _("You would be its owner. Nothing changes until you accept; you have two weeks.")
        return Words(lead, _("Look at the offer"), _("Mails about your role are always sent."))

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "offers" not in reading.memo:
            mine = OwnershipOffer.objects.open().filter(to=reading.membership)
            reading.memo["offers"] = {f"/handover/{pk}/" for pk in mine.values_list("pk", flat=True)}
        return line.path in reading.memo["offers"]


@declare
class JoinRequested(Notice):
    """All who wait are one line, until somebody of the team has read it."""

    name = "join_requested"
    label = gettext_lazy("Request to join")
    heading = Heading.RUNNING
    icon = "user"
    order = 82
    question = gettext_lazy("Somebody asks to join")
    can_wait = False
    way_out = gettext_lazy("No more mails of this kind")

    def is_asked(self, membership: Membership) -> bool:
        return can_approve_join_request(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return can_approve_join_request(reading.membership)

    def sentence(self, line: Line) -> str:
        words = ngettext("%(n)s person asks to join", "%(n)s people ask to join", line.count)
        return words % {"n": line.count}

    def words(self, line: Line) -> Words:
        return Words(
            _("Read what they answered, and approve or decline."),
            _("Read the requests"),
            _("You decide about requests here."),
        )


@declare
class JoinAccepted(TeamNotice):
    name = "join_accepted"
    label = gettext_lazy("Request accepted")
    heading = Heading.PEOPLE
    icon = "check"
    order = 83

    def is_asked(self, membership: Membership) -> bool:
        """Whoever has settings is in."""
        return False

    def sentence(self, line: Line) -> str:
        return _("Welcome: the team has accepted your request")

    def words(self, line: Line) -> Words:
        word = (
            JoinRequest.objects.filter(membership=line.membership_id).values_list("word", flat=True).first()
        )
        return Words(word or _("You are a member now."), _("Come in"), _("You asked to join."))


@declare
class FileDecided(TeamNotice):
    """About a file for verification: the profile says what the team found."""

    name = "file_decided"
    label = gettext_lazy("File for verification")
    heading = Heading.PEOPLE
    order = 84

    def sentence(self, line: Line) -> str:
        return _("The team has looked at a file of yours")

    def words(self, line: Line) -> Words:
        found = ProfileFile.objects.filter(membership=line.membership_id, decided_at__isnull=False)
        file = found.select_related("field").order_by("-decided_at").first()
        why = _("Mails about files that you send as proof are always sent.")
        if file is None:
            return Words(_("Your profile says what it found."), _("Go and see"), why)
        label = said_in(file.field.names, "")
        if file.state == ProfileFile.State.VERIFIED:
            lead = _("%(field)s: verified.") % {"field": label}
        else:
            lead = _("%(field)s: not accepted. You can send another file.") % {"field": label}
        return Words(f"{lead} {file.word}".strip(), _("Go and see"), why)


def about_role(person: Membership, by: Membership | None, *, occasion: str) -> About:
    return About(actor=by, path="/me/", occasion=occasion)


def about_end(person: Membership, *, path: str) -> About:
    return About(actor=person, path=path, occasion=_occasion(person))


def about_offer(offer: OwnershipOffer) -> About:
    return About(actor=offer.by, path=f"/handover/{offer.pk}/", occasion=str(offer.pk))


def about_requests(membership: Membership) -> About:
    return About(path="/manage/join-requests/", occasion=str(membership.pk))

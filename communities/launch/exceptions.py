from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.exceptions import DomainError, NotAllowed


class CannotJoin(DomainError):
    """This person does not become a member here now; the sentence says why and gives nothing else away."""

    message = _("You cannot join for now.")


class CommunityFull(CannotJoin):
    """As many members as the operator allows."""

    message = _("This community is full for now: it has as many members as it may have. Come back later.")


class HandleTaken(DomainError):
    message = _("Somebody took this handle a moment ago. Choose another one.")


class AddressTaken(DomainError):
    """Two newcomers sent one address at the same moment: the first has the account."""

    message = _("Somebody is joining with this address right now. If it is you, sign in with a code.")


class FeatureClosed(NotAllowed):
    """The launch plan keeps this part closed to the person who acts."""

    message = _("This part is closed to you for now. Everything you wrote is kept.")


class PlanError(DomainError):
    """A step of the launch plan that is not possible now; the sentence says what to do first."""

    message = _("This is not possible in the stage’s present state.")


class GaugesShort(PlanError):
    """Opening with a gauge under its threshold needs a written reason."""

    message = _("A gauge has not been reached. Say why you are opening anyway.")


class LimitsPassed(PlanError):
    """Resuming with a limit still passed needs a written reason: it would soon pause again."""

    message = _("A limit is still exceeded. Say why you are resuming anyway.")


class InvitationRefused(DomainError):
    message = _("This invitation can no longer be used.")


class LinkRefused(DomainError):
    message = _("This link no longer lets anybody in.")


class QuotaReached(DomainError):
    message = _("You have no invitation left.")

    def __init__(self, left: int = 0) -> None:
        words = ngettext(
            "You have %(n)s invitation left. Take some addresses out.",
            "You have %(n)s invitations left. Take some addresses out.",
            left,
        )
        super().__init__(words % {"n": left} if left else "")

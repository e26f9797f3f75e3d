"""What owners are told of an export: that it is ready, or that it failed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.archive.models import Export
from communities.archive.permissions import can_export_community
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.notifications.services import tell

PAGE = "/manage/export/"


def tell_owners(notice: str, export: Export) -> None:
    """One line and one mail for each owner, all of whom may fetch it. In the scope of the community."""
    owners = Membership.objects.active().in_role(Membership.Role.OWNER).values_list("pk", flat=True)
    tell(notice, list(owners), About(path=PAGE, occasion=str(export.public_id)))


class ExportNotice(Notice):
    heading = Heading.RUNNING
    icon = "download"
    mail_kind = "decision"
    state: str

    def is_asked(self, membership: Membership) -> bool:
        return can_export_community(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "exports" not in reading.memo:
            newest = Export.objects.newest().exclude(state=Export.State.GONE)[:50]
            reading.memo["exports"] = {str(one.public_id): one for one in newest}
        export = reading.memo["exports"].get(str(line.occasion))
        if export is None or not can_export_community(reading.membership):
            return False
        return bool(export.is_there if self.state == Export.State.READY else export.state == self.state)

    def lead(self) -> str:
        raise NotImplementedError

    def words(self, line: Line) -> Words:
        return Words(self.lead(), _("Open the page"), _("You own this place."))


@declare
class ExportReady(ExportNotice):
    name = "export_ready"
    label = gettext_lazy("Export ready")
    order = 83
    state = Export.State.READY

    def sentence(self, line: Line) -> str:
        return _("Your export is ready")

    def lead(self) -> str:
        return _("The whole community is in one file, which you can download for seven days.")


@declare
class ExportFailed(ExportNotice):
    name = "export_failed"
    label = gettext_lazy("Export failed")
    icon = "alert"
    order = 84
    state = Export.State.FAILED

    def sentence(self, line: Line) -> str:
        return _("Your export could not be written")

    def lead(self) -> str:
        return _(
            "Nothing in your community has changed. Ask for it again; if it fails again, tell the operator."
        )

from dataclasses import replace

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.navigation import Host, Place, Spot, Who, register_place
from communities.stored import register_stored, stored_in


class PeopleConfig(AppConfig):
    name = "communities.people"
    label = "people"
    verbose_name = _("Members")

    def ready(self) -> None:
        # Models exist only now.
        from communities.content import audiences, circles
        from communities.launch.asked import asked
        from communities.models import Membership
        from communities.people import automatic, letters, notices, portable, sections  # noqa: F401  declaring is their import
        from communities.people.acts import register_acts
        from communities.people.entrusting import end_offers
        from communities.people.fields import acts as field_acts
        from communities.people.fields.answering import AskedAtJoining
        from communities.people.fields.circle import WithValue
        from communities.people.receivers import listen
        from members.personal import register_merger

        sections.register()
        automatic.register()
        portable.register()
        register_stored(stored_in("portraits", Membership.objects.all, "portrait"))
        register_acts()
        for field in ("by", "to"):
            register_merger(f"people.OwnershipOffer.{field}", end_offers)
        field_acts.register()
        asked.register(AskedAtJoining())
        audiences.sources.register(audiences.ByCircle(circles.register_circle(WithValue())))
        _register_files()
        listen()
        members = Place(_("Members"), "people:list-members", "directory", order=80, whom=Who.MEMBER)
        register_place(members)
        _register_own_pages()


def _register_files() -> None:
    """Files for verification: what becomes of them, and that they are kept."""
    from communities.disclosures import Kept, kept
    from communities.people.fields.defined import asks_for_files
    from communities.people.fields.files import delete_files_of, move_files
    from communities.people.models import ProfileFile
    from members.personal import register_merger, register_way

    kept.register(
        Kept(
            "files_for_verification",
            _("files by which you prove something to the team"),
            _("until you take them back or leave"),
            12,
            applies=asks_for_files,
        )
    )
    register_stored(stored_in("files for verification", ProfileFile.objects.all, "path", size="size"))
    register_way("people.ProfileFile.membership", delete_files_of)
    register_merger("people.ProfileFile.membership", move_files)


def _register_own_pages() -> None:
    """A member's own pages, and those of the account, since `members` knows no communities."""
    me = Place(_("Me"), "people:show-me", order=50, icon="user", whom=Who.MEMBER)
    register_place(me, Spot.DOCK)
    register_place(replace(me, order=10, named=_name_of_reader), Spot.ACCOUNT)
    for place in (
        Place(_("My profile"), "people:edit-profile", order=20, icon="edit"),
        Place(_("My data"), "people:export-data", order=55, icon="download"),
        Place(_("Security"), "members:show-security", order=60, icon="lock"),
    ):
        register_place(place, Spot.ACCOUNT)
    sign_in = Place(
        pgettext_lazy("short", "Sign in"),
        "account_login",
        order=30,
        whom=Who.VISITOR,
        host=Host.ANY,
        look="plain",
    )
    register_place(sign_in, Spot.BAR)


def _name_of_reader(request: HttpRequest) -> str:
    membership = getattr(request, "membership", None)
    return "" if membership is None else str(membership.display_name)

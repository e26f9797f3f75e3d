"""The tables beneath all packages: the community and its memberships travel, accounts and what they prove do not."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from taggit.models import Tag as PlainTag
from taggit.models import TaggedItem

from communities.animation.announcements.portable import said_there
from communities.archive.models import Coming, Export
from communities.content.models import Space, Thread
from communities.launch.models import Stage
from communities.models import Community, Domain, Membership
from communities.portable import Moved, Portable, Row, Stays, each_of, narrow_to, register_portable
from members.models import FailingAddress, JobRound, LeftFile, Member, OutgoingMail, OwedJob, SetAside

# In `Community.settings`: that the place came from elsewhere, and when. Each installation says it for itself.
IMPORTED = "imported"
OF_ACCOUNTS = "An account belongs to a person and to no community."
OF_LIBRARIES = "A library’s table, of the installation."


def register() -> None:
    register_portable(
        Portable(
            Community,
            blank={
                "deletes_at": None,
                "sender_email": "",
                "quotas": {},
                "suspended_at": None,
                "suspended_why": "",
            },
            numbers={"launch": _launch, "settings": _settings, "announced": said_there},
            files=("logo", "theme", "settings"),
            html=("texts",),
            why="Deletion, quotas and suspension are this installation’s; a sender is proven anew.",
        ),
        Portable(
            Membership,
            blank={"member_id": None, "unread_count": 0, "news_version": 0},
            numbers={"role_spaces": narrow_to(Space), "stage_ids": each_of(Stage)},
            files=("portrait",),
            named=True,
            why="Whose account it is says accounts.jsonl, by its address; what is unread is counted there.",
        ),
        Stays(
            Domain, why="A name leads to one installation; it is proven again there. The manifest lists them."
        ),
        Stays(Export, why="Exports are of this installation, and an export does not hold itself."),
        Stays(Coming, why="A file of another installation, on its way into this one."),
        *_of_installation(),
        *(Stays(model, why=OF_LIBRARIES) for model in _library_tables()),
    )


def _of_installation() -> list[Stays]:
    return [
        Stays(Member, why=f"{OF_ACCOUNTS} Address and language are in accounts.jsonl; a password never is."),
        Stays(OutgoingMail, why="Mails that left have left, and those that wait leave from here."),
        Stays(FailingAddress, why=OF_ACCOUNTS),
        Stays(JobRound, why="Where the work of this installation is."),
        Stays(LeftFile, why="What the store of this installation did not take away."),
        Stays(OwedJob, why="Work of a moment: what the queue of this installation did not take."),
        Stays(SetAside, why="What a job of this installation could not do yet."),
        Stays(EmailAddress, why="A proof of an address holds where it was given."),
        Stays(EmailConfirmation, why="A proof of an address holds where it was given."),
        Stays(Session, why="Everybody signs in again."),
    ]


def _library_tables() -> list[Any]:
    account: Any = Member
    return [
        ContentType,
        Permission,
        Group,
        Group.permissions.through,
        account.groups.through,
        account.user_permissions.through,
        PlainTag,
        TaggedItem,
    ]


def _launch(value: Any, row: Row, moved: Moved) -> Any:
    """The compiled plan names its stages."""
    if not value:
        return value
    return value | {"stages": [one | {"id": moved(Stage, one["id"])} for one in value.get("stages", ())]}


def _settings(value: Any, row: Row, moved: Moved) -> Any:
    """The home page names threads."""
    kept = {name: said for name, said in (value or {}).items() if name != IMPORTED}
    if "home" in kept:
        home = dict(kept["home"])
        if "featured" in home:
            home["featured"] = each_of(Thread)(home["featured"], row, moved)
        if home.get("week") is not None:
            home["week"] = moved(Thread, home["week"])
        kept["home"] = home
    return kept

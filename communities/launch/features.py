"""What can be opened or closed, declared in code; and what is open for one audience of one community."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.exceptions import PartClosed
from communities.launch.audiences import Audience, audience_of, features_named, features_opened
from communities.launch.exceptions import FeatureClosed
from communities.models import Community, Membership
from communities.queries import communities_by_id
from communities.registries import Registry
from communities.terms import TERM

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Feature:
    """A part of a community that a launch stage can open.

    `holds` says what people leave there, for the gauges that count it: "texts", "answers".
    """

    name: str
    label: Promise
    order: int = 0
    holds: frozenset[str] = frozenset()
    # What people do with it, for who switches it on or off; kinds of content say it by their name.
    about: Promise | str = ""
    # Whether members are told of its opening by its name: they go there. What only shows within other parts is a word
    # of the settings, and no news.
    is_place: bool = False


# Kinds of content bring theirs when their app is ready (`communities/content/kinds.py`), before these.
FEATURES: Registry[Feature] = Registry("feature")
for _feature in (
    Feature(
        "directory", _("Directory"), 100, about=_("The list of members, to find somebody."), is_place=True
    ),
    Feature(
        "member_pages",
        _("Member pages"),
        110,
        about=_("A page for each member: what they say of themselves, what they wrote."),
        is_place=True,
    ),
    Feature("search", _("Search"), 120, about=_("Search everything you may read.")),
    Feature("tags", _("Tags"), 130, about=_("Words that sort threads, each with a page of its own.")),
    Feature("reactions", _("Reactions"), 140, about=_("“Useful”, “Thanks”, “Same here” under each post.")),
    Feature("uploads", _("Pictures"), 150, about=_("Pictures in posts.")),
    Feature("polls", _("Polls"), 152, about=_("A question under a text that members answer by a vote.")),
    Feature(
        "calls",
        _("Calls for projects"),
        153,
        about=_("A text that looks for projects: members apply with files, a jury scores, the team decides."),
        is_place=True,
    ),
    Feature(
        "newsletters",
        _("Newsletter"),
        155,
        about=_("A newsletter by mail, and the archive of those that were sent."),
        is_place=True,
    ),
    Feature(
        "announcements",
        _("Announcements above the pages"),
        157,
        about=_(
            "A sentence of the team above every page, for some days, to everybody or to some of the members."
        ),
    ),
    Feature(
        "offers",
        _("Offers"),
        158,
        about=_(
            "What the brand gives to members: codes for its shop, for all or for some, with what came of them."
        ),
        is_place=True,
    ),
    Feature("invitations", _("Invitations"), 160, is_place=True),
    Feature(
        "surveys",
        _("Surveys"),
        165,
        about=_(
            "Short questions to some members chosen at random, each of them at most once in three months."
        ),
    ),
    Feature(
        "listening",
        _("Listening"),
        166,
        about=_("What is said about the brand elsewhere, from feeds and signed messages: for the team."),
    ),
    Feature(
        "saved_calls",
        _("Calls saved"),
        167,
        about=_("“Did this save you a call?”, under answers that helped: for the results."),
    ),
    Feature(
        "ambassadors",
        _("Ambassadors"),
        168,
        about=_(
            "A programme for members who help to run the place: charter, terms with an end, tasks, things to share."
        ),
        is_place=True,
    ),
    Feature("waiting_list", _("Waiting list"), 170),
    Feature("join", _("Joining without an invitation"), 180),
):
    FEATURES.register(_feature)


# The ways in are always there, whatever parts a community has chosen; only a plan closes them.
DOORS = frozenset({"join", "invitations", "waiting_list"})


def told_labels(names: Collection[str]) -> list[str]:
    """The parts that members are told of when they open or pause; all where none of them is a place to go to."""
    known = [FEATURES[name] for name in names if name in FEATURES]
    return [str(feature.label) for feature in known if feature.is_place] or [str(one.label) for one in known]


def names_in_stages() -> list[str]:
    """What a stage may open. The waiting list is no stage's: it is there for those outside while joining is closed."""
    return [feature.name for feature in FEATURES if feature.name != "waiting_list"]


def features_that_hold(what: str) -> frozenset[str]:
    return frozenset(feature.name for feature in FEATURES if what in feature.holds)


def open_features(community: Community, membership: Membership | None) -> frozenset[str]:
    """The features open to this person here: what the community has, less what its launch plan keeps closed.

    The answer for an audience is kept on the community's row in memory, as long as that row lives (a second).
    """
    return _resolve(community, audience_of(membership))


def _resolve(community: Community, audience: Audience) -> frozenset[str]:
    as_if: int = getattr(community, "as_if_open", 0)
    known: dict[Any, frozenset[str]] = community.__dict__.setdefault("_open_features", {})
    key = (community.launch_version, tuple(community.open_features), as_if, audience)
    if key not in known:
        known[key] = features_for(community, audience, as_if=as_if)
    return known[key]


def features_for(community: Community, audience: Audience, *, as_if: int = 0) -> frozenset[str]:
    """The features open to an audience; `as_if` counts one more stage of the plan as open."""
    chosen = chosen_features(community)
    if not community.launch:
        return chosen
    opened = features_opened(community.launch, audience, as_if=as_if)
    return chosen - (features_named(community.launch, as_if=as_if) - opened)


def chosen_features(community: Community) -> frozenset[str]:
    """What the community has, whatever its launch plan keeps closed yet."""
    named = frozenset(community.open_features)
    known = frozenset(feature.name for feature in FEATURES)
    return (named & known) | DOORS if named else known


def is_open(community: Community, membership: Membership | None, feature: str) -> bool:
    """Whether a feature is there for this person; a name that nobody declared is open to nobody."""
    return feature in open_features(community, membership)


def is_open_to(membership: Membership, feature: str) -> bool:
    """The same for callers without a community at hand: services and jobs."""
    known = "community" in membership._state.fields_cache
    community = membership.community if known else communities_by_id.get(membership.community_id)
    return community is not None and is_open(community, membership, feature)


def refuse_closed(by: Membership, *features: str) -> None:
    """For services. Raises FeatureClosed when one of the features is closed to the person who acts."""
    if not all(is_open_to(by, feature) for feature in features):
        raise FeatureClosed


def people_let_in(people: list[int], *, community_id: int, feature: str) -> list[int]:
    """Those of the memberships to whom a feature is open: jobs notify nobody of what does not exist for them."""
    community = communities_by_id.get(community_id)
    if community is None:
        return people
    if feature not in chosen_features(community):
        return []
    if feature not in features_named(community.launch):
        return people
    rows = (
        Membership.objects.active()
        .filter(pk__in=people)
        .only("role", *TERM, "status", "stage_ids", "suspended_until")
    )
    inside = {row.pk for row in rows if is_open(community, row, feature)}
    return [pk for pk in people if pk in inside]


def feature_required(name: str) -> Callable[[View], View]:
    """A closed feature does not exist: 404 for those outside it. Unknown names fail when the module loads."""
    if name not in FEATURES:
        raise ValueError(f"no feature is called {name!r}")

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            reader = cast("Any", request)
            if not is_open(reader.community, reader.membership, name):
                raise PartClosed
            return view(request, *args, **kwargs)

        # Whoever is about to lead somebody here asks (`communities/content/openable.py`).
        cast("Any", checked).features = getattr(view, "features", frozenset()) | {name}
        return cast("View", checked)

    return decorate

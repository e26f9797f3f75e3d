"""What can be opened or closed, declared in code; and what is open for one audience of one community."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Membership

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Feature:
    """A part of a community that a launch stage can open."""

    name: str
    label: Promise


FEATURES = {
    feature.name: feature
    for feature in (
        Feature("blogs", _("Blogs")),
        Feature("forums", _("Forums")),
        Feature("questions", _("Questions")),
        Feature("directory", _("Directory")),
        Feature("member_pages", _("Member pages")),
        Feature("search", _("Search")),
        Feature("tags", _("Tags")),
        Feature("reactions", _("Reactions")),
        Feature("uploads", _("Pictures")),
    )
}


def open_features(community: Community, membership: Membership | None) -> frozenset[str]:
    """The features open here: those the community names, or all where it names none."""
    named = frozenset(community.open_features)
    return named & FEATURES.keys() if named else frozenset(FEATURES)


def is_open(community: Community, membership: Membership | None, feature: str) -> bool:
    return feature in open_features(community, membership)


def feature_required(name: str) -> Callable[[View], View]:
    """A closed feature does not exist: 404 for those outside it. Unknown names fail when the module loads."""
    if name not in FEATURES:
        raise ValueError(f"no feature is called {name!r}")

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_open(request.community, request.membership, name):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        return checked  # type: ignore[return-value]

    return decorate

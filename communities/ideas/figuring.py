"""The way from the results to the figures of a box."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.figure_pages import FigurePages, figure_pages
from communities.ideas.queries import readable_boxes


def register() -> None:
    figure_pages.register(
        FigurePages(
            "boxes",
            title=_("Ideas boxes"),
            said=_("From the people who opened it to what was delivered."),
            label=_("From readers to results"),
            route="ideas:show-figures",
            spaces=lambda community, viewer, _by: readable_boxes(community, viewer),
            outcomes=True,
            order=16,
        )
    )

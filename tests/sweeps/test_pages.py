"""Every page is valid HTML in both languages; every template is shown to somebody."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

from config.error_views import show_error
from tests.sweeps.addresses import COMMUNITY, PLATFORM, Address
from tests.sweeps.audiences import OPENS
from tests.sweeps.markup import faults, fragment_faults
from tests.sweeps.walking import Visit, places, visit, watched_templates
from tests.sweeps.world import World

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATUSES = (400, 403, 404, 409, 410, 413, 429, 500, 503)
PAGES = [("community", route) for route in COMMUNITY] + [("platform", route) for route in PLATFORM]
# Readers in two languages, and somebody of the team, who sees most.
READERS = (("visitor", "en"), ("visitor", "fr"), ("member", "fr"), ("owner", "en"))


def looked_at(world: World, where: str, route: str) -> list[Visit]:
    address = (COMMUNITY if where == "community" else PLATFORM)[route]
    path = (world.here.prefix if where == "community" else "") + address.path(route, world)
    host = {"host": "testserver" if where == "community" else "localhost"}
    return [
        visit(world, role, "GET", path, OPENS, **host, **{"accept-language": language})
        for role, language in READERS
        if address.get[role] == OPENS
    ]


@pytest.mark.parametrize(("where", "route"), PAGES)
def test_pages_are_valid_html(world: World, where: str, route: str) -> None:
    for seen in looked_at(world, where, route):
        if seen.response.status_code == 200 and seen.is_page:
            found = faults(seen.response.content.decode())
            language = seen.response.headers["Content-Language"]
            assert found == [], f"{seen.path} as {seen.role} in {language}"

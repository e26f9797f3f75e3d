"""What the bench serves: the product as it is, and beside it the views that it is measured against.

They live here, outside the product's addresses, and run without middleware, as a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path

from communities.models import Community

Application = Callable[[dict[str, Any], Any], Any]

BASELINES = "/bench/"
PAGE = (
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{{ one.name }}</title></head>"
    "<body><main><h1>{{ one.name }}</h1><p>{{ one.tagline }}</p><p>{{ one.language }}</p></main></body></html>"
)
_page = engines["django"].from_string(PAGE)


def show_bare(request: HttpRequest) -> HttpResponse:
    """What Django costs by itself."""
    return _sized("ok")


def show_one(request: HttpRequest) -> HttpResponse:
    """A small template and one query by an index."""
    return _sized(_page.render({"one": Community.objects.get(slug="bench")}))


def _sized(text: str) -> HttpResponse:
    """A middleware would say the length; without it the connection could not be kept."""
    response = HttpResponse(text)
    response.headers["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("bench/bare", show_bare), path("bench/one", show_one)]


def at_baselines(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def lead(request: HttpRequest) -> HttpResponse:
        request.urlconf = "bench.application"
        return get_response(request)

    return lead


def make_application() -> Application:
    """For gunicorn, and for calls inside a process; static files must have been collected before."""
    product = WSGIHandler()
    with override_settings(MIDDLEWARE=["bench.application.at_baselines"]):
        baseline = WSGIHandler()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        handler = baseline if environ["PATH_INFO"].startswith(BASELINES) else product
        return handler(environ, start_response)

    return application

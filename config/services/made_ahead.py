"""What each process would make for itself at its first page, made before they fork.

Making it touches far more than using it does: which models refer to which is found by going through all their fields,
an address by going through all of its package's. Each page of memory that is touched is copied for the process, so
that the making cost a web process 25 MB beside what it made.
"""

from __future__ import annotations

import mimetypes
from importlib import import_module
from pathlib import Path
from typing import Any

from django.template import TemplateSyntaxError, engines
from django.utils.formats import get_format

from config.environment import is_development

# Templates of pages that everybody reads; those of others are read where they are drawn.
FOLDERS = ("components", "content", "forums", "blogs", "front", "guides", "people", "events")


def make_relations() -> None:
    """Django asks for them where a row is read or deleted."""
    from django.apps import apps

    for model in apps.get_models(include_auto_created=True):
        meta: Any = model._meta
        _made = meta._relation_tree, meta.fields_map, meta.related_objects, meta._forward_fields_map


def make_addresses(resolver: Any) -> None:
    """The addresses of each package in the language that is spoken, as `reverse` looks them up."""
    from django.urls.resolvers import get_ns_resolver

    for before, inner in resolver.namespace_dict.values():
        converters = tuple(inner.pattern.converters.items())
        # Asked for, it is made.
        get_ns_resolver(before, inner, converters).reverse_dict  # noqa: B018


def make_formats(language: str) -> None:
    get_format("DATE_FORMAT", language)


def make_pages() -> None:
    """Templates, and what is imported for the first page that is drawn or the first picture that is read."""
    from django.conf import settings
    from PIL import Image

    Image.preinit()
    mimetypes.init()
    own = (settings.MESSAGE_STORAGE, settings.CACHES["default"]["BACKEND"])
    django = ("django.contrib.messages.storage.fallback", "django.core.cache.backends.locmem")
    for module in (*django, settings.SESSION_SERIALIZER.rpartition(".")[0]):
        import_module(module)
    for name in own:
        import_module(name.rpartition(".")[0])
    # While they are edited they are read each time.
    if not is_development():
        _make_templates(settings.BASE_DIR / "templates")


def _make_templates(folder: Path) -> None:
    engine: Any = engines["django"]
    # What gives them their words is imported when it is first asked for.
    _made = engine.engine.template_context_processors
    for path in (
        *folder.glob("base*.html"),
        *(one for name in FOLDERS for one in (folder / name).rglob("*.html")),
    ):
        try:
            engine.get_template(str(path.relative_to(folder)))
        except TemplateSyntaxError:
            # The page that is drawn with it says so.
            continue

"""Addresses of the settings inside a community."""

from __future__ import annotations

from django.urls import include, path

from communities.console import style_views, views
from communities.console.export.urls import urlpatterns as export
from communities.console.fields.urls import urlpatterns as profile_fields
from communities.console.operator.urls import urlpatterns as operator_urls
from communities.console.people.urls import urlpatterns as people
from communities.console.place.urls import urlpatterns as place
from communities.console.reach.urls import urlpatterns as reach
from communities.console.reactions.urls import urlpatterns as reactions
from communities.console.recipe import urls as recipe_urls
from communities.console.redirects.urls import urlpatterns as redirects
from communities.console.spaces.urls import urlpatterns as spaces
from communities.console.start.urls import urlpatterns as start
from communities.console.tags.urls import urlpatterns as tags
from communities.console.texts.urls import urlpatterns as texts

app_name = "console"

urlpatterns = [
    path("manage/", views.show_console, name="show-console"),
    path("", include("communities.console.brand.urls")),
    *people,
    *profile_fields,
    *spaces,
    *operator_urls,
    *recipe_urls.urlpatterns,
    *place,
    *start,
    *texts,
    *reach,
    path("style/", style_views.show_style, name="show-style"),
    *tags,
    *redirects,
    *export,
    *reactions,
]

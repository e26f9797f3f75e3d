from django.urls import URLPattern, path

from communities.content.views.feeds import show_feed
from communities.guides import views, writing_views
from communities.guides.models import GUIDES

app_name = "guides"

_about = {"kind": GUIDES}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("in/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", views.list_pages, name="list-pages"),
    path("in/<words:space>/", views.show_pages, name="show-pages"),
    path("in/<words:space>/new/", writing_views.write_page, name="write-page"),
    path("<words:page>/", views.show_page, name="show-page"),
    path("<words:page>/edit/", writing_views.edit_page, name="edit-page"),
    path("<words:page>/publish/", writing_views.publish, name="publish-page"),
    path("<words:page>/unpublish/", writing_views.unpublish, name="unpublish-page"),
    path("<words:page>/move/", views.move_page, name="move-page"),
]

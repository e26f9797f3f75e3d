from django.urls import path

from communities.blogs import views, writing_views
from communities.blogs.models import BLOG
from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view

app_name = "blogs"

_article = "<words:blog>/<words:article>/"

_reply = reply_view("blogs", find=views.get_article, show=views.show_unreplied)
_about = {"kind": BLOG}

urlpatterns = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", views.list_blogs, name="list-blogs"),
    path("<words:blog>/", views.show_blog, name="show-blog"),
    path("<words:blog>/follow/", views.follow_blog, name="follow-blog"),
    path("<words:blog>/unfollow/", views.unfollow_blog, name="unfollow-blog"),
    path("<words:blog>/new/", writing_views.write_article, name="write-article"),
    path(_article, views.show_article, name="show-article"),
    path(f"{_article}reply/", _reply, name="reply-to-article"),
    path(f"{_article}edit/", writing_views.edit_article, name="edit-article"),
    path(f"{_article}preview/", writing_views.preview_article, name="preview-article"),
    path(f"{_article}publish/", writing_views.publish, name="publish-article"),
    path(f"{_article}unpublish/", writing_views.unpublish, name="unpublish-article"),
    path(f"{_article}schedule/", writing_views.schedule, name="schedule-article"),
]

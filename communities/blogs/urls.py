from django.urls import path

from communities.blogs import results_views, views, writing_views
from communities.blogs.models import BLOG
from communities.blogs.own import views as own_views
from communities.blogs.review import views as review_views
from communities.blogs.series import views as series_views
from communities.blogs.together import views as together_views
from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view

app_name = "blogs"

_article = "<words:blog>/<words:article>/"
# The blog of a member: no name of a space begins so.
_own = "@<str:owner>/"

_reply = reply_view("blogs", find=views.get_article, show=views.show_unreplied)
_about = {"kind": BLOG}

urlpatterns = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", views.list_blogs, name="list-blogs"),
    path("new/", own_views.start_blog, name="start-blog"),
    path("people/", own_views.list_own_blogs, name="list-own-blogs"),
    path("approvals/", review_views.list_reviews, name="list-reviews"),
    path(f"{_own}feed.<str:suffix>", show_feed, _about, name="show-own-feed"),
    path(_own, own_views.show_own_blog, name="show-own-blog"),
    path(f"{_own}settings/", own_views.edit_blog, name="edit-blog"),
    path(f"{_own}end/", own_views.end_blog, name="end-blog"),
    path(f"{_own}results/", results_views.show_own_results, name="show-own-results"),
    path(f"{_own}follow/", own_views.follow_own_blog, name="follow-own-blog"),
    path(f"{_own}unfollow/", own_views.unfollow_own_blog, name="unfollow-own-blog"),
    path("series/<words:series>/", series_views.show_series, name="show-series"),
    path("series/<words:series>/feed.<str:suffix>", show_feed, _about, name="show-series-feed"),
    path("series/<words:series>/edit/", series_views.edit_series, name="edit-series"),
    path("<words:blog>/series/", series_views.list_of_blog, name="list-series"),
    path("<words:blog>/series/start/", series_views.start_series, name="start-series"),
    path("<words:blog>/", views.show_blog, name="show-blog"),
    path("<words:blog>/follow/", views.follow_blog, name="follow-blog"),
    path("<words:blog>/unfollow/", views.unfollow_blog, name="unfollow-blog"),
    path("<words:blog>/new/", writing_views.write_article, name="write-article"),
    path("<words:blog>/checklist/", review_views.edit_checklist, name="edit-checklist"),
    path("<words:blog>/results/", results_views.show_blog_results, name="show-blog-results"),
    path(_article, views.show_article, name="show-article"),
    path(f"{_article}reply/", _reply, name="reply-to-article"),
    path(f"{_article}edit/", writing_views.edit_article, name="edit-article"),
    path(f"{_article}preview/", writing_views.preview_article, name="preview-article"),
    path(f"{_article}authors/", together_views.show_authors, name="show-authors"),
    path(f"{_article}review/", review_views.review_article, name="review-article"),
    path(f"{_article}review/notes/<int:note>/", review_views.change_note, name="change-note"),
    path(f"{_article}results/", results_views.show_results, name="show-article-results"),
    path(f"{_article}results/table/", results_views.download_results, name="download-article-results"),
    path(f"{_article}publish/", writing_views.publish, name="publish-article"),
    path(f"{_article}unpublish/", writing_views.unpublish, name="unpublish-article"),
    path(f"{_article}schedule/", writing_views.schedule, name="schedule-article"),
]

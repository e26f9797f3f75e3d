from django.urls import URLPattern, path

from communities.content.views import history, own, posts, reactions

app_name = "content"

urlpatterns: list[URLPattern] = [
    # Posts
    path("p/<uuid:public_id>/", posts.show_post, name="show-post"),
    path("p/<uuid:public_id>/edit/", posts.edit_post, name="edit-post"),
    path("p/<uuid:public_id>/delete/", posts.delete_post, name="delete-post"),
    path("p/<uuid:public_id>/restore/", posts.restore_post, name="restore-post"),
    path("p/<uuid:public_id>/history/", history.list_revisions, name="list-revisions"),
    path("p/<uuid:public_id>/history/<int:number>/", history.show_revision, name="show-revision"),
    path("p/<uuid:public_id>/react/", reactions.react_to_post, name="react-to-post"),
    path("p/<uuid:public_id>/unreact/", reactions.unreact_to_post, name="unreact-to-post"),
    # One's own
    path("me/content/", own.list_own_content, name="list-own-content"),
    path("me/drafts/", own.list_drafts, name="list-drafts"),
]

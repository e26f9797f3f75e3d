from django.urls import path

from communities.content.views import history, mentions, own, posts, previews, reactions, search, uploads

app_name = "content"

urlpatterns = [
    # Search
    path("search/", search.search_content, name="search-content"),
    path("search/suggest/", search.suggest_results, name="suggest-results"),
    # Writing
    path("uploads/", uploads.upload_file, name="upload-file"),
    path("media/<uuid:id>/<slug:rendition>", uploads.serve_file, name="serve-file"),
    path("preview/", previews.preview_post, name="preview-post"),
    path("members/suggest/", mentions.suggest_members, name="suggest-members"),
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

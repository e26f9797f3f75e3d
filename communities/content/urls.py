from django.urls import path

from communities.content import search_views, upload_views, writing_views

app_name = "content"

urlpatterns = [
    # Search
    path("search/", search_views.search_content, name="search-content"),
    path("search/suggest/", search_views.suggest_results, name="suggest-results"),
    # Writing
    path("uploads/", upload_views.upload_file, name="upload-file"),
    path("media/<uuid:id>/<slug:rendition>", upload_views.serve_file, name="serve-file"),
    path("preview/", writing_views.preview_post, name="preview-post"),
    path("members/suggest/", writing_views.suggest_members, name="suggest-members"),
]

from django.urls import path

from communities.content.views import mentions, previews, search, uploads

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
]

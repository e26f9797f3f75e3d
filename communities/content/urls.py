from django.urls import path

from communities.content.views import mentions, previews, uploads

app_name = "content"

urlpatterns = [
    path("uploads/", uploads.upload_file, name="upload-file"),
    path("media/<uuid:id>/<slug:rendition>", uploads.serve_file, name="serve-file"),
    path("preview/", previews.preview_post, name="preview-post"),
    path("members/suggest/", mentions.suggest_members, name="suggest-members"),
]

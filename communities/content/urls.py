from django.urls import path

from communities.content import search_views

app_name = "content"

urlpatterns = [
    # Search
    path("search/", search_views.search_content, name="search-content"),
    path("search/suggest/", search_views.suggest_results, name="suggest-results"),
]

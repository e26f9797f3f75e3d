from django.urls import path

from communities.content import (
    draft_views,
    feed_views,
    search_views,
    share_views,
    sitemap_views,
    tag_views,
)

app_name = "content"

urlpatterns = [
    # Search
    path("search/", search_views.search_content, name="search-content"),
    path("search/suggest/", search_views.suggest_results, name="suggest-results"),
    # Drafts
    path("drafts/<int:id>/", draft_views.save_draft, name="save-draft"),
    # Tags
    path("tags/", tag_views.list_tags, name="list-tags"),
    path("tags/<slug:tag>/", tag_views.show_tag, name="show-tag"),
    # Feeds: .xml is Atom, .rss is RSS 2.0
    path("feed.<str:suffix>", feed_views.show_feed, name="show-feed"),
    path("<str:kind>/feed.<str:suffix>", feed_views.show_feed, name="show-feed"),
    path("blogs/<slug:blog>/feed.<str:suffix>", feed_views.show_feed, name="show-feed"),
    path("forums/f/<slug:space>/feed.<str:suffix>", feed_views.show_feed, name="show-feed"),
    path("forums/t/<slug:thread>/feed.<str:suffix>", feed_views.show_feed, name="show-feed"),
    path("tags/<slug:tag>/feed.<str:suffix>", feed_views.show_feed, name="show-feed"),
    path("members/<str:handle>/feed.<str:suffix>", feed_views.show_feed, name="show-feed"),
    # For machines
    path("sitemap.xml", sitemap_views.show_sitemap_index, name="show-sitemap-index"),
    path("sitemaps/<slug:kind>-<int:number>.xml", sitemap_views.show_sitemap, name="show-sitemap"),
    path("robots.txt", sitemap_views.show_robots, name="show-robots"),
    path("opensearch.xml", sitemap_views.show_opensearch, name="show-opensearch"),
    path("share/<slug:version>.png", share_views.show_share_image, name="show-share-image"),
    path("share/<slug:slug>/<slug:version>.png", share_views.show_thread_share_image, name="show-thread-share-image"),
]

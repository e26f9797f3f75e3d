from django.urls import path

from communities.content.views import (
    bringing,
    commenting,
    dating,
    drafts,
    feeds,
    history,
    mentions,
    moving,
    own,
    posts,
    previews,
    reactions,
    receiving,
    regrouping,
    retiring,
    search,
    share,
    sitemaps,
    summaries,
    tags,
    unsent,
    uploads,
    wikis,
)

app_name = "content"

urlpatterns = [
    # What is read most comes first; more of feeds below.
    path("feed.<str:suffix>", feeds.show_feed, name="show-feed"),
    # Search
    path("search/", search.search_content, name="search-content"),
    path("search/suggest/", search.suggest_results, name="suggest-results"),
    path("search/tags/", tags.suggest_tags, name="suggest-tags"),
    path("search/find/", search.find_from_keys, name="find-from-keys"),
    # Writing
    path("uploads/", uploads.upload_file, name="upload-file"),
    path("uploads/fetch/", bringing.fetch_picture, name="fetch-picture"),
    path("media/<uuid:id>/<slug:rendition>", uploads.serve_file, name="serve-file"),
    path("preview/", previews.preview_post, name="preview-post"),
    path("editor/<slug:version>.json", previews.show_editor_settings, name="show-editor-settings"),
    path("members/suggest/", mentions.suggest_members, name="suggest-members"),
    # Posts
    path("p/<uuid:public_id>/", posts.show_post, name="show-post"),
    path("p/<uuid:public_id>/edit/", posts.edit_post, name="edit-post"),
    path("p/<uuid:public_id>/pictures/", bringing.choose_pictures, name="choose-pictures"),
    path("p/<uuid:public_id>/delete/", posts.delete_post, name="delete-post"),
    path("p/<uuid:public_id>/restore/", posts.restore_post, name="restore-post"),
    path("p/<uuid:public_id>/history/", history.list_revisions, name="list-revisions"),
    path("p/<uuid:public_id>/history/<int:number>/", history.show_revision, name="show-revision"),
    path("p/<uuid:public_id>/history/<int:number>/back/", history.put_back, name="put-version-back"),
    path("p/<uuid:public_id>/wiki/", wikis.edit_wiki, name="edit-wiki"),
    path("p/<uuid:public_id>/as-comment/", commenting.make_comment, name="make-comment"),
    path("p/<uuid:public_id>/as-answer/", commenting.make_answer, name="make-answer"),
    path("p/react/", reactions.react_to_post, name="react-to-post"),
    path("p/unreact/", reactions.unreact_to_post, name="unreact-to-post"),
    path("t/<words:slug>/date/", dating.date_thread, name="date-thread"),
    path("t/<words:slug>/move/", moving.move_thread, name="move-thread"),
    path("t/<words:slug>/summary/", summaries.show_summary, name="show-summary"),
    path("t/<words:slug>/merge/", regrouping.merge_thread, name="merge-thread"),
    path("t/<words:slug>/split/", regrouping.split_thread, name="split-thread"),
    path("t/<words:slug>/regrouped/<int:pk>/undo/", regrouping.undo_regrouped, name="undo-regrouped"),
    path("t/<words:slug>/retire/", retiring.retire_thread, name="retire-thread"),
    path("share/", receiving.receive_share, name="receive-share"),
    # One's own
    path("me/content/", own.list_own_content, name="list-own-content"),
    path("me/drafts/", own.list_drafts, name="list-drafts"),
    path("me/drafts/keep/", unsent.keep_unsent_text, name="keep-unsent"),
    path("me/drafts/<int:id>/", unsent.show_unsent, name="show-unsent"),
    path("me/drafts/<int:id>/discard/", unsent.discard_unsent_text, name="discard-unsent"),
    # Drafts
    path("drafts/<int:id>/", drafts.save_draft, name="save-draft"),
    path("drafts/<int:id>/publish/", drafts.publish_draft, name="publish-draft"),
    path("drafts/<int:id>/discard/", drafts.discard_draft, name="discard-draft"),
    # Tags
    path("tags/", tags.list_tags, name="list-tags"),
    path("tags/<words:tag>/", tags.show_tag, name="show-tag"),
    # Feeds: .xml is Atom, .rss is RSS 2.0; kinds of content have theirs beside their pages
    path("tags/<words:tag>/feed.<str:suffix>", feeds.show_feed, name="show-feed"),
    path("members/<str:handle>/feed.<str:suffix>", feeds.show_feed, name="show-feed"),
    # For machines
    path("sitemap.xml", sitemaps.show_sitemap_index, name="show-sitemap-index"),
    path("sitemaps/<slug:kind>-<int:number>.xml", sitemaps.show_sitemap, name="show-sitemap"),
    path("robots.txt", sitemaps.show_robots, name="show-robots"),
    path("opensearch.xml", sitemaps.show_opensearch, name="show-opensearch"),
    path("share/<slug:version>.png", share.show_share_image, name="show-share-image"),
    path(
        "share/<words:slug>/<slug:version>.png", share.show_thread_share_image, name="show-thread-share-image"
    ),
]

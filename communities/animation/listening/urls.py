from django.urls import path

from communities.animation.listening import source_views, views

urlpatterns = [
    path("", views.list_mentions, name="list-mentions"),
    path("<int:pk>/", views.show_mention, name="show-mention"),
    path("<int:pk>/seen/", views.mark_mention_seen, name="mark-mention-seen"),
    path("<int:pk>/hide/", views.hide_mention, name="hide-mention"),
    path("<int:pk>/show/", views.show_mention_again, name="show-mention-again"),
    path("<int:pk>/delete/", views.delete_mention, name="delete-mention"),
    path("<int:pk>/assign/", views.assign_mention, name="assign-mention"),
    path("<int:pk>/reply/", views.plan_reply, name="plan-reply"),
    path("<int:pk>/reply/call-off/", views.call_reply_off, name="call-reply-off"),
    path("<int:pk>/reply/given/", views.mark_mention_replied, name="mark-mention-replied"),
    path("<int:pk>/reply/again/", views.open_reply_again, name="open-reply-again"),
    path("figures/", views.show_voices, name="show-voices"),
    path("names/", source_views.list_tracked_names, name="list-tracked-names"),
    path("names/<int:pk>/", source_views.edit_tracked_name, name="edit-tracked-name"),
    path("names/<int:pk>/drop/", source_views.drop_tracked_name, name="drop-tracked-name"),
    path("names/<int:pk>/take-back/", source_views.take_name_back, name="take-name-back"),
    path("sources/", source_views.list_mention_sources, name="list-mention-sources"),
    path("sources/feeds/", source_views.add_feed, name="add-feed"),
    path("sources/tools/", source_views.open_hook, name="open-hook"),
    path("sources/<int:pk>/secret/", source_views.change_mention_secret, name="change-mention-secret"),
    path("sources/<int:pk>/read/", source_views.read_feed_now, name="read-feed-now"),
    path("sources/<int:pk>/remove/", source_views.remove_mention_source, name="remove-mention-source"),
    path("sources/<int:pk>/take-back/", source_views.take_source_back, name="take-source-back"),
]

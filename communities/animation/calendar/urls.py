from django.urls import path

from communities.animation.calendar import feed_views, ritual_views, views

urlpatterns = [
    path("", views.show_calendar, name="show-calendar"),
    path("new/", views.plan_text, name="plan-text"),
    path("feed/", feed_views.edit_feed, name="edit-calendar-feed"),
    path("rituals/", ritual_views.list_rituals, name="list-rituals"),
    path("rituals/new/", ritual_views.start_ritual, name="start-ritual"),
    path("rituals/<int:pk>/edit/", ritual_views.edit_ritual, name="edit-ritual"),
    path("rituals/<int:pk>/pause/", ritual_views.pause_ritual, name="pause-ritual"),
    path("rituals/<int:pk>/resume/", ritual_views.resume_ritual, name="resume-ritual"),
    path("rituals/<int:pk>/end/", ritual_views.end_ritual, name="end-ritual"),
    path("<str:token>.ics", feed_views.export_calendar, name="export-calendar"),
    path("<int:pk>/", views.show_entry, name="show-entry"),
    path("<int:pk>/edit/", views.edit_entry, name="edit-entry"),
    path("<int:pk>/move/", views.move_entry, name="move-entry"),
    path("<int:pk>/step/", views.set_step, name="set-entry-step"),
    path("<int:pk>/write/", views.write_entry, name="write-entry"),
    path("<int:pk>/schedule/", views.schedule_entry, name="schedule-entry"),
    path("<int:pk>/delete/", views.delete_entry, name="delete-entry"),
]

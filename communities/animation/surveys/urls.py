from django.urls import path

from communities.animation.surveys import views

urlpatterns = [
    path("", views.list_surveys, name="list-surveys"),
    path("new/", views.write_survey, name="write-survey"),
    path("<int:pk>/", views.show_survey, name="show-survey-results"),
    path("<int:pk>/edit/", views.edit_survey, name="edit-survey"),
    path("<int:pk>/schedule/", views.schedule_survey, name="schedule-survey"),
    path("<int:pk>/call-off/", views.call_off_survey, name="call-off-survey"),
    path("<int:pk>/delete/", views.delete_survey, name="delete-survey"),
    path("<int:pk>/words/<int:answer>/remove/", views.take_words_away, name="take-words-away"),
    path("<int:pk>/close/", views.close_survey, name="close-survey"),
    path("<int:pk>/reopen/", views.reopen_survey, name="reopen-survey"),
]

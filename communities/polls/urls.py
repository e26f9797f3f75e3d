from django.urls import URLPattern, path

from communities.polls import repeating_views, views

app_name = "polls"

urlpatterns: list[URLPattern] = [
    path("<int:pk>/", views.show_poll, name="show-poll"),
    path("<int:pk>/vote/", views.vote_poll, name="vote-poll"),
    path("<int:pk>/votes/", views.list_votes, name="list-votes"),
    path("<int:pk>/edit/", views.edit_poll, name="edit-poll"),
    path("<int:pk>/close/", views.close_poll, name="close-poll"),
    path("<int:pk>/remove/", views.remove_poll, name="remove-poll"),
    path("<int:pk>/answers/", views.add_answer, name="add-answer"),
    path("<int:pk>/repeat/", repeating_views.repeat_poll, name="repeat-poll"),
    path("<int:pk>/repeat/stop/", repeating_views.stop_repeating, name="stop-repeating"),
    path("<int:pk>/former/", repeating_views.list_former, name="list-former"),
    path("under/<uuid:public_id>/", views.add_poll, name="add-poll"),
]

from django.urls import path

from communities.animation.ambassadors import deciding_views, kit_views, views

urlpatterns = [
    path("", views.list_ambassadors, name="list-ambassadors"),
    path("new/", views.write_programme, name="write-programme"),
    path("<int:pk>/", views.show_programme, name="show-programme"),
    path("<int:pk>/edit/", views.edit_programme, name="edit-programme"),
    path("<int:pk>/charter/", views.show_charters, name="show-charters"),
    path("<int:pk>/appoint/", deciding_views.appoint_ambassador, name="appoint-ambassador"),
    path("<int:pk>/kit/", kit_views.edit_kit, name="edit-kit"),
    path("<int:pk>/kit/<int:item>/remove/", kit_views.remove_from_kit, name="remove-from-kit"),
    path("<int:pk>/tasks/", kit_views.edit_tasks, name="edit-tasks"),
    path("<int:pk>/tasks/<int:task>/remove/", kit_views.remove_task, name="remove-task"),
    path("terms/<int:pk>/", deciding_views.show_term, name="show-term"),
    path("terms/<int:pk>/offer/", deciding_views.offer_term, name="offer-term"),
    path("terms/<int:pk>/decline/", deciding_views.decline_term, name="decline-term"),
    path("terms/<int:pk>/change/", deciding_views.change_term, name="change-term"),
    path("terms/<int:pk>/renew/", deciding_views.renew_term, name="renew-term"),
    path("terms/<int:pk>/thank/", deciding_views.thank_ambassador, name="thank-ambassador"),
    path("terms/<int:pk>/end/", deciding_views.end_term, name="end-term"),
]

from django.urls import path

from communities.animation.automations import views

urlpatterns = [
    path("", views.list_automations, name="list-automations"),
    path("new/", views.start_automation, name="start-automation"),
    path("stop/", views.stop_automations, name="stop-automations"),
    path("resume/", views.resume_automations, name="resume-automations"),
    path("log/", views.show_log, name="show-automation-log"),
    path("log/<int:pk>/undo/", views.undo_firing, name="undo-firing"),
    path("<int:pk>/edit/", views.edit_automation, name="edit-automation"),
    path("<int:pk>/on/", views.switch_on, name="switch-automation-on"),
    path("<int:pk>/off/", views.switch_off, name="switch-automation-off"),
    path("<int:pk>/remove/", views.remove_automation, name="remove-automation"),
]

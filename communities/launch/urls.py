from django.urls import path

from communities.launch import views

app_name = "launch"

urlpatterns = [
    path("join/", views.join_community, name="join-community"),
]

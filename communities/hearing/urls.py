from django.urls import path

from communities.hearing import views

app_name = "hearing"

urlpatterns = [path("hear/", views.hear, name="hear")]

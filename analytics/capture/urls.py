from django.urls import path

from analytics.capture import views

app_name = "capture"

urlpatterns = [path("choices/", views.set_choices, name="set-choices")]

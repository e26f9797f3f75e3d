"""Addresses inside a community: the owner’s list of openings, and the door of the operator."""

from __future__ import annotations

from django.urls import path

from communities.console.operator.views import openings

urlpatterns = [
    path("manage/openings/", openings.list_openings, name="list-openings"),
    path("manage/openings/<int:pk>/end/", openings.end_opening, name="end-opening"),
    path("operator-access/leave/", openings.leave_as_operator, name="leave-as-operator"),
    path("operator-access/<str:ticket>/", openings.enter_as_operator, name="enter-as-operator"),
]

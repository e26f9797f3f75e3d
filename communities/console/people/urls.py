"""Addresses of the settings about people, the team and the ways in."""

from __future__ import annotations

from django.urls import path

from communities.console.people.views import acting, handing, links, members, merging, requests, team

urlpatterns = [
    path("manage/members/", members.list_members, name="list-members"),
    path("manage/members/export/", members.export_members, name="export-members"),
    path("manage/members/many/<slug:act>/", acting.act_on_many, name="act-on-many"),
    path("manage/members/<int:pk>/", members.show_membership, name="show-membership"),
    path("manage/members/<int:pk>/role/", members.set_role, name="set-role"),
    path("manage/members/<int:pk>/note/", members.note_member, name="note-member"),
    path("manage/members/<int:pk>/notes/<int:note>/delete/", members.delete_note, name="delete-note"),
    path("manage/members/<int:pk>/address/", members.show_address, name="show-address"),
    path("manage/members/<int:pk>/merge/", merging.merge_members, name="merge-members"),
    path("manage/join-requests/", requests.list_join_requests, name="list-join-requests"),
    path("manage/members/join-requests/<int:pk>/approve/", requests.approve_request, name="approve-request"),
    path("manage/members/join-requests/<int:pk>/decline/", requests.decline_request, name="decline-request"),
    path("manage/join-requests/questions/", requests.edit_joining, name="edit-joining"),
    path("manage/invitations/", links.list_links, name="list-links"),
    path("manage/invitations/<int:pk>/close/", links.close_link, name="close-link"),
    path("manage/invitations/<int:pk>/reopen/", links.reopen_link, name="reopen-link"),
    path("manage/team/", team.show_team, name="show-team"),
    path("manage/team/invitations/<int:pk>/withdraw/", team.withdraw_invitation, name="withdraw-invitation"),
    path("manage/team/authors/", team.list_authors, name="list-authors"),
    path("manage/team/authors/<int:space>/<int:pk>/remove/", team.remove_author, name="remove-author"),
    path("manage/team/handover/", handing.offer_ownership, name="offer-ownership"),
    path("manage/team/lay-down/", handing.lay_down_role, name="lay-down-role"),
    path("handover/<int:pk>/", handing.show_offer, name="show-offer"),
    path("handover/<int:pk>/accept/", handing.accept_offer, name="accept-offer"),
    path("handover/<int:pk>/refuse/", handing.refuse_offer, name="refuse-offer"),
]

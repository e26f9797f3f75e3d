from django.urls import URLPattern, path

from communities.albums.models import PHOTOS
from communities.albums.views import adding, albums, people, photographs
from communities.content.views.feeds import show_feed

app_name = "photos"

_about = {"kind": PHOTOS}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("in/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", albums.list_albums, name="list-albums"),
    path("new/", albums.choose_wall, name="choose-wall"),
    path("with-you/", people.show_with_you, name="show-with-you"),
    path("with-you/<int:pk>/", people.answer_asking, name="answer-asking"),
    path("in/<words:space>/", albums.show_wall, name="show-wall"),
    path("in/<words:space>/new/", albums.start_album, name="start-album"),
    path("of/<int:gathering>/add/", adding.add_to_gathering, name="add-to-gathering"),
    path("a/<words:slug>/", albums.show_album, name="show-album"),
    path("a/<words:slug>/edit/", albums.edit_album, name="edit-album"),
    path("a/<words:slug>/follow/", albums.follow_album, name="follow-album"),
    path("a/<words:slug>/unfollow/", albums.unfollow_album, name="unfollow-album"),
    path("a/<words:slug>/add/", adding.send_photographs, name="send-photographs"),
    path("a/<words:slug>/add/words/", adding.describe_photographs, name="describe-photographs"),
    path("p/<uuid:public_id>/", photographs.show_photo, name="show-photo"),
    path("p/<uuid:public_id>/rights/", photographs.edit_rights, name="edit-rights"),
    path("p/<uuid:public_id>/cover/", photographs.choose_cover, name="choose-cover"),
    path("p/<uuid:public_id>/download/", photographs.download_photo, name="download-photo"),
    path("p/<uuid:public_id>/people/", people.ask_person, name="ask-person"),
    path("p/<uuid:public_id>/people/<int:pk>/away/", people.take_name_away, name="take-name-away"),
]

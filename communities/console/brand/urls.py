from django.urls import path

from communities.console.brand import preview_views, views

urlpatterns = [
    path("manage/brand/", views.edit_brand, name="edit-brand"),
    path("manage/brand/home/", views.edit_home, name="edit-home"),
    path("manage/brand/mail/", views.edit_mail_look, name="edit-mail-look"),
    path("manage/brand/tones/", views.show_tones, name="show-tones"),
    path("manage/brand/colours/", views.find_colours, name="find-colours"),
    path("manage/brand/preview/", preview_views.preview_brand, name="preview-brand"),
]

from django.urls import path

from communities.promotions import views
from communities.promotions.customers import views as customers

app_name = "promotions"

urlpatterns = [
    # Everybody
    path("banners/seen/", views.count_impressions, name="count-impressions"),
    path("banners/<int:id>/go/", views.follow_banner, name="follow-banner"),
    path("customers/", customers.show_customers, name="show-customers"),
    path("customers/mine/", customers.answer_as_customer, name="answer-as-customer"),
    # The team
    path("manage/customers/", customers.list_customers, name="list-customers"),
    path("manage/customers/<int:id>/", customers.edit_customer, name="edit-customer"),
    path("manage/customers/<int:id>/move/", customers.move_customer, name="move-customer"),
    path("manage/customers/<int:id>/remove/", customers.remove_customer, name="remove-customer"),
    path("manage/banners/", views.list_banners, name="list-banners"),
    path("manage/banners/new/", views.add_banner, name="add-banner"),
    path("manage/banners/<int:id>/", views.edit_banner, name="edit-banner"),
    path("manage/banners/<int:id>/pause/", views.pause_banner, name="pause-banner"),
    path("manage/banners/<int:id>/resume/", views.resume_banner, name="resume-banner"),
    path("manage/banners/<int:id>/archive/", views.archive_banner, name="archive-banner"),
    path("manage/banners/<int:id>/restore/", views.restore_banner, name="restore-banner"),
]

from django.urls import path

from communities.animation.newsletters.views import reading, segments, sending, writing

app_name = "newsletters"

MANAGE = "manage/newsletters/"

urlpatterns = [
    # Everybody
    path("newsletters/", reading.list_newsletters, name="list-newsletters"),
    path("newsletters/subscribe/", reading.subscribe, name="subscribe"),
    path("newsletters/unsubscribe/", reading.unsubscribe, name="unsubscribe"),
    path("newsletters/confirm/<str:token>/", reading.confirm_subscription, name="confirm-subscription"),
    path("newsletters/leave/<str:token>/", reading.leave_newsletters, name="leave-newsletters"),
    path("newsletters/<str:slug>/", reading.show_newsletter, name="show-newsletter"),
    path("mail/<str:token>/", reading.show_mail, name="show-mail"),
    path("mail/<str:token>/<int:number>/", reading.follow_link, name="follow-link"),
    # The team
    path(MANAGE, sending.list_drafts, name="list-drafts"),
    path(f"{MANAGE}new/", writing.start_newsletter, name="start-newsletter"),
    path(f"{MANAGE}<int:pk>/", sending.show_progress, name="show-progress"),
    path(f"{MANAGE}<int:pk>/edit/", writing.edit_newsletter, name="edit-newsletter"),
    path(f"{MANAGE}<int:pk>/subject/", writing.set_subject, name="set-subject"),
    path(f"{MANAGE}<int:pk>/drop-language/", writing.drop_language, name="drop-language"),
    path(f"{MANAGE}<int:pk>/blocks/", writing.arrange_blocks, name="arrange-blocks"),
    path(f"{MANAGE}<int:pk>/blocks/new/<slug:kind>/", writing.add_block, name="add-block"),
    path(f"{MANAGE}<int:pk>/blocks/<int:number>/", writing.edit_block, name="edit-block"),
    path(f"{MANAGE}<int:pk>/preview/", writing.preview_newsletter, name="preview-newsletter"),
    path(f"{MANAGE}<int:pk>/test/", writing.test_newsletter, name="test-newsletter"),
    path(f"{MANAGE}<int:pk>/send/", sending.send_newsletter, name="send-newsletter"),
    path(f"{MANAGE}<int:pk>/cancel/", sending.cancel_newsletter, name="cancel-newsletter"),
    path(f"{MANAGE}<int:pk>/resume/", sending.resume_newsletter, name="resume-newsletter"),
    path(f"{MANAGE}<int:pk>/leave/", sending.leave_at_that, name="leave-at-that"),
    path(f"{MANAGE}<int:pk>/archive/", sending.set_in_archive, name="set-in-archive"),
    path(f"{MANAGE}<int:pk>/delete/", writing.delete_newsletter, name="delete-newsletter"),
    path("manage/segments/", segments.list_segments, name="list-segments"),
    path("manage/segments/new/", segments.add_segment, name="add-segment"),
    path("manage/segments/<int:pk>/edit/", segments.edit_segment, name="edit-segment"),
    path("manage/segments/<int:pk>/delete/", segments.delete_segment, name="delete-segment"),
]

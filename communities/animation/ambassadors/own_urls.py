from django.urls import path

from communities.animation.ambassadors import own_views

urlpatterns = [
    path("", own_views.show_own_term, name="show-own-term"),
    path("<int:pk>/apply/", own_views.apply_for_programme, name="apply-for-programme"),
    path("withdraw/", own_views.withdraw_application, name="withdraw-application"),
    path("accept/", own_views.accept_charter, name="accept-charter"),
    path("go-on/", own_views.ask_to_go_on, name="ask-to-go-on"),
    path("leave/", own_views.leave_programme, name="leave-programme"),
]

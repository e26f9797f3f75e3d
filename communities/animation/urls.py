from django.urls import include, path

from communities.animation.ambassadors import kit_views
from communities.animation.announcements.views import reading as announcements
from communities.animation.automations.views import show_note
from communities.animation.listening.hook_views import receive_mentions
from communities.animation.newcomers import several_views
from communities.animation.newcomers import views as newcomers
from communities.animation.surveys import views as surveys
from communities.animation.today import order_views
from communities.animation.today import views as today

app_name = "animation"

# Each matter has one address: “012” is “12”, or one thing could be done twice.
MATTER = "today/<slug:source>/<int:key>"

urlpatterns = [
    path("today/", today.show_today, name="show-today"),
    path("today/order/", order_views.weigh_matters, name="weigh-matters"),
    path("today/acts/<int:id>/undo/", today.take_matter_back, name="take-matter-back"),
    path(f"{MATTER}/do/", today.do_matter, name="do-matter"),
    path(f"{MATTER}/done/", today.tick_matter_off, name="tick-matter-off"),
    path(f"{MATTER}/postpone/", today.postpone_matter, name="postpone-matter"),
    path(f"{MATTER}/give/", today.give_matter, name="give-matter"),
    path("manage/calendar/", include("communities.animation.calendar.urls")),
    path("manage/listening/", include("communities.animation.listening.urls")),
    path("hooks/mentions/<uuid:token>/", receive_mentions, name="receive-mentions"),
    path("manage/announcements/", include("communities.animation.announcements.urls")),
    path("announcements/<int:pk>/close/", announcements.close_announcement, name="close-announcement"),
    path("announcements/<int:pk>/go/", announcements.follow_announcement, name="follow-announcement"),
    path("manage/surveys/", include("communities.animation.surveys.urls")),
    path("surveys/<int:pk>/", surveys.answer_survey, name="answer-survey"),
    path("surveys/<int:pk>/decline/", surveys.decline_survey, name="decline-survey"),
    path("me/surveys/", surveys.show_own_surveys, name="show-own-surveys"),
    path("manage/ambassadors/", include("communities.animation.ambassadors.urls")),
    path("ambassadors/", include("communities.animation.ambassadors.own_urls")),
    path("kit/", kit_views.show_kit, name="show-kit"),
    path("kit/tasks/<int:pk>/", kit_views.tick_task, name="tick-task"),
    path("manage/automations/", include("communities.animation.automations.urls")),
    path("me/notes/<int:pk>/", show_note, name="show-note"),
    path("manage/newcomers/", newcomers.list_newcomers, name="list-newcomers"),
    path("manage/newcomers/greet/", several_views.greet_newcomers, name="greet-newcomers"),
    path("manage/newcomers/<int:pk>/greet/", newcomers.greet_newcomer, name="greet-newcomer"),
    path("manage/newcomers/<int:pk>/introduce/", newcomers.introduce_newcomer, name="introduce-newcomer"),
    path("manage/newcomers/<int:pk>/assign/", newcomers.assign_newcomer, name="assign-newcomer"),
    path("manage/newcomers/<int:pk>/nudge/", newcomers.nudge_newcomer, name="nudge-newcomer"),
    path("me/greeting/", newcomers.show_greeting, name="show-greeting"),
]

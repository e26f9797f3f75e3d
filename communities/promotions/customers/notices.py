"""Who is to be presented as a customer is asked; nobody else learns of it before they agree."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.promotions.customers.models import CustomerStory


def about_story(story: CustomerStory) -> About:
    asked = f"{story.asked_at:%Y%m%dT%H%M%S%f}"
    return About(path="/customers/mine/", actor=story.asked_by, occasion=f"{story.pk} customer {asked}")


@declare
class CustomerAsked(Notice):
    """Until they have answered, or are asked about other words."""

    name = "customer_asked"
    label = gettext_lazy("Your words as a customer")
    heading = Heading.PEOPLE
    icon = "user"
    order = 94
    question = gettext_lazy("I am asked whether I agree to be featured as a customer")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "customer story" not in reading.memo:
            mine = CustomerStory.objects.filter(person=reading.membership, agreed_at=None, declined_at=None)
            reading.memo["customer story"] = {about_story(one).occasion for one in mine}
        return line.occasion in reading.memo["customer story"]

    def sentence(self, line: Line) -> str:
        return _("May we feature you as a customer, with your name and your words?")

    def words(self, line: Line) -> Words:
        lead = _("Nobody sees them there until you agree, and you can take that back whenever you like.")
        return Words(lead, _("Read them and answer"), _("The team has chosen you."), self.sentence(line))

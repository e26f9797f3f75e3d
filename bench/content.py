"""One community with a list of threads, a thread of twenty posts of 480 characters, and an article."""

from __future__ import annotations

from communities.content import services
from communities.content.models import Space
from communities.models import Community, Membership
from members.models import Member

THREADS, PEOPLE, POSTS = 60, 20, 20
WORDS = "the halyard slips under load and nobody on the pontoon knows which clutch would hold it until the next tide "


def fill(community: Community, *, threads: int = THREADS, people: int = PEOPLE, posts: int = POSTS) -> None:
    """Needs the community's scope."""
    crew = [
        Membership.objects.create(
            member=Member.objects.create_user(f"{community.slug}-{number}@example.org"),
            handle=f"sailor-{number}",
            display_name=f"Sailor Number {number}",
            role="manager" if number == 0 else "member",
            trust_level=2,
        )
        for number in range(people)
    ]
    forum = Space.objects.create(kind="forum", slug="rigging", name="Rigging")
    blog = Space.objects.create(kind="blog", slug="journal", name="Journal", posting="authors")
    for number in range(threads):
        services.start_thread(
            forum, by=crew[number % people], community=community, kind="topic", title=f"Thread number {number}",
            body=paragraph(number), tags=["Halyards"],
        )  # fmt: skip
    hot = services.start_thread(
        forum, by=crew[0], community=community, kind="topic", title="Hot thread", body=paragraph(0)
    )
    article = services.start_thread(
        blog, by=crew[0], community=community, kind="article", title="Long article", body=paragraph(1) * 8
    )
    for thread, count in ((hot, posts - 1), (article, posts // 2)):
        thread.refresh_from_db()
        for number in range(count):
            services.reply_to(thread, by=crew[number % people], body=paragraph(number))


def paragraph(number: int) -> str:
    """480 characters, none like the other."""
    return f"<p>{(f'{number} ' + WORDS * 6)[:473]}.</p>"

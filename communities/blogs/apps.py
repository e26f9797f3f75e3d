from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlogsConfig(AppConfig):
    name = "communities.blogs"
    label = "blogs"
    verbose_name = _("Blogs")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.blogs import portable, receivers, sections
        from communities.blogs.kind import BlogKind
        from communities.blogs.own import feeds, mapping, merging, moving
        from communities.blogs.permissions import can_see_blog_results
        from communities.blogs.queries import readable_blogs
        from communities.blogs.review import acts, deciding, notices  # noqa: F401  declaring is their import
        from communities.blogs.series import feeds as feeds_of_series
        from communities.blogs.series import moving as moving_series
        from communities.blogs.together import notices as of_signing  # noqa: F401  the same
        from communities.content.figure_pages import FigurePages, figure_pages
        from communities.content.kinds import register_kind

        receivers.connect()
        sections.register()
        portable.register()
        feeds.register()
        mapping.register()
        merging.register()
        moving.connect()
        feeds_of_series.register()
        moving_series.connect()
        deciding.connect()
        acts.register()
        register_kind(BlogKind())
        figure_pages.register(
            FigurePages(
                "blogs",
                title=_("Blogs"),
                said=_("How often each article was opened, by how many people, and what they sent."),
                label=_("Figures of this blog"),
                route="blogs:show-blog-results",
                spaces=lambda community, viewer, by: [
                    blog for blog in readable_blogs(community, viewer) if can_see_blog_results(by, blog)
                ],
                order=8,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlogsConfig(AppConfig):
    name = "communities.blogs"
    label = "blogs"
    verbose_name = _("Blogs")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.blogs import receivers, sections
        from communities.blogs.permissions import signs_article
        from communities.blogs.queries import covers_for_sitemap, name_of_only_blog
        from communities.content.permissions import register_co_signers
        from communities.content.showing.sitemaps import register_pictures
        from communities.navigation import Place, register_place

        receivers.connect()
        sections.register()
        register_co_signers(signs_article)
        register_pictures(covers_for_sitemap)
        register_place(Place(_("Blogs"), "blogs:list-blogs", "blogs", order=20, named=name_of_only_blog))

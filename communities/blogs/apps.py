from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlogsConfig(AppConfig):
    name = "communities.blogs"
    label = "blogs"
    verbose_name = _("Blogs")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.blogs import receivers
        from communities.blogs.kind import BlogKind
        from communities.blogs.queries import name_of_only_blog
        from communities.content.kinds import register_kind
        from communities.navigation import Place, register_place

        receivers.connect()
        register_kind(BlogKind())
        register_place(Place(_("Blogs"), "blogs:list-blogs", "blogs", order=20, named=name_of_only_blog))

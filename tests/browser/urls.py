"""The pages of a community, and one page with nothing but the editor in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path, reverse

from communities.content.addresses import to_shown
from communities.content.exceptions import ContentError
from communities.content.forms import BodyForm, mark_sent
from communities.content.models import Post, Thread
from communities.content.services import reply_to
from communities.middleware import CommunityRequest
from config.urls import urlpatterns as pages

TEMPLATE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Writing</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
{% load static %}{% for sheet in sheets %}
<link rel="stylesheet" href="{% static sheet %}">{% endfor %}</head>
<body data-community="halyard"><main class="wrap pad"><h1>Thread</h1>
{% for post in posts %}<article class="post" id="p-{{ post.position }}" data-id="{{ post.pk }}"><div>
<header><b>{{ post.author.display_name }}</b></header><div class="prose-ui">{{ post.shown|safe }}</div>
<footer><a href="?quote={{ post.pk }}#reply">Quote</a></footer></div></article>{% endfor %}
<form id="reply" method="post" action="{{ request.path }}" enctype="multipart/form-data">{% csrf_token %}
{{ form.non_field_errors }}{{ form.body.errors }}<label for="id_body">Reply</label>{{ form.body }}
{{ form.body_format }}{{ form.submission }}<button class="btn btn-main" type="submit">Post reply</button>
</form></main></body></html>"""


def write(request: CommunityRequest, pk: int) -> HttpResponse:
    thread = Thread.objects.select_related("space").get(pk=pk)
    form = BodyForm(request.POST or None, request.FILES or None, key=f"reply:{pk}")
    if request.method == "POST" and form.is_valid():
        try:
            submission = form.cleaned_data["submission"]
            post = reply_to(
                thread,
                by=request.membership,  # members only, says the middleware
                body=form.cleaned_data["body"],
                body_format=form.cleaned_data["body_format"],
                submission=submission,
            )
            response = HttpResponseRedirect(f"{reverse('write', args=[pk])}#p-{post.position}")
            return mark_sent(response, submission)  # the same response
        except ContentError as refusal:
            form.add_error("body", str(refusal))
    posts: list[Any] = list(Post.objects.in_thread(thread.pk, 1))
    for post in posts:
        post.shown = to_shown(post.body_html)
    context = {"form": form, "posts": posts, "sheets": SHEETS}
    html = engines["django"].from_string(TEMPLATE).render(context, request)
    return HttpResponse(html, status=422 if form.errors else 200)


SHEETS = [f"css/{name}.css" for name in ("tokens", "base", "components", "pages", "utilities")]

urlpatterns = [path("try/<int:pk>/", write, name="write"), *pages]

"""Shops that send their orders."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from analytics.roi import services
from analytics.roi.exceptions import NameTaken
from analytics.roi.forms import SecretForm, ShopForm
from analytics.roi.models import OrderSource
from analytics.roi.permissions import can_edit_results
from communities.middleware import MemberRequest
from communities.permissions import team_page


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def connect_shop(request: MemberRequest) -> HttpResponse:
    """Shops that send their orders, with the address each sends them to."""
    form = ShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.connect_shop(by=request.membership, **form.cleaned_data)
        except NameTaken as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("Shop connected. Give it the address below."))
            return redirect("roi:connect-shop")
    context = {"form": form, "shops": OrderSource.objects.connected()}
    return render(request, "roi/connect_shop.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def change_secret(request: MemberRequest, pk: int) -> HttpResponse:
    shop = get_object_or_404(OrderSource.objects.connected(), pk=pk)
    form = SecretForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.change_secret(shop, by=request.membership, secret=form.cleaned_data["secret"])
        messages.success(
            request, _("Secret changed. Messages signed with the old one are refused from now on.")
        )
        return redirect("roi:connect-shop")
    context = {"form": form, "shop": shop}
    return render(request, "roi/change_secret.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def disconnect_shop(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks for confirmation: from then on the shop's messages are refused."""
    shop = get_object_or_404(OrderSource.objects.connected(), pk=pk)
    if request.method == "POST":
        services.disconnect_shop(shop, by=request.membership)
        messages.success(request, _("“%(name)s” is disconnected. Its orders stay.") % {"name": shop.name})
        return redirect("roi:connect-shop")
    return render(request, "roi/disconnect_shop.html", {"shop": shop})

from django.http import HttpRequest, HttpResponse


def refuse_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse("Forbidden", status=403)

"""Django's admin, entered through allauth, under a policy that its own scripts can bear."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.views.decorators.csp import csp_override

TRUSTED_TYPES = ("require-trusted-types-for", "trusted-types")


class Admin(AdminSite):
    """The admin's jQuery writes HTML itself, so Trusted Types alone are left out here."""

    site_header = site_title = "Hubbub"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        policy = {k: v for k, v in settings.SECURE_CSP.items() if k not in TRUSTED_TYPES}
        return csp_override(policy)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return secure_admin_login(super().login)(request, extra_context)

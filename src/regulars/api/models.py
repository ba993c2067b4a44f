"""Keys that shops call the API with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Key(models.Model):
    """A key. Only its digest is stored; the key itself is shown once, when it is made.

    ``source`` names where events sent with it come from; ``scopes`` what it may do: ``events:write``,
    ``members:read``, ``points:write``.
    """

    name = models.CharField(_("name"), max_length=100)
    source = models.SlugField(_("source"), max_length=64)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("may do"), default=list)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

"""What the member centre remembers: which sign-in tokens were used."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class UsedToken(models.Model):
    """The id of a sign-in token that was used, kept until the token would have lapsed anyway."""

    jti = models.CharField(_("token id"), max_length=64, primary_key=True)
    expires_at = models.DateTimeField(_("lapses"), db_index=True)

    class Meta:
        verbose_name = _("used sign-in token")
        verbose_name_plural = _("used sign-in tokens")

    def __str__(self) -> str:
        return self.jti

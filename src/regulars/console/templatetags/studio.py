"""``{% load studio %}``: who and where of a draft."""

from __future__ import annotations

from django import template

from regulars.console.studio.shared import person_name, state_tag

register = template.Library()
register.filter("draft_state", state_tag)
register.filter("person_name", person_name)

"""Who may use the console, and as what: people, and the four roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from regulars.console.roles import ROLES, role_name
from regulars.screens import figures
from regulars.screens.estimate import EstimatePaginator

admin.site.unregister(User)
admin.site.unregister(Group)


class PasswordNote(forms.Widget):
    """In place of a password's fingerprint, which tells nobody anything: the way to set another one."""

    read_only = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """A link to the form for it."""
        words = gettext("Set another password")
        return format_html(
            '<span class="k-password">••••••••<a class="k-button" href="../password/">{}</a></span>', words
        )

    def id_for_label(self, id_: str | None) -> str:
        """Nothing here takes the focus."""
        return ""


class RoleField(forms.ModelMultipleChoiceField):
    """The roles by the names people know them by, each with what it may do."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, obj: Any) -> str:
        """A role and its sentence."""
        about = ROLES.get(obj.name)
        return f"{role_name(obj.name)}: {about}" if about else role_name(obj.name)


class PersonForm(UserChangeForm):
    """A console user's roles as boxes to tick."""

    groups = RoleField(label=_("Roles"), queryset=Group.objects.order_by("pk"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].widget = PasswordNote()
            self.fields["password"].help_text = ""
        if "is_active" in self.fields:
            self.fields["is_active"].help_text = _("Switched off, they cannot sign in; what they did keeps their name.")


class NewPersonForm(UserCreationForm):
    """A new console user, with their roles from the start."""

    groups = RoleField(label=_("Roles"), queryset=Group.objects.order_by("pk"), required=False)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """People of the console. Only a superuser makes another one."""

    form = PersonForm
    add_form = NewPersonForm
    add_form_template = None
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "roles", "is_active", "signed_in")
    list_filter = ("is_active",)
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    list_fullwidth = True
    paginator = EstimatePaginator
    show_full_result_count = False
    list_before_template = "screens/chosen.html"
    empty_value_display = "–"
    show_add_link = True
    add_words = _("New user")
    search_help_text = _("User name, name or e-mail")
    show_facets = admin.ShowFacets.NEVER
    compressed_fields = True
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("What they may do"), {"fields": ("is_active", "groups")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("What they may do"), {"fields": ("groups",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, named after what it lists."""
        return super().changelist_view(request, {"title": gettext("Console users"), **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """The form for a new one, named so."""
        return super().add_view(request, form_url, {"title": gettext("New user"), **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With their roles, in one more query."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A superuser also sees that switch."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not request.user.is_superuser:
            return fieldsets
        return (*fieldsets[:-1], (_("What they may do"), {"fields": ("is_active", "groups", "is_superuser")}))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody but a superuser changes a superuser."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What people did keeps their name: switch them off instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Whoever is here may enter the console; their roles say what they find."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @display(description=_("Full name"))
    def full_name(self, row: User) -> str:
        """First and last name."""
        return row.get_full_name() or "–"

    @display(description=_("Last signed in"), ordering="last_login")
    def signed_in(self, row: User) -> str:
        """When they last came in."""
        return figures.moment(row.last_login) if row.last_login else gettext("never")

    @display(description=_("Roles"))
    def roles(self, row: User) -> str:
        """The roles they have; a superuser needs none."""
        names = [role_name(group.name) for group in row.groups.all()]
        if row.is_superuser:
            names.insert(0, str(_("Superuser")))
        return ", ".join(names) or "–"

"""Every kind of problem that a shop can meet: its status and its words, in one table.

``problems`` makes problem details of them, in English; ``words`` gives what was kept in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.flow.game_kinds import GAMES
from regulars.flow.kind import Kind


def words(details: Mapping[str, Any], money: Callable[[int], str] | None = None) -> tuple[str, str]:
    """Title and detail of problem details in the active language; as they are when their kind is not in the table.

    ``money`` writes minor units for a person; without it they stay minor units.
    """
    kind = KINDS.get(str(details.get("type", "")).rpartition("/")[2])
    if kind is None:
        return str(details.get("title", "")), str(details.get("detail", ""))
    if money is not None and kind.in_money is not None:
        amounts = {key: money(details[key]) for key in _AMOUNTS if isinstance(details.get(key), int)}
        return str(kind.title), fill(
            Kind(kind.status, kind.title, kind.in_money), details.get("field"), {**details, **amounts}
        )
    return str(kind.title), fill(kind, details.get("field"), details)


_AMOUNTS = ("given", "most", "least", "computed")


def fill(kind: Kind, field: Any, values: Mapping[str, Any]) -> str:
    """The kind's sentence with these values, in the active language."""
    text = str(kind.detail)
    try:
        return text.format(**{**values, "field": field or ""})
    except (KeyError, IndexError):
        return text


KINDS: dict[str, Kind] = {
    # The request as a whole
    "no-key": Kind(401, _("No valid key"), _("Give a key of this shop as `Authorization: Bearer …`.")),
    "no-write-key": Kind(
        401, _("No valid write key"), _("Give the write key as the user name of Basic authentication.")
    ),
    "out-of-scope": Kind(403, _("The key may not do this"), _("This key lacks the scope {scope}.")),
    "not-found": Kind(404, _("Not found"), _("There is nothing at this address.")),
    "unknown-member": Kind(404, _("Unknown member"), _("No member has this id.")),
    "unknown-segment": Kind(404, _("Unknown segment"), _("No segment has this key.")),
    "unknown-transfer": Kind(404, _("Unknown transfer"), _("This member has no such transfer.")),
    "unknown-event": Kind(404, _("Unknown event"), _("This member has no such event.")),
    "no-tiers": Kind(404, _("No tiers"), _("The programme has no tiers.")),
    "wrong-method": Kind(405, _("Method not allowed"), _("This address takes {allowed}.")),
    "no-length": Kind(411, _("Length required"), _("Send the body with a Content-Length.")),
    "too-large": Kind(413, _("Too large"), _("A body may have at most {most} bytes, also once unpacked.")),
    "wrong-encoding": Kind(415, _("Unknown encoding"), _("A body may come as it is or with Content-Encoding gzip.")),
    "broken-gzip": Kind(
        400, _("Broken gzip"), _("The body says it is gzip but cannot be unpacked. Nothing was taken.")
    ),
    "malformed": Kind(400, _("Not JSON"), _("The body is not JSON: {reason}. Nothing was taken.")),
    "no-events": Kind(422, _("No events"), _("Send one event, or `events` with a list of at least one.")),
    "too-many-events": Kind(413, _("Too many events"), _("One request takes {most} events; these are {count}.")),
    "no-idempotency-key": Kind(
        400, _("Idempotency-Key is missing"), _("Writes need the header Idempotency-Key, 1 to 256 characters.")
    ),
    "internal": Kind(
        500, _("Something went wrong"), _("It was our fault and has been noted. Nothing was taken: send it again.")
    ),
    "busy": Kind(503, _("Not available"), _("The database cannot be reached. Nothing was taken: send it again.")),
    "no-programme": Kind(503, _("No programme"), _("This shop has no programme yet, so nothing can be decided.")),
    "unfit-parameter": Kind(422, _("Parameter does not fit"), _("{field} does not fit: {reason}.")),
    # Shape
    "missing": Kind(422, _("Something is missing"), _("{field} is missing.")),
    "unknown-field": Kind(422, _("Unknown field"), _("{field} is not known here.")),
    "not-text": Kind(422, _("Not a text"), _("{field} must be a text.")),
    "not-a-list": Kind(422, _("Not a list"), _("{field} must be a list.")),
    "not-an-object": Kind(422, _("Not an object"), _("{field} must be an object.")),
    "not-a-whole-number": Kind(
        422, _("Not a whole number"), _("{field} must be a whole number from {least} to {most}.")
    ),
    "text-too-long": Kind(422, _("Text too long"), _("{field} has more than {most} characters.")),
    "forbidden-character": Kind(
        422, _("Forbidden character"), _("{field} has a NUL character, which no text may have.")
    ),
    "half-character": Kind(422, _("Half a character"), _("{field} has half of a character (a lone surrogate).")),
    "not-a-number": Kind(422, _("Not a number"), _("{field} is not a number (NaN, Infinity or far too long).")),
    "too-deep": Kind(422, _("Nested too deeply"), _("{field} is nested more than {most} levels deep.")),
    "unknown-type": Kind(422, _("Unknown type"), _("{field} must be one of {known}.")),
    "no-one": Kind(422, _("Nobody named"), _("An event needs a user_id or an anonymous_id.")),
    "reserved-name": Kind(
        422, _("Reserved event"), _("`{name}` is written by Regulars itself; use the routes for holds and adjustments.")
    ),
    # Time
    "not-a-time": Kind(422, _("Not a time"), _("{field} must be a time such as 2026-05-01T10:00:00Z.")),
    "no-offset": Kind(
        422,
        _("Time without offset"),
        _("{field} must end in Z or an offset such as +08:00, or nobody knows when it was."),
    ),
    "in-the-future": Kind(422, _("In the future"), _("{field} lies more than {minutes} minutes ahead of now.")),
    "too-long-ago": Kind(422, _("Too long ago"), _("{field} lies before {earliest}.")),
    # Money
    "not-an-amount": Kind(422, _("Not an amount"), _("{field} must be an amount such as 35.20.")),
    "negative-amount": Kind(422, _("Negative amount"), _("{field} must not be below zero.")),
    "zero": Kind(422, _("Zero"), _("{field} must be above zero.")),
    "amount-too-large": Kind(422, _("Amount too large"), _("{field} is more than any order can be.")),
    "not-a-quantity": Kind(422, _("Not a quantity"), _("{field} must be a whole number from 1 to {most}.")),
    "unknown-currency": Kind(422, _("Unknown currency"), _("{field} must be a currency of ISO 4217, such as USD.")),
    "other-currency": Kind(
        422, _("Another currency"), _("{field} is {given}, but this programme counts in {expected}.")
    ),
    "too-many-lines": Kind(422, _("Too many lines"), _("{field} has {count} lines; an order may have {most}.")),
    "no-amounts": Kind(422, _("No amounts"), _("An order needs products with prices, or a total.")),
    "above": Kind(
        422,
        _("Too much"),
        _("{field} is {given} (in minor units), more than the {most} there are."),
        _("{field} is {given}, more than the {most} there are."),
    ),
    "below": Kind(
        422,
        _("Too little"),
        _("{field} is {given} (in minor units), less than the {least} of the lines."),
        _("{field} is {given}, less than the {least} of the lines."),
    ),
    "disagree": Kind(
        422,
        _("Sums disagree"),
        _("{field} says {given} (in minor units), but the lines make {computed}."),
        _("{field} says {given}, but the lines make {computed}."),
    ),
    # Refunds
    "unknown-line": Kind(422, _("Unknown line"), _("{field} names no line of the order.")),
    "above-quantity": Kind(
        422, _("More than was bought"), _("{field} is {given}, but only {most} are left of the order.")
    ),
    "above-order": Kind(
        422,
        _("More than the order"),
        _("{field} is {given} (in minor units), but only {most} are left of the order."),
        _("{field} is {given}, but only {most} are left of the order."),
    ),
    "nothing-left": Kind(422, _("Nothing left"), _("Nothing is left of this order: it was refunded before.")),
    "unknown-order": Kind(422, _("Unknown order"), _("No order with this id has come.")),
    "not-their-order": Kind(422, _("Not this customer's order"), _("The order belongs to another customer.")),
    "waiting-for-order": Kind(
        202,
        _("Waiting for its order"),
        _("Order {order_id} is not known yet; the refund waits {hours} hours for it."),
    ),
    # What has come before
    "message-id-reused": Kind(
        409,
        _("Message id used before"),
        _("Message id {message_id} was used before with another body; give a changed event a new id."),
    ),
    "order-completed-before": Kind(
        409, _("Order completed before"), _("Order {order_id} was completed before, by another message.")
    ),
    # Spending points
    "unknown-points": Kind(422, _("No such points"), _("`{given}` is not one of {known}.")),
    "not-spendable": Kind(422, _("These points cannot be spent"), _("`{currency}` are points that cannot be spent.")),
    "points-out-of-range": Kind(
        422, _("That many points cannot be used"), _("{field} must be a whole number from {least} to {most}.")
    ),
    # Prices and checkouts
    "no-offers": Kind(
        409, _("No offers"), _("No offers have been published yet: publish a file, be it an empty list of offers.")
    ),
    "unfit-cart": Kind(422, _("The cart does not fit"), _("{field} {reason}.")),
    "no-member": Kind(
        422, _("No customer"), _("A checkout needs the customer's id as {field}; only prices can be asked without it.")
    ),
    "price-changed": Kind(
        409,
        _("The price has changed"),
        _("The cart costs {total} now, not {given}. Nothing was set aside: show the customer the new price first."),
    ),
    "stale-price": Kind(
        409, _("Another price"), _("This checkout was priced at {total}, not {given}. Nothing was committed.")
    ),
    "unknown-checkout": Kind(404, _("Unknown checkout"), _("There is no checkout with this id.")),
    "checkout-committed": Kind(
        409, _("Already committed"), _("This checkout was committed before; report what comes back as a refund.")
    ),
    "checkout-cancelled": Kind(
        409, _("Cancelled"), _("This checkout was cancelled and everything went back. Make a new one.")
    ),
    "checkout-expired": Kind(
        409,
        _("Expired"),
        _("The price was kept until its time ran out, and everything went back. Make a new checkout."),
    ),
    "checkout-not-committed": Kind(
        409, _("Not committed"), _("Only a committed checkout can be returned; cancel this one instead.")
    ),
    "order-of-another-checkout": Kind(409, _("Order taken"), _("Order {order_id} belongs to another checkout.")),
    "insufficient-points": Kind(
        409, _("Not enough points"), _("The member has fewer available points than asked for.")
    ),
    "unknown-hold": Kind(404, _("No such hold"), _("This member has no such hold.")),
    "hold-closed": Kind(409, _("Hold is closed"), _("The hold was captured or released before, or has lapsed.")),
    "above-hold": Kind(422, _("More than the hold"), _("No more points can be captured than were set aside.")),
    "lapsed": Kind(422, _("The hold would have lapsed"), _("{field} must lie in the future.")),
    "reason-missing": Kind(422, _("A reason is needed"), _("Say why; the customer will read it.")),
    # Coupons
    "no-such-coupon": Kind(422, _("No such coupon"), _("The offers in effect have no coupon `{given}`.")),
    "coupon-over": Kind(409, _("The coupon is over"), _("It cannot be given any more: its time has run out.")),
    "unknown-coupon": Kind(404, _("Unknown coupon"), _("This member has no such coupon.")),
    "coupon-closed": Kind(409, _("The coupon is not open"), _("It was used, set aside, withdrawn, or has expired.")),
    "coupon-not-for-member": Kind(
        409, _("Not for this member"), _("This coupon is for members of another tier or group.")
    ),
    "unknown-batch": Kind(404, _("Unknown batch"), _("There is no such batch of coupons to claim from.")),
    "claim-stopped": Kind(409, _("Not given any more"), _("These coupons are not given any more.")),
    "claim-not-yet": Kind(409, _("Not yet"), _("These coupons cannot be claimed yet.")),
    "claim-over": Kind(409, _("The claim is over"), _("The time to claim these coupons is over.")),
    "claim-sold-out": Kind(409, _("All gone"), _("All of these coupons have been claimed.")),
    "claimed-before": Kind(409, _("Claimed before"), _("The member has had as many of these coupons as one may.")),
    "unknown-code": Kind(404, _("Unknown code"), _("No coupon has this code.")),
    "code-used": Kind(409, _("The code is used"), _("This code has been used.")),
    "code-yours": Kind(409, _("Added before"), _("This coupon is among the member's own already.")),
    "code-expired": Kind(409, _("The code has expired"), _("This code is not valid any more.")),
    "code-is-public": Kind(
        409, _("A code for everybody"), _("This code is for everybody: it is entered when paying, not kept.")
    ),
    "too-many-tries": Kind(
        429, _("Too many tries"), _("Too many wrong codes were tried; try again in {minutes} minutes.")
    ),
    "code-too-short": Kind(
        422, _("Codes too short"), _("{field} must be at least {least}, or so many codes could be guessed.")
    ),
    "bad-prefix": Kind(422, _("Bad prefix"), _("{field} must be at most {most} letters and digits.")),
    "bad-window": Kind(422, _("Bad window"), _("{field} must lie after the beginning, and in the future.")),
    "no-codes": Kind(422, _("No codes to take"), _("None of the {count} codes could be taken.")),
    "too-many": Kind(422, _("Too many"), _("{field} has {count} entries; {most} at most.")),
    "unknown-members": Kind(422, _("Unknown members"), _("{count} of the members are not known: {first}.")),
    # Benefits of tiers
    "no-such-benefit": Kind(409, _("Not the member's"), _("The member's tier does not bring `{given}`.")),
    "no-such-use": Kind(404, _("No such use"), _("No benefit was used under this number.")),
    "use-taken-back": Kind(409, _("Taken back before"), _("This use of a benefit was taken back before.")),
    "use-too-old": Kind(
        409, _("Too old"), _("This use is from before uses were kept one by one; it cannot be taken back.")
    ),
    "benefit-used-up": Kind(409, _("Used up"), _("The member has used it as often as it may be used for now.")),
    # Gifts for points, and charity
    "unknown-gift": Kind(404, _("No such gift"), _("There is no gift with the key {given}.")),
    "gift-not-for-member": Kind(
        409, _("Not for this member"), _("The gift is for members of another tier or with a longer membership.")
    ),
    "not-now": Kind(409, _("Not now"), _("It has not begun yet, or is over.")),
    "gift-sold-out": Kind(409, _("Sold out"), _("Nothing is left of it.")),
    "gift-used-up": Kind(409, _("Had before"), _("The member has had it as often as it may be had.")),
    "unknown-redemption": Kind(404, _("No such redemption"), _("No gift was redeemed under this number.")),
    "redemption-settled": Kind(409, _("Settled already"), _("The gift was handed over or cancelled before.")),
    "coupon-used": Kind(409, _("Coupon is used"), _("The coupon was used or is set aside for an order.")),
    "unknown-charity": Kind(404, _("No such project"), _("There is no charity project with the key {given}.")),
    "not-whole-units": Kind(422, _("Not whole units"), _("{field} must be a multiple of {unit} and at least {least}.")),
    # Referrals
    "unknown-referral": Kind(404, _("No such referral"), _("There is no referral with this number.")),
    "referral-settled": Kind(
        409, _("It has moved on"), _("The referral is not in the state any more that you saw: look at it again.")
    ),
    "referral-of-another": Kind(
        409, _("Another's friend"), _("The friend has come by another invitation since; one counts for a friend.")
    ),
    # Groups
    "unknown-group-buy": Kind(404, _("No such group buy"), _("There is no group buy with the key {given}.")),
    "unknown-group": Kind(404, _("No such group"), _("There is no group with this id.")),
    "group-closed": Kind(409, _("The group is closed"), _("The group has formed or failed, or its time is over.")),
    "group-full": Kind(409, _("The group is full"), _("Every place of the group is taken.")),
    "group-busy": Kind(
        409, _("In the group already"), _("The member has a place in this group, with another checkout.")
    ),
    "group-not-for-member": Kind(
        409, _("Not for this member"), _("The group buy is for members of another tier or with a longer membership.")
    ),
    **GAMES,
    # Members
    "alias-of-member": Kind(
        409,
        _("Two known customers"),
        _("{field} is a customer's id already; an alias does not make one of two customers."),
    ),
}
"""Every kind of problem, by the last part of its ``type``."""

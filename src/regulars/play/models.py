"""Published games, what is left of their prizes, and every play. What a game is stands in its file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Game(models.Model):
    """One published version of a game's file: the highest ``number`` of a ``key`` is the game. A text never changes;
    before it begins another version may follow, afterwards it can only be stopped.

    ``salt`` makes, with the installation's secret key, the last seed of the chain; ``anchor`` is what all its seeds
    were committed to before play, ``days`` how many there are. ``closed_at``: from then on nothing is decided any more
    (a contest's places are fixed, a quiz's rounds are closed); ``settled_at``: everything that was won is given.
    """

    WHEEL, RAIN, QUIZ, CONTEST = "wheel", "rain", "quiz", "contest"
    KINDS = [
        (WHEEL, _("lucky wheel")),
        (RAIN, _("red-packet rain")),
        (QUIZ, _("quiz")),
        (CONTEST, _("contest")),
    ]

    key = models.CharField(_("key"), max_length=64)
    number = models.IntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    name = models.JSONField(_("name"), default=dict)
    text = models.TextField(_("file"))
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("published by")
    )
    salt = models.BinaryField(max_length=32, editable=False)
    anchor = models.BinaryField(max_length=32)
    days = models.SmallIntegerField(_("days"))
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    stopped_by = models.CharField(_("stopped by"), max_length=150, blank=True)
    stop_reason = models.CharField(_("reason"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("game")
        verbose_name_plural = _("games")
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="play_game_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="play_game_ends_after"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="play_game_unsettled", condition=Q(settled_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class Tally(models.Model):
    """How much of something limited a game has given: ``what`` is ``prize:<key>``, ``budget`` (minor units) or
    ``points``. ``most`` None: it is only counted."""

    game = models.ForeignKey(Game, models.PROTECT, related_name="tallies", verbose_name=_("game"), db_index=False)
    what = models.CharField(_("what"), max_length=80)
    most = models.BigIntegerField(_("at most"), null=True)
    taken = models.BigIntegerField(_("given"), default=0)

    class Meta:
        verbose_name = _("tally of a game")
        verbose_name_plural = _("tallies of games")
        constraints = [
            models.UniqueConstraint(fields=["game", "what"], name="play_tally_once"),
            models.CheckConstraint(condition=Q(taken__gte=0), name="play_tally_not_negative"),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(taken__lte=F("most")), name="play_tally_not_above"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.game_id} {self.what}"


class Player(models.Model):
    """One member in one game: their name in it, their own part of the draws, and how often they have played.

    Its row is the lock under which a member plays: ``plays`` counts all of them and is the nonce of the next draw.
    """

    game = models.ForeignKey(Game, models.PROTECT, verbose_name=_("game"), db_index=False)
    member_id = models.BigIntegerField(_("member"))
    code = models.CharField(_("name in the game"), max_length=16)
    client_seed = models.CharField(_("own seed"), max_length=64)
    plays = models.IntegerField(_("plays"), default=0)
    day = models.DateField(_("last day"), null=True)
    plays_of_day = models.IntegerField(_("plays on that day"), default=0)

    class Meta:
        verbose_name = _("player")
        verbose_name_plural = _("players")
        constraints = [
            models.UniqueConstraint(fields=["game", "member_id"], name="play_player_once"),
            models.UniqueConstraint(fields=["game", "code"], name="play_player_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Play(models.Model):
    """One play and what came of it.

    Of a wheel: the ``nonce`` and the ``client_seed`` that went into the draw, its ``draw`` (a whole number below the
    game's denominator), the prize it fell on (``drawn``) and the prize that was given, which is another one when that
    had run out. ``won`` empty: nothing. ``points`` what was given, ``cost`` what was paid.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.BigIntegerField(unique=True, editable=False)
    game = models.ForeignKey(Game, models.PROTECT, verbose_name=_("game"), db_index=False)
    member_id = models.BigIntegerField(_("member"))
    at = models.DateTimeField(_("when"))
    day = models.SmallIntegerField(_("day of the game"))
    nonce = models.IntegerField(_("nonce"))
    client_seed = models.CharField(_("own seed"), max_length=64, blank=True)
    draw = models.BigIntegerField(_("draw"), null=True)
    drawn = models.CharField(_("drawn"), max_length=64, blank=True)
    won = models.CharField(_("won"), max_length=64, blank=True)
    name = models.JSONField(_("name of the prize"), default=dict)
    gives = models.CharField(_("gives"), max_length=10, blank=True)
    points = models.BigIntegerField(_("points"), default=0)
    currency = models.CharField(_("currency of points"), max_length=64, blank=True)
    worth_minor = models.BigIntegerField(_("worth"), default=0)
    coupon_id = models.BigIntegerField(_("coupon"), null=True)
    cost = models.BigIntegerField(_("cost"), default=0)
    place = models.IntegerField(_("place"), null=True)
    right = models.SmallIntegerField(_("right answers"), null=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True)
    handed_over_by = models.CharField(_("handed over by"), max_length=150, blank=True)
    source = models.CharField(_("source"), max_length=64)
    message_id = models.CharField(_("message id"), max_length=256)

    class Meta:
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="play_play_once"),
            models.UniqueConstraint(fields=["game", "member_id", "nonce"], name="play_play_nonce"),
            models.CheckConstraint(
                condition=Q(points__gte=0, cost__gte=0, worth_minor__gte=0), name="play_play_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["game", "-number"], name="play_play_game"),
            models.Index(fields=["member_id", "-number"], name="play_play_member"),
            models.Index(
                fields=["game", "number"],
                name="play_play_to_hand_over",
                condition=Q(gives="gift", handed_over_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def game_key(self) -> str:
        """The key of its game."""
        return self.game.key


class Packet(models.Model):
    """One red packet of one rain, split off beforehand. Who opens the rain's next gets it."""

    game = models.ForeignKey(Game, models.PROTECT, verbose_name=_("game"), db_index=False)
    rain = models.SmallIntegerField(_("rain"))
    number = models.IntegerField(_("number"))
    points = models.BigIntegerField(_("points"))
    member_id = models.BigIntegerField(_("member"), null=True)

    class Meta:
        verbose_name = _("red packet")
        verbose_name_plural = _("red packets")
        constraints = [
            models.UniqueConstraint(fields=["game", "rain", "number"], name="play_packet_once"),
            models.UniqueConstraint(
                fields=["game", "rain", "member_id"],
                condition=Q(member_id__isnull=False),
                name="play_packet_one_each",
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="play_packet_above_zero"),
        ]
        indexes = [
            models.Index(
                fields=["game", "rain", "number"], name="play_packet_free", condition=Q(member_id__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.game_id} {self.rain}/{self.number}"


class Round(models.Model):
    """One member's round of a quiz: which questions, until when, and what they answered."""

    id = models.UUIDField(primary_key=True, editable=False)
    game = models.ForeignKey(Game, models.PROTECT, verbose_name=_("game"), db_index=False)
    member_id = models.BigIntegerField(_("member"))
    nonce = models.IntegerField()
    questions = models.JSONField(_("questions"))
    begun_at = models.DateTimeField(_("begun"))
    until = models.DateTimeField(_("until"))
    set_aside = models.BigIntegerField(_("points set aside"), default=0)
    answers = models.JSONField(_("answers"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    play = models.OneToOneField(Play, models.PROTECT, null=True, verbose_name=_("play"))
    source = models.CharField(_("source"), max_length=64)
    message_id = models.CharField(_("message id"), max_length=256)

    class Meta:
        verbose_name = _("round of a quiz")
        verbose_name_plural = _("rounds of quizzes")
        constraints = [models.UniqueConstraint(fields=["source", "message_id"], name="play_round_once")]
        indexes = [
            models.Index(fields=["game", "member_id"], name="play_round_member"),
            models.Index(fields=["until"], name="play_round_open", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Score(models.Model):
    """How far a member is in a contest. ``reached_at``: when the score came to what it is. ``place``: where they ended,
    once it is over."""

    game = models.ForeignKey(Game, models.PROTECT, verbose_name=_("game"), db_index=False)
    member_id = models.BigIntegerField(_("member"))
    score = models.BigIntegerField(_("score"), default=0)
    reached_at = models.DateTimeField(_("reached"))
    day = models.SmallIntegerField(null=True, editable=False)
    times_of_day = models.IntegerField(default=0, editable=False)
    place = models.IntegerField(_("place"), null=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [models.UniqueConstraint(fields=["game", "member_id"], name="play_score_once")]
        indexes = [models.Index(fields=["game", "-score", "reached_at"], name="play_score_board")]

    def __str__(self) -> str:
        return f"{self.game_id} {self.member_id}: {self.score}"


class Pace(models.Model):
    """How often somebody (``who``: a member, or an address by its keyed hash) has asked since ``since``."""

    who = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("pace of plays")
        verbose_name_plural = _("paces of plays")

    def __str__(self) -> str:
        return self.who

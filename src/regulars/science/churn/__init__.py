"""Who is about to leave, and why: ``history`` reads the orders, ``fit`` learns, ``LeavingModel`` answers."""

from regulars.science.churn.features import FEATURES, at_cut
from regulars.science.churn.history import History, history
from regulars.science.churn.model import HORIZONS, LeavingModel, Plan, fit, plan

__all__ = ["FEATURES", "HORIZONS", "History", "LeavingModel", "Plan", "at_cut", "fit", "history", "plan"]

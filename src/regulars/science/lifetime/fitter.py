"""What all models share: being fitted or not, their parameters, and how sure they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from regulars.science.lifetime.arrays import column, number
from regulars.science.lifetime.frames import by_name, framed
from regulars.science.lifetime.parameters import Estimate, Parameters, estimates


class Fitter:
    """A model with parameters above zero."""

    names: ClassVar[tuple[str, ...]] = ()
    model: ClassVar[str] = ""

    _found: _Found | None = None
    _seen: Seen | None = None

    def __init__(self, penalizer_coef: float = 0.0) -> None:
        if not (np.isfinite(number(penalizer_coef, "penalizer_coef")) and penalizer_coef >= 0):
            raise ValueError("penalizer_coef must be a number that is not below zero")
        self.penalizer_coef = penalizer_coef

    @property
    def params_(self) -> Parameters:
        """The parameters by name."""
        return self._fitted().params

    @property
    def log_likelihood_(self) -> float:
        """Of all customers, without the penalty."""
        return self._fitted().log_likelihood

    @property
    def variance_matrix_(self) -> np.ndarray:
        """The covariance of the parameters, in the order of ``params_``."""
        return self._fitted().covariance

    @property
    def customers_(self) -> float:
        """How many were fitted to, weights counted."""
        return self._fitted().customers

    @property
    def standard_errors_(self) -> np.ndarray:
        """In the order of ``params_``."""
        return np.sqrt(np.diag(self.variance_matrix_))

    @property
    def estimates_(self) -> tuple[Estimate, ...]:
        """Each parameter with its standard error and 95 % interval, from the curvature of the likelihood."""
        return estimates(self.params_, self.standard_errors_)

    @property
    def summary(self) -> Any:
        """``estimates_`` as a table: ``coef``, ``se(coef)``, ``lower 95% bound``, ``upper 95% bound``, a row a
        parameter. Of pandas, with the names as index; of Polars, with a column ``parameter``, without pandas."""
        found = self.estimates_
        first = {"coef": [one.value for one in found], "se(coef)": [one.standard_error for one in found]}
        return by_name(self.names, first | self._bounds())

    @property
    def confidence_intervals_(self) -> Any:
        """The last two columns of ``summary``."""
        return by_name(self.names, self._bounds())

    @property
    def data(self) -> Any:
        """What was fitted, a row a customer, as a table of the kind of ``summary``."""
        return framed(self._known().columns, self._known().index)

    def _bounds(self) -> dict[str, list[float]]:
        found = self.estimates_
        return {"lower 95% bound": [one.low for one in found], "upper 95% bound": [one.high for one in found]}

    def predict(self, t: Any, frequency: Any, recency: Any, T: Any) -> Any:
        """How many purchases each customer will make within ``t`` from now."""
        return self.conditional_expected_number_of_purchases_up_to_time(t, frequency, recency, T)

    def conditional_expected_number_of_purchases_up_to_time(self, t: Any, frequency: Any, recency: Any, T: Any) -> Any:
        """As ``predict``; each model has its own."""
        raise NotImplementedError(f"{self.model} does not count purchases")

    def conditional_probability_of_a_purchase(self, t: Any, frequency: Any, recency: Any, T: Any) -> Any:
        """How likely it is that each customer buys within ``t`` from now; each model has its own."""
        raise NotImplementedError(f"{self.model} does not count purchases")

    def conditional_probability_alive(self, frequency: Any, recency: Any, T: Any) -> Any:
        """How likely it is that each customer has not left for good; each model has its own."""
        raise NotImplementedError(f"{self.model} does not count purchases")

    def expected_number_of_purchases_up_to_time(self, t: Any) -> Any:
        """What a new customer buys within ``t`` after the first purchase; each model has its own."""
        raise NotImplementedError(f"{self.model} does not count purchases")

    def probability_of_n_purchases_up_to_time(self, t: Any, n: Any) -> Any:
        """How likely a new customer buys ``n`` times within ``t``; each model has its own."""
        raise NotImplementedError(f"{self.model} does not count purchases")

    def save_model(
        self,
        path: str | Path,
        save_data: bool = True,
        save_generate_data_method: bool = True,
        values_to_save: Any = None,
    ) -> None:
        """Write what was fitted as JSON: parameters, their covariance and the likelihood; never the customers. The
        options are those of ``lifetimes`` and change nothing."""
        saved = {
            "model": self.model,
            "penalizer_coef": self.penalizer_coef,
            "params": dict(self.params_),
            "variance_matrix": self.variance_matrix_.tolist(),
            "log_likelihood": self.log_likelihood_,
            "customers": self.customers_,
        }
        Path(path).write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")

    def load_model(self, path: str | Path) -> Self:
        """Read what ``save_model`` wrote. Raises ``ValueError`` for any other file, and for another model's."""
        try:
            saved = json.loads(Path(path).read_text(encoding="utf-8"))
            kind = saved["model"]
        except (ValueError, TypeError, KeyError):
            raise _not_ours(path) from None
        if kind != self.model:
            raise ValueError(f"this file holds {kind!r}, not {self.model!r}")
        try:
            values = np.array([saved["params"][name] for name in self.names], dtype=np.float64)
            covariance = np.array(saved["variance_matrix"], dtype=np.float64).reshape(len(values), len(values))
            likelihood, customers = float(saved["log_likelihood"]), float(saved["customers"])
            self.penalizer_coef = float(saved["penalizer_coef"])
        except (ValueError, TypeError, KeyError):
            raise _not_ours(path) from None
        self._keep(values, likelihood, covariance, customers)
        return self

    def with_params(self, **params: float) -> Self:
        """This model with parameters that are known, as from a paper, instead of fitted ones; how sure they are is not
        known then. Raises ``ValueError`` for one that is missing, unknown or not above zero."""
        wanted = f"{self.model} has the parameters {', '.join(self.names)}"
        for what, wrong in (
            ("missing", [name for name in self.names if name not in params]),
            ("unknown", [name for name in params if name not in self.names]),
        ):
            if wrong:
                raise ValueError(f"{', '.join(wrong)} is {what}: {wanted}")
        values = column([params[name] for name in self.names], "params")
        if (values <= 0).any():
            raise ValueError(f"the parameters of {self.model} are above zero")
        self._keep(values, float("nan"), np.full((len(values), len(values)), np.nan), 0.0)
        return self

    def _keep(
        self, values: np.ndarray, likelihood: float, covariance: np.ndarray, customers: float, seen: Seen | None = None
    ) -> None:
        self._found = _Found(Parameters(self.names, values), likelihood, covariance, customers)
        self._seen = seen

    @property
    def _values(self) -> tuple[float, ...]:
        return tuple(self.params_.values())

    def _fitted(self) -> _Found:
        if self._found is None:
            raise NotFittedError(f"this {type(self).__name__} has not been fitted: call fit first")
        return self._found

    def _known(self) -> Seen:
        self._fitted()
        if self._seen is None:
            raise ValueError(
                f"this {type(self).__name__} does not hold the customers it was fitted to, as it was read from a file "
                "or given its parameters: call fit, or give all columns"
            )
        return self._seen

    def __repr__(self) -> str:
        if self._found is None:
            return f"<{type(self).__name__}: not fitted>"
        return f"<{type(self).__name__}: {self.customers_:,.0f} customers, {self.params_!r}>"


class NotFittedError(ValueError, AttributeError):
    """Something was asked of a model before ``fit``; also what ``hasattr(model, "params_")`` takes for no."""


@dataclass(frozen=True, slots=True)
class _Found:
    params: Parameters
    log_likelihood: float
    covariance: np.ndarray
    customers: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What a model was fitted to: checked columns, their index, and as they were given."""

    columns: dict[str, np.ndarray]
    index: Any = None
    given: tuple[Any, ...] = ()


def _not_ours(path: str | Path) -> ValueError:
    return ValueError(
        f"{str(path)!r} is no file that save_model of regulars wrote; those of lifetimes cannot be read: fit again, or "
        "give its parameters to with_params"
    )

"""What all models share: being fitted or not, their parameters, and how sure they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from regulars.science.lifetime.parameters import Estimate, Parameters, estimates


class Fitter:
    """A model with parameters above zero."""

    names: ClassVar[tuple[str, ...]] = ()
    model: ClassVar[str] = ""

    params_: Parameters
    log_likelihood_: float
    variance_matrix_: np.ndarray
    customers_: float

    def __init__(self, penalizer_coef: float = 0.0) -> None:
        if penalizer_coef < 0:
            raise ValueError("penalizer_coef must not be below zero")
        self.penalizer_coef = penalizer_coef

    @property
    def summary(self) -> tuple[Estimate, ...]:
        """Each parameter with its standard error and 95 % interval, from the curvature of the likelihood."""
        return estimates(self._fitted(), self.standard_errors_)

    @property
    def standard_errors_(self) -> np.ndarray:
        """In the order of ``params_``."""
        self._fitted()
        return np.sqrt(np.diag(self.variance_matrix_))

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

    def save_model(self, path: str | Path) -> None:
        """Write what was fitted as JSON."""
        self._fitted()
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
        """Read what ``save_model`` wrote. Raises ``ValueError`` for another model's file."""
        saved = json.loads(Path(path).read_text(encoding="utf-8"))
        if saved.get("model") != self.model:
            raise ValueError(f"this file holds {saved.get('model')!r}, not {self.model!r}")
        self.penalizer_coef = saved["penalizer_coef"]
        values = np.array([saved["params"][name] for name in self.names])
        self._keep(values, saved["log_likelihood"], np.array(saved["variance_matrix"]), saved["customers"])
        return self

    def with_params(self, **params: float) -> Self:
        """This model with parameters that are known, as from a paper, instead of fitted ones; how sure they are is not
        known then."""
        values = np.array([params[name] for name in self.names], dtype=np.float64)
        if (values <= 0).any():
            raise ValueError(f"the parameters of {self.model} are above zero")
        self._keep(values, float("nan"), np.full((len(values), len(values)), np.nan), 0.0)
        return self

    def _keep(self, values: np.ndarray, likelihood: float, covariance: np.ndarray, customers: float) -> None:
        self.params_ = Parameters(self.names, values)
        self.log_likelihood_ = likelihood
        self.variance_matrix_ = covariance
        self.customers_ = customers

    @property
    def _values(self) -> tuple[float, ...]:
        return tuple(self._fitted().values())

    def _fitted(self) -> Parameters:
        if not hasattr(self, "params_"):
            raise ValueError(f"this {self.model} model has not been fitted: call fit first")
        return self.params_

    def __repr__(self) -> str:
        if not hasattr(self, "params_"):
            return f"<{type(self).__name__}: not fitted>"
        return f"<{type(self).__name__}: {self.customers_:,.0f} customers, {self.params_!r}>"

"""What all tests of one synthetic control share: whose it is, and that it has no penalty."""

from __future__ import annotations

from dataclasses import dataclass

from egovstudy.errors import ArgumentError
from egovstudy.methods.panel import Result
from egovstudy.methods.synthetic import SyntheticFit


@dataclass(frozen=True, eq=False, repr=False)
class OfFit(Result):
    """A result about one synthetic control, ``fit``, refitted for other countries or waves."""

    fit: SyntheticFit

    @property
    def outcome(self) -> str:
        """Column of the panel."""
        return self.fit.outcome

    @property
    def treated(self) -> str:
        """The treated country, iso3."""
        return self.fit.treated

    @property
    def treatment_wave(self) -> int:
        """First wave that could reflect the event."""
        return self.fit.treatment_wave

    @property
    def tie_rule(self) -> str:
        """Which weights stand where many fit equally well, in words, for every country."""
        return self.fit.tie_rule

    @property
    def _whose(self) -> str:
        return f"for {self.treated}: {self.outcome}, treatment wave {self.treatment_wave}."


def refuse_penalty(fit: SyntheticFit) -> None:
    """Refuse a fit with a penalty: placebos would need one for each country."""
    if fit.penalty:
        raise ArgumentError(
            f"this fit has a penalty of {fit.penalty:g}. Placebos and conformal inference are made"
            " for fits without one; call fit_synthetic with penalty=0."
        )

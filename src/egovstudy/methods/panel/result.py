"""What every result of a method shares: it prints in words, and its main table comes as a frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

UNCODED = "Donors' own partnerships were never coded: donors are uncoded, not untreated."


class Result:
    """Base of all results: made once, printed in words, with one main table.

    A result is a dataclass with ``@dataclass(frozen=True, eq=False, repr=False)``. It has
    ``table``, as a field or a property, and says in ``_lines`` what it prints: what was done, the
    figures with their floor or bounds, what is assumed.
    """

    if TYPE_CHECKING:  # a real property would be taken for the default of the field

        @property
        def table(self) -> pd.DataFrame:
            """The main table."""

    def _lines(self) -> Iterable[str]:
        raise NotImplementedError

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def to_frame(self) -> pd.DataFrame:
        """Give a copy of the main table with plain columns: a named index becomes the first ones.

        Examples
        --------
        >>> class Weights(Result):
        ...     table = pd.DataFrame({"weight": [1.0]}, index=pd.Index(["MYS"], name="iso3"))
        >>> Weights().to_frame().columns.tolist()
        ['iso3', 'weight']
        """
        table = self.table
        return table.reset_index() if any(table.index.names) else table.copy()

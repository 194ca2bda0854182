"""The one rounding: numbers as text that does not move with the platform, and digests of frames."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import numbers
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context

import pandas as pd

SIGNIFICANT = 10
DECIMALS = 12
# As many as the comparison of two runs looks at (a relative tolerance of 1e-6).
DIGEST_DIGITS = 7


def canonical(value: object, digits: int = SIGNIFICANT) -> str:
    """Write one value as text: floats to 10 significant digits and 12 decimals, missing as nothing.

    The last digits of a float differ between processors and numerical libraries; these ten do not.
    Twelve decimals make a zero that came out as 1e-17 a zero again. Fewer ``digits`` are taken from
    those ten, halves away from zero, so that noise never tips a tie.

    Examples
    --------
    >>> canonical(0.1 + 0.2), canonical(1.0), canonical(-1e-17), canonical(None), canonical(True)
    ('0.3', '1', '0', '', 'true')
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        number = float(value)
        if math.isnan(number):
            return ""
        text = f"{round(number, DECIMALS) + 0.0:.{SIGNIFICANT}g}"
        if digits >= SIGNIFICANT or not math.isfinite(number):
            return text
        exact = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(text)
        return f"{float(exact):.{digits}g}"
    if isinstance(value, pd.Timestamp):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def csv_text(
    columns: Iterable[object], rows: Iterable[Iterable[object]], digits: int = SIGNIFICANT
) -> str:
    """Write rows as CSV text with LF line ends, every value through :func:`canonical`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([str(column) for column in columns])
    writer.writerows([canonical(value, digits) for value in row] for row in rows)
    return out.getvalue()


def canonical_csv(data: pd.DataFrame | pd.Series, digits: int = SIGNIFICANT) -> str:
    r"""Write a frame as canonical CSV; a Series and a named index become columns.

    Examples
    --------
    >>> canonical_csv(pd.Series([0.5, 0.25], index=pd.Index([2022, 2024], name="wave"), name="gap"))
    'wave,gap\n2022,0.5\n2024,0.25\n'
    """
    frame = data.to_frame() if isinstance(data, pd.Series) else data
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    return csv_text(frame.columns, frame.itertuples(index=False, name=None), digits)


def digest(data: pd.DataFrame | pd.Series) -> str:
    """Give the first 12 hex digits of the SHA-256 of a frame's CSV, floats at seven digits.

    Examples
    --------
    >>> digest(pd.Series([0.1 + 0.2], name="gap")) == digest(pd.Series([0.3 + 1e-12], name="gap"))
    True
    """
    return sha256(canonical_csv(data, DIGEST_DIGITS))[:12]


def sha256(content: bytes | str) -> str:
    """Hash bytes, or text as UTF-8, as 64 hex digits."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()

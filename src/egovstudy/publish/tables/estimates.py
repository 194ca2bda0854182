"""Estimates with intervals and honest p-values, laid out as a frame for ``save_table``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.style import current_venue
from egovstudy.publish.tables.grid import show_any
from egovstudy.publish.words import show

P_DIGITS = 3
NEEDED = ("params", "pvalues", "conf_int", "nobs")
WORDS = {
    "en": {
        "term": "term",
        "estimate": "estimate",
        "interval": "{level} % interval",
        "p": "p",
        "floor": "floor of p",
        "nobs": "observations",
        "groups": "groups",
        "r2": "R²",
        "r2_uncentred": "R², uncentred",
        "pseudo_r2": "pseudo R²",
        "errors": "standard errors",
        "model": "model-based",
        "lags": "lags {n}",
        "clusters": "{n} clusters",
        "hidden": "terms not shown",
    },
    "id": {
        "term": "suku",
        "estimate": "estimasi",
        "interval": "interval {level} %",
        "p": "p",
        "floor": "batas bawah p",
        "nobs": "pengamatan",
        "groups": "kelompok",
        "r2": "R²",
        "r2_uncentred": "R², tak terpusat",
        "pseudo_r2": "R² semu",
        "errors": "galat baku",
        "model": "menurut model",
        "lags": "lag {n}",
        "clusters": "{n} klaster",
        "hidden": "suku tidak ditampilkan",
    },
}


def estimate_table(
    estimates: Any,
    *,
    level: float | None = None,
    terms: Mapping[str, str] | None = None,
    digits: int = 3,
) -> pd.DataFrame:
    """Lay out estimates as papers do, as text, for :func:`save_table`.

    One fitted model gives a row for each term, with the interval and p beside the estimate. Several
    give a column for each, with the interval and p below. Rows below say on how many observations
    it rests and which standard errors and distribution are behind the intervals. A frame of
    estimates keeps its own columns around them. There are no stars.

    A p-value is never shown below its floor, the smallest that its design can give (1/(donors + 1)
    in a placebo test): "≤ 0.040" says that what came was lower than the floor 0.040, and "< 0.001"
    appears only where the floor allows it.

    Parameters
    ----------
    estimates : statsmodels results, dict of them, or DataFrame
        One fitted model; several by name; or a frame with ``estimate``, and where there are any
        ``lower`` and ``upper``, ``p``, ``floor``. Its other columns stay as they are.
    level : float, optional
        Level of the intervals, e.g. 0.9. For fitted models 0.95 if left out; a frame with intervals
        must say it.
    terms : dict, optional
        Terms of fitted models to show, in this order, with the label for each; all under their own
        names if left out.
    digits : int
        Decimals of estimates and intervals.

    Returns
    -------
    DataFrame
        Estimates, intervals and p-values as text, heads in the venue's language.

    Raises
    ------
    ArgumentError
        If the results lack what is needed or did not converge, or the frame's columns or numbers
        will not do.

    Examples
    --------
    >>> placebos = pd.DataFrame({"outcome": ["OSI"], "estimate": 0.0712, "lower": -0.011,
    ...                          "upper": 0.1534, "p": 1 / 25, "floor": 1 / 25})
    >>> print(estimate_table(placebos, level=0.9).to_string(index=False))
    outcome estimate   90 % interval     p floor of p
        OSI    0.071 [−0.011, 0.153] 0.040      0.040

    >>> import statsmodels.api as sm
    >>> waves = pd.DataFrame({"constant": 1.0, "wave": [0, 1, 2, 3, 4]})
    >>> fit = sm.OLS([0.31, 0.42, 0.48, 0.61, 0.69], waves).fit(cov_type="HC3", use_t=True)
    >>> table = estimate_table(fit, terms={"wave": "waves since 2016"}, level=0.9)
    >>> table.loc[0].tolist()
    ['waves since 2016', '0.095', '[0.088, 0.102]', '< 0.001']
    """
    words = dict(WORDS[current_venue().language])
    if level is not None and not 0 < level < 1:
        raise ArgumentError(f"level={level} is no share. Give a number between 0 and 1, e.g. 0.95.")
    share = 0.95 if level is None else level
    words["interval"] = words["interval"].format(level=f"{100 * share:.10g}")
    if isinstance(estimates, pd.DataFrame):
        if terms is not None:
            raise ArgumentError(
                "terms= is for fitted models. Choose and rename the rows of a frame beforehand."
            )
        frame = estimates.reset_index(drop=all(name is None for name in estimates.index.names))
        _check(frame, level)
        return _laid_out(frame, digits, words)
    several = isinstance(estimates, Mapping)
    results = (
        {str(name): one for name, one in estimates.items()} if several else {"the model": estimates}
    )
    if not results:
        raise ArgumentError("no model was given. Give fitted models by name: {'OLS': fit}.")
    fitted = {name: _fitted(name, result, share) for name, result in results.items()}
    chosen = _chosen(fitted, terms)
    hidden = {
        name: 0 if terms is None else len(frame.index.difference(list(terms)))
        for name, frame in fitted.items()
    }
    facts = {name: _facts(result, hidden[name], words) for name, result in results.items()}
    if several:
        return _side_by_side(chosen, facts, digits, words)
    named = chosen["the model"].rename_axis(words["term"]).reset_index()
    shown = _laid_out(named, digits, words)
    below = [[words[key], fact, "", ""] for key, fact in facts["the model"].items()]
    return _joined(shown, pd.DataFrame(below, columns=shown.columns))


def show_p(p: float, floor: float | None = None) -> str:
    """Write a p-value with three decimals, never below the smallest that its design can give.

    Parameters
    ----------
    p : float
        The p-value, 0 to 1.
    floor : float, optional
        The smallest p that the design can give.

    Raises
    ------
    ArgumentError
        If one of them is no p-value.

    Examples
    --------
    >>> show_p(0.0412), show_p(0.00004), show_p(0.04, floor=0.04)
    ('0.041', '< 0.001', '0.040')
    >>> show_p(0.001, floor=0.04), show_p(1e-5, floor=0.0002)
    ('≤ 0.040', '≤ 0.0002')
    """
    for word, one, least in (("p", p, 0), ("floor", floor, 5e-324)):
        if one is not None and not least <= one <= 1:
            raise ArgumentError(
                f"{word}={one} is no p-value. Give a number from 0 to 1, a floor above 0."
            )
    # Rounding noise in a count divided by a count is not below the floor.
    if floor is not None and p < floor * (1 - 1e-6):
        return f"≤ {_show_floor(floor)}"
    p = max(p, floor or 0)
    return "< 0.001" if p < 0.001 else show(p, P_DIGITS)


def _show_floor(floor: float) -> str:
    return show(floor, max(P_DIGITS, math.ceil(-math.log10(floor) - 1e-9)))


def _laid_out(frame: pd.DataFrame, digits: int, words: Mapping[str, str]) -> pd.DataFrame:
    """Turn the columns of estimates into text; leave the others."""
    shown: dict[Any, Any] = {}
    for column in frame.columns:
        if column == "estimate":
            shown[words["estimate"]] = [
                "" if pd.isna(one) else show_any(one, digits) for one in frame["estimate"]
            ]
            if "lower" in frame:
                pairs = zip(frame["lower"], frame["upper"], strict=True)
                shown[words["interval"]] = [_interval(*pair, digits) for pair in pairs]
        elif column == "p":
            floors = frame["floor"] if "floor" in frame else frame["p"] * np.nan
            shown[words["p"]] = [
                "" if pd.isna(p) else show_p(p, None if pd.isna(floor) else floor)
                for p, floor in zip(frame["p"], floors, strict=True)
            ]
        elif column == "floor":
            shown[words["floor"]] = [
                "" if pd.isna(one) else _show_floor(one) for one in frame["floor"]
            ]
        elif column not in ("lower", "upper"):
            shown[column] = frame[column]
    return pd.DataFrame(shown)


def _check(frame: pd.DataFrame, level: float | None) -> None:
    columns = [str(column) for column in frame.columns]
    if "estimate" not in columns:
        raise ArgumentError(
            "the frame has no column 'estimate'. Columns:"
            f" {listed(columns)}.{nearest('estimate', columns)} Rename yours to estimate, lower,"
            " upper, p, floor."
        )
    for one, other in (("lower", "upper"), ("upper", "lower"), ("floor", "p")):
        if one in columns and other not in columns:
            raise ArgumentError(
                f"the frame has a column {one!r} and none named {other!r}. Add it, or leave both"
                " out."
            )
    for column in ("estimate", "lower", "upper", "p", "floor"):
        if column in columns and not pd.api.types.is_numeric_dtype(frame[column].dtype):
            raise ArgumentError(
                f"the column {column!r} holds not only numbers. Leave missing ones empty (NaN)."
            )
    if "lower" in columns:
        if level is None:
            raise ArgumentError(
                "the frame has intervals: say their level, e.g. estimate_table(frame, level=0.95)."
            )
        crossed = frame.index[frame["lower"] > frame["upper"]]
        if len(crossed):
            row = frame.loc[crossed[0]]
            raise ArgumentError(
                f"row {crossed[0]} has lower={row['lower']} above upper={row['upper']}. Swap them."
            )


def _interval(lower: float, upper: float, digits: int) -> str:
    if pd.isna(lower) or pd.isna(upper):
        return ""
    return f"[{show_any(lower, digits)}, {show_any(upper, digits)}]"


def _fitted(name: str, result: Any, level: float) -> pd.DataFrame:
    """Take the estimates out of a fitted model, by term."""
    lacks = [one for one in NEEDED if not hasattr(result, one)]
    if lacks:
        raise ArgumentError(
            f"{name} is a {type(result).__name__}, which lacks {listed(lacks)}. Give what fit() of"
            " a statsmodels model returns, several of them by name, or a frame with the columns"
            " estimate, lower, upper, p."
        )
    params = result.params
    if np.ndim(params) != 1:
        raise ArgumentError(
            f"{name} has more than one equation. Give a frame of estimates for each."
        )
    search = getattr(result, "mle_retvals", None)
    if not getattr(result, "converged", True) or (
        isinstance(search, dict) and not search.get("converged", True)
    ):
        raise ArgumentError(
            f"{name} did not converge, so its estimates mean nothing. Fit it again in another way."
        )
    frame = pd.DataFrame(np.asarray(result.conf_int(alpha=1 - level)), columns=["lower", "upper"])
    frame["estimate"], frame["p"] = np.asarray(params), np.asarray(result.pvalues)
    frame.index = list(
        params.index if isinstance(params, pd.Series) else result.model.data.param_names
    )
    # What follows a mixed model's fixed terms are variances on a scale of their own, with intervals
    # that say little.
    return frame.iloc[: len(getattr(result, "fe_params", params))]


def _chosen(
    frames: Mapping[str, pd.DataFrame], terms: Mapping[str, str] | None
) -> dict[str, pd.DataFrame]:
    """Take the terms wanted, in their order, under their labels; empty where a model lacks one."""
    if terms is None:
        return dict(frames)
    if len(set(terms.values())) < len(terms):
        raise ArgumentError("two of the terms have the same label. Give each its own.")
    known = list(dict.fromkeys(term for frame in frames.values() for term in frame.index))
    for term in terms:
        if term not in known:
            raise ArgumentError(
                f"no model has a term {term!r}. Terms: {listed(known)}.{nearest(term, known)}"
            )
    return {
        name: frame.reindex(list(terms)).set_axis(list(terms.values()))
        for name, frame in frames.items()
    }


def _facts(result: Any, hidden: int, words: Mapping[str, str]) -> dict[str, str]:
    """Say what estimates rest on: observations, fit, assumed errors, and terms left out."""
    facts = {"nobs": show(result.nobs, 0)}
    if hasattr(result, "fe_params"):
        facts["groups"] = show(result.model.n_groups, 0)
    r2 = "r2" if getattr(result, "k_constant", 1) else "r2_uncentred"
    for key, value in (
        (r2, getattr(result, "rsquared", None)),
        ("pseudo_r2", getattr(result, "prsquared", None)),
    ):
        if value is not None and math.isfinite(value):
            facts[key] = show(value)
    kind, options = getattr(result, "cov_type", None), getattr(result, "cov_kwds", None) or {}
    parts = [words["model"] if kind in (None, "nonrobust") else str(kind)]
    if options.get("maxlags") is not None:
        parts.append(words["lags"].format(n=options["maxlags"]))
    groups = options.get("groups")
    if kind == "cluster" and groups is not None and np.ndim(groups) == 1:
        parts.append(words["clusters"].format(n=len(np.unique(groups))))
    if getattr(result, "use_t", False):
        freedom = getattr(result, "df_resid_inference", None)
        parts.append(f"t({result.df_resid if freedom is None else freedom:g})")
    else:
        parts.append("z")
    facts["errors"] = ", ".join(parts)
    return {**facts, "hidden": str(hidden)} if hidden else facts


def _side_by_side(
    frames: Mapping[str, pd.DataFrame],
    facts: Mapping[str, Mapping[str, str]],
    digits: int,
    words: Mapping[str, str],
) -> pd.DataFrame:
    """Give each model a column and each term three rows: estimate, interval, p."""
    parts = (words["estimate"], words["interval"], words["p"])
    shown = {
        name: _laid_out(frame, digits, words).set_axis(frame.index)
        for name, frame in frames.items()
    }
    names = list(dict.fromkeys(term for frame in shown.values() for term in frame.index))
    above = {words["term"]: [word for term in names for word in (term, *parts[1:])]}
    for name, frame in shown.items():
        cells = frame.reindex(names, fill_value="")
        above[name] = [cells.loc[term, part] for term in names for part in parts]
    keys = [key for key in words if any(key in one for one in facts.values())]
    below = {words["term"]: [words[key] for key in keys]}
    below |= {name: [one.get(key, "") for key in keys] for name, one in facts.items()}
    table = _joined(pd.DataFrame(above), pd.DataFrame(below))
    table.attrs["gaps"] = list(range(len(parts), len(parts) * len(names), len(parts)))
    return table


def _joined(shown: pd.DataFrame, below: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat([shown, below], ignore_index=True)
    table.attrs["rules"] = [len(shown)]
    return table

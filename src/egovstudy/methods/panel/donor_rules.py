"""Why a country is no donor: each rule returns the countries it leaves out, with the reason.

A fault is ``(iso3, reason, waves, flag)``; waves and flags are joined by semicolons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from egovstudy import errors
from egovstudy.errors import ArgumentError, listed

Fault = tuple[str, str, str, str]
# Flags that say an outcome rests on an absent or impossible component, by the first word of the
# outcome's name. What is absent itself (tii_absent, hci_absent) is empty in the panel. Rank ties
# and vintage notes leave the score as it is.
RESTS_ON = {
    "egdi": ("egdi_with_hci_0", "egdi_with_tii_0", "hci_above_1"),
    "hci": ("hci_above_1",),
}


def excluding_flags(panel: pd.DataFrame, outcome: str) -> tuple[str, ...]:
    """Name the flags that leave a country out for this outcome; none in a panel without."""
    return RESTS_ON.get(outcome.split("_")[0], ()) if "flag" in panel else ()


def absent(panel: pd.DataFrame, wide: pd.DataFrame, coverage: float) -> list[Fault]:
    """Countries with too few waves, and what flag and status say of the waves they lack."""
    notes = pd.Series("", index=pd.MultiIndex.from_frame(panel[["iso3", "wave"]]), dtype="object")
    for name in ("flag", "status"):
        if name in panel:
            notes += ";" + panel[name].astype("object").fillna("").to_numpy()
    few = wide[wide.notna().mean(axis=1) < coverage]
    faults = []
    for iso3, values in few.iterrows():
        waves = values.index[values.isna()]
        words = [word for wave in waves for word in notes.get((iso3, wave), "").split(";")]
        said = [word for word in dict.fromkeys(words) if word not in ("", "ranked")]
        faults.append((str(iso3), "absent", ";".join(map(str, waves)), ";".join(said)))
    return faults


def unfit(panel: pd.DataFrame, outcome: str, window: list[int]) -> list[Fault]:
    """Countries whose figure stands but rests on what is absent or impossible."""
    excluding = excluding_flags(panel, outcome)
    if not excluding:
        return []
    rows = panel.loc[panel["wave"].isin(window) & panel[outcome].notna(), ["iso3", "wave", "flag"]]
    rows = rows.assign(flag=rows["flag"].astype("object").fillna("").str.split(";")).explode("flag")
    rows = rows[rows["flag"].isin(excluding)].sort_values(["iso3", "wave"])
    return [
        (
            iso3,
            "resting on an absent or impossible component",
            _joined(one["wave"]),
            _joined(one["flag"]),
        )
        for iso3, one in rows.groupby("iso3")
    ]


def _joined(values: pd.Series) -> str:
    return ";".join(map(str, values.unique()))


def named(
    leave_out: Sequence[str] | Mapping[str, Sequence[str]], treated: str, wide: pd.DataFrame
) -> list[Fault]:
    """Countries that the caller names."""
    by_reason = leave_out if isinstance(leave_out, Mapping) else {"left out by name": leave_out}
    faults = []
    for reason, names in by_reason.items():
        if isinstance(names, str):
            raise ArgumentError(f"leave_out={names!r} is one word. Give a list: [{names!r}].")
        for iso3 in dict.fromkeys(names):
            check_country(iso3, wide, "leave_out")
            if iso3 == treated:
                raise ArgumentError(
                    f"leave_out ({reason}) names {treated}, the treated country. Take it out of the"
                    " list."
                )
            faults.append((iso3, str(reason), "", ""))
    return faults


def elsewhere(
    wide: pd.DataFrame,
    countries: pd.DataFrame | None,
    region: str | Sequence[str] | None,
    income: str | Sequence[str] | None,
) -> list[Fault]:
    """Countries outside the table given, the regions or the income groups."""
    if countries is None:
        if region is not None or income is not None:
            raise ArgumentError(
                'region and income need countries=, e.g. egovstudy.load("countries").'
            )
        return []
    needed = ["iso3", *(["region", "subregion"] if region is not None else [])]
    needed += ["wb_income_group"] if income is not None else []
    missing = [name for name in needed if name not in countries]
    if missing:
        raise ArgumentError(
            f"countries has no column {missing[0]!r}. Columns:"
            f" {listed(list(countries.columns), 30)}."
        )
    twice = countries.loc[countries["iso3"].duplicated(), "iso3"]
    if len(twice):
        raise ArgumentError(f"{twice.iloc[0]} stands twice in countries. Keep one row per country.")
    rows = countries.set_index("iso3")
    faults = [
        (iso3, "without a row in countries", "", "") for iso3 in wide.index.difference(rows.index)
    ]
    rows = rows.loc[wide.index.intersection(rows.index)]
    for name, asked, columns in (
        ("region", region, ["region", "subregion"]),
        ("income", income, ["wb_income_group"]),
    ):
        if asked is None:
            continue
        groups = [asked] if isinstance(asked, str) else list(asked)
        known = sorted(
            {value for column in columns for value in countries[column].dropna().unique()}
        )
        for group in groups:
            if group not in known:
                raise ArgumentError(
                    f"no {name} {group!r}.{errors.nearest(group, known)} Names:"
                    f" {listed(known, 30)}."
                )
        outside = rows.index[~rows[columns].isin(groups).any(axis=1)]
        faults += [(iso3, f"outside {name} {', '.join(groups)}", "", "") for iso3 in outside]
    return faults


def far(
    left: pd.DataFrame, treated: str, nearest: int | None, treatment_wave: int | None
) -> list[Fault]:
    """Countries that are not among the nearest before the treatment wave."""
    if nearest is None:
        return []
    waves = left.columns.tolist()
    if treatment_wave not in waves[1:]:
        raise ArgumentError(
            f"nearest={nearest} counts the waves before treatment_wave, which is {treatment_wave}. "
            f"Give one of {listed(waves[1:])}."
        )
    before = left.loc[:, [wave for wave in waves if wave < treatment_wave]]
    others = before.drop(index=treated)
    distance = (others - before.loc[treated]).pow(2).mean(axis=1).pow(0.5).dropna()
    if not isinstance(nearest, int) or not 2 <= nearest <= len(distance):
        raise ArgumentError(
            f"nearest={nearest}. Give a whole number from 2 to the {len(distance)} donors that are"
            " left."
        )
    kept = distance.sort_values(kind="stable").index[:nearest]
    reason = f"not among the {nearest} nearest before {treatment_wave}"
    return [(iso3, reason, "", "") for iso3 in others.index.difference(kept)]


def check_country(iso3: str, wide: pd.DataFrame, name: str) -> None:
    """Refuse a country that the panel does not have."""
    if iso3 not in wide.index:
        raise ArgumentError(
            f"{name}: no country {iso3!r} in the panel.{errors.nearest(iso3, wide.index)} "
            f"It has {len(wide)} countries, by iso3."
        )

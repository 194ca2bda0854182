"""What a source prints as a date, read into its parts: Indonesian, English and Korean."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from egovstudy.errors import ArgumentError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_WORDS = {
    "monday": "monday mon senin",
    "tuesday": "tuesday tue tues selasa",
    "wednesday": "wednesday wed rabu",
    "thursday": "thursday thu thurs kamis",
    "friday": "friday fri jumat jum'at",
    "saturday": "saturday sat sabtu",
    "sunday": "sunday sun minggu ahad",
}
_KOREAN_WEEKDAYS = dict(zip("월화수목금토일", WEEKDAYS, strict=True))
_MONTH_WORDS = (
    "january januari jan",
    "february februari pebruari feb",
    "march maret mar",
    "april apr",
    "may mei",
    "june juni jun",
    "july juli jul",
    "august agustus aug agu agt agust",
    "september sept sep",
    "october oktober oct okt",
    "november nopember nov nop",
    "december desember dec des",
)
_WEEKDAY_OF = {word: day for day, words in _WEEKDAY_WORDS.items() for word in words.split()}
_MONTH_OF = {
    word: number for number, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()
}
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_UNTIL = r"(?:\s*(?:-|to|until|sampai|hingga|s\.?d\.?|~)\s*\d{1,2}(?:st|nd|rd|th)?)?"
_RELATIVE = {
    "today": 0,
    "hari ini": 0,
    "오늘": 0,
    "이날": 0,
    "yesterday": 1,
    "kemarin": 1,
    "어제": 1,
}
# Each names the groups it finds. Numbers are day/month, as in Indonesia.
_FORMS = [
    re.compile(r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(
        r"(?:(?P<year>(?:19|20)\d{2})\s*년\s*)?(?P<month>\d{1,2})\s*월\s*(?P<day>\d{1,2})\s*일"
    ),
    re.compile(r"(?:(?P<year>(?:19|20)\d{2})\s*년\s*)?(?P<month>\d{1,2})\s*월"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\s*일"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_UNTIL}\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?,?(?:\s+(?P<year>(?:19|20)\d{{2}}))?"
    ),
    re.compile(
        rf"\b(?P<month>{_MONTH})\b[.,]?\s+(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?{_UNTIL}(?:,?\s+(?P<year>(?:19|20)\d{{2}}))?"
    ),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}}){_UNTIL}\s*[/.]\s*(?P<month>\d{{1,2}})(?:\s*[/.]\s*(?P<year>(?:19|20)?\d{{2}}))?(?!\d)"
    ),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?,?(?:\s+(?P<year>(?:19|20)\d{{2}}))?"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*(?:년)?(?!\d)"),
]


@dataclass(frozen=True)
class Printed:
    """Parts of a printed date; what is not printed is None.

    Attributes
    ----------
    day, month, year : int or None
        As printed, day before month in numbers. Korean texts print the day of the month alone.
    weekday : str or None
        ``monday`` to ``sunday``.
    days_ago : int or None
        0 for *today*, 1 for *yesterday*.
    """

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: str | None = None
    days_ago: int | None = None


def read_printed(text: str) -> Printed:
    """Read a printed date into its parts.

    Parameters
    ----------
    text : str
        The expression as printed, e.g. ``"Kamis (5/11)"``, ``"July 4, 2013"`` or ``"2013년 7월
        4일(목)"``. Of several days (``"27 - 29 Agustus 2014"``) the first is read.

    Returns
    -------
    Printed

    Raises
    ------
    ArgumentError
        If there is no date, month, year or weekday in it.

    Examples
    --------
    >>> read_printed("Kamis (5/11)")
    Printed(day=5, month=11, year=None, weekday='thursday', days_ago=None)
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    plain = re.sub("[\u2012-\u2015]", "-", plain).translate(str.maketrans("年月日", "년월일"))
    found = [
        match for form in _FORMS if (match := form.search(plain)) and _possible(match.groupdict())
    ]
    # Of several expressions the fullest counts (a day and a month before a month, before a year),
    # then the first.
    found.sort(key=lambda match: (-_fullness(match.groupdict()), match.start()))
    parts: dict[str, int | None] = {"day": None, "month": None, "year": None}
    if found:
        parts |= {name: _number(name, value) for name, value in found[0].groupdict().items()}
    days_ago = next((ago for word, ago in _RELATIVE.items() if word in plain), None)
    read = Printed(**parts, weekday=_weekday(plain), days_ago=days_ago)
    if read == Printed():
        raise ArgumentError(
            f"no date in {text!r}. Give it as printed, such as 'Kamis (5/11)', '26 Mei 2023', 'July"
            " 2013' or '2013'."
        )
    return read


def _fullness(groups: dict[str, str | None]) -> int:
    return 2 * (groups.get("month") is not None) + (groups.get("day") is not None)


def _possible(groups: dict[str, str | None]) -> bool:
    day, month = (_number(name, groups.get(name)) for name in ("day", "month"))
    return (day is None or 1 <= day <= 31) and (month is None or 1 <= month <= 12)


def _number(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if name == "month" and not value.isdigit():
        return _MONTH_OF[value]
    number = int(value)
    return number + 2000 if name == "year" and number < 100 else number


def _weekday(plain: str) -> str | None:
    # "minggu lalu" and "minggu ini" are weeks, not Sundays.
    words = re.findall(r"[a-z']+", re.sub(r"\bminggu (lalu|ini|depan)\b", "", plain))
    latin = next((_WEEKDAY_OF[word] for word in words if word in _WEEKDAY_OF), None)
    korean = re.search(r"([월화수목금토일])요일|\(([월화수목금토일])\)", plain)
    return latin or (_KOREAN_WEEKDAYS[korean.group(1) or korean.group(2)] if korean else None)


def span(partial: str) -> tuple[dt.date, dt.date]:
    """First and last day of a partial ISO date.

    Parameters
    ----------
    partial : str
        ``2016``, ``2016-03`` or ``2016-03-02``.

    Returns
    -------
    tuple of date

    Raises
    ------
    ArgumentError
        If it is not such a date, or not in the calendar.

    Examples
    --------
    >>> [str(day) for day in span("2016-02")]
    ['2016-02-01', '2016-02-29']
    """
    if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", str(partial)):
        parts = [int(part) for part in str(partial).split("-")]
        try:
            first = dt.date(*parts, *[1] * (3 - len(parts)))
            ends = {
                1: (first.year + 1, 1, 1),
                2: (first.year + first.month // 12, first.month % 12 + 1, 1),
            }
            return first, (
                first if len(parts) == 3 else dt.date(*ends[len(parts)]) - dt.timedelta(days=1)
            )
        except ValueError:
            pass
    raise ArgumentError(
        f"{partial!r} is no date. Write 2016, 2016-03 or 2016-03-02, a day that the calendar has."
    )

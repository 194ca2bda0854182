"""``egovstudy add-event``: one event is asked for question by question, each answer checked as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from egovstudy.data.contribute import form
from egovstudy.data.contribute.additions import add_events, new_event_id
from egovstudy.data.contribute.contributions import check_contribution, errors, severity
from egovstudy.data.contribute.registry import CHECKS, ERROR, Contribution, Known, Row, address
from egovstudy.data.contribute.sheet_cells import Cell, tidy
from egovstudy.data.contribute.witnesses import PRECISION, days, said, witnesses
from egovstudy.data.tables import describe, load
from egovstudy.errors import EgovstudyError, Finding

Ask = Callable[[str], str]
Say = Callable[[str], object]

# In the order of the coding manual: read the source, copy its date, resolve it, code, write, look
# for a second source.
ORDER = (
    *form.WITNESS,
    *(
        "date",
        "date_precision",
        "date_end",
        "date_basis",
        "date_note",
        "partner_id",
        "partner_detail",
        "body_id",
    ),
    *(
        "body_detail",
        "indonesian_lead",
        "instrument",
        "stage",
        "act_status",
        "level",
        "learning",
        "themes",
        "city",
    ),
    *(
        "country_of_event",
        "term_end",
        "summary",
        *(f"{form.SECOND}{name}" for name in form.WITNESS),
    ),
    *("retrospective", "confidence", "event_id"),
)
ANSWERED = 1  # row number in findings of a dialogue; never shown
BACK, EXPLAIN, EMPTY = "<", "?", "."
HELP = (
    "? explains a question, < goes back one, Enter takes what stands in [ ], a full stop leaves the"
    " answer empty."
)


def add_by_asking(ask: Ask, say: Say) -> list[str]:
    """Ask for one event and add it.

    Parameters
    ----------
    ask : callable
        Shows a prompt and gives the answer, as ``input`` does; ``EOFError`` at the end of input.
    say : callable
        Shows a line.

    Returns
    -------
    list of str
        The new event id; empty if it was not to be written.

    Raises
    ------
    EgovstudyError
        If the input ends before the last answer; nothing is written.
    """
    try:
        return Interview(ask, say).run()
    except EOFError as error:
        raise EgovstudyError(
            "the input ended before the last question was answered. Nothing was written."
        ) from error


class Interview:
    """A dialogue about one event: the answers so far, and what they are held against."""

    def __init__(self, ask: Ask, say: Say) -> None:
        self.ask, self.say = ask, say
        self.known = Known.load()
        self.needed = set(form.needed())
        self.titles = _titles()
        self.answers: dict[str, str] = {}

    def run(self) -> list[str]:
        """Ask everything, show the row, write it if it is to be written."""
        self.say(f"One event, in the order of the coding manual (docs/coding-manual.md).\n{HELP}")
        self._ask_all(list(ORDER))
        while wrong := errors(self._findings()):
            for finding in wrong:
                self.say(f"  ! {finding.column}: {finding.message}")
            joined = {finding.column for finding in wrong}.union(
                *(CHECKS[finding.check].needs for finding in wrong)
            )
            self._ask_all([column for column in ORDER if column in joined])
        self.say("\nThe row:")
        for column in ORDER:
            if self.answers.get(column):
                self.say(f"  {column}: {self.answers[column]}")
        for finding in self._findings():
            self.say(f"  ? {finding.column} [{finding.check}] {finding.message}")
        while (reply := self.ask("Write it? yes or no: ").strip().lower()) not in (
            "yes",
            "y",
            "no",
            "n",
        ):
            self.say("  Please answer yes or no.")
        if reply.startswith("n"):
            self.say("Nothing was written.")
            return []
        return add_events([Row(ANSWERED, self.answers)], self.known)

    def _ask_all(self, columns: list[str]) -> None:
        place = 0
        while place < len(columns):
            column = columns[place]
            if self._is_idle(column):
                self.answers[column] = ""
                place += 1
            elif self._ask_one(column):
                place += 1
            else:  # back to the question that was last asked
                place = max(
                    (one for one in range(place) if not self._is_idle(columns[one])), default=0
                )

    def _is_idle(self, column: str) -> bool:
        """Whether earlier answers leave nothing to ask."""
        prefix = form.SECOND if column.startswith(form.SECOND) else ""
        name = column.removeprefix(prefix)
        url = self.answers.get(f"{prefix}source_url", "")
        if name in form.SOURCE_FIELDS[1:] and address(url) in self.known.sources:
            return True
        title = self.answers.get(f"{prefix}source_title", "")
        return bool(prefix) and name not in ("source_url", "source_title") and not (url or title)

    def _ask_one(self, column: str) -> bool:
        """Ask until the answer holds; False to go back."""
        while True:
            default = self._default(column)
            need = "" if column in self.needed else ", optional"
            shown = f" [{default}]" if default else ""
            reply = tidy(self.ask(f"{column} ({self.titles[column]}{need}){shown}: "))
            if reply == BACK:
                return False
            if reply == EXPLAIN:
                self._explain(column)
                continue
            self.answers[column] = "" if reply == EMPTY else reply or default
            wrong = list(self._wrong(column))
            for finding in wrong:
                mark = "!" if severity(finding) == ERROR else "?"
                back = (
                    ""
                    if finding.column == column
                    else f" To mend {finding.column}, go back with {BACK}."
                )
                self.say(f"  {mark} [{finding.check}] {finding.message}{back}")
            if not any(severity(finding) == ERROR for finding in wrong):
                self._tell_known(column)
                return True
            self.answers[column] = ""

    def _wrong(self, column: str) -> Iterator[Finding]:
        value = self.answers[column]
        fault = Cell(value).fault(column, column in form.DATES)
        if fault:
            yield Finding("", *fault, row=ANSWERED, column=column)
            return
        # Going back puts later answers out of sight: one of them may be what is to be mended.
        asked = ORDER[: ORDER.index(column) + 1]
        contribution = self._contribution(asked)
        for check in CHECKS.values():
            if column in check.needs and set(check.needs) <= set(asked):
                yield from check.run(contribution)
            elif not check.needs:
                yield from (
                    finding for finding in check.run(contribution) if finding.column == column
                )

    def _contribution(self, asked: Sequence[str] = ORDER) -> Contribution:
        cells = {column: self.answers.get(column, "") for column in asked}
        return Contribution("", (Row(ANSWERED, cells),), (), self.known)

    def _findings(self) -> list[Finding]:
        return check_contribution(self._contribution())

    def _default(self, column: str) -> str:
        """Offer an answer: the earlier one, what the printed dates give, the fineness of the date, a made id."""
        if self.answers.get(column):
            return self.answers[column]
        row = Row(ANSWERED, self.answers)
        if column in ("date", "date_basis"):
            answers = [answer for one in witnesses(row, self.known) if (answer := one.resolve())]
            if not answers:
                return ""
            if column == "date":
                self.say(f"  The printed date gives: {said(answers[0])}")
                return answers[0].date or ""
            return answers[0].rule if answers[0].date == row["date"] else ""
        if column == "date_precision" and days(row["date"]):
            return PRECISION[len(row["date"])]
        if column == "event_id":
            return new_event_id(row, set(self.known.events["event_id"]))
        return ""

    def _tell_known(self, column: str) -> None:
        if column.endswith("source_url"):
            table = self.known.sources.get(address(self.answers[column]))
            if table:
                about = ", ".join(
                    table[name] for name in ("title", "publisher", "date") if table[name]
                )
                self.say(f"  This source is known as {table['source_id']}: {about}.")

    def _explain(self, column: str) -> None:
        for line in explain(column):
            self.say(f"  {line}")


def _titles() -> dict[str, str]:
    titles = {}
    for column in ORDER:
        table, name = form.home(column)
        second = "second source: " if column.startswith(form.SECOND) else ""
        titles[column] = second + describe(table).loc[name, "title"].lower()
    return titles | {"themes": "one to three themes, separated by semicolons"}


def explain(column: str) -> list[str]:
    """Give the codebook entry of a column of the form: meaning, codes, and the rulings on it.

    Parameters
    ----------
    column : str
        A column of the form.

    Returns
    -------
    list of str
        Lines.

    Examples
    --------
    >>> any(line.startswith("loi") for line in explain("instrument"))
    True
    """
    table, name = form.home(column)
    entry = describe(table).loc[name]
    lines = [f"{entry['title']}. {entry['about']}"]
    lines += [
        f"{words}: {entry[key]}"
        for words, key in (("Example", "example"), ("Not this", "not_this"))
        if entry[key]
    ]
    register = form.REGISTERS.get(column)
    if column in form.code_lists():
        for code, row in load(form.code_lists()[column]).set_index("code").iterrows():
            lines.append(
                f"{code} ({row['label_en']}): {row['definition']} E.g. {row['example']}. Not:"
                f" {row['not_this']}."
            )
    elif register == "countries":
        lines.append("Three letters of ISO 3166-1, such as IDN or KOR.")
    elif register:
        rows = load(register)
        named = rows["name"] if "name" in rows else rows["name_en"]
        lines += [f"{key}: {words}" for key, words in zip(rows[column], named, strict=True)]
    elif column in form.codes():
        lines.append(f"One of: {', '.join(form.codes()[column])}.")
    about = {"theme": ("theme",), "press_text_id": ("press_text",)}.get(name, (name,))
    for ruling in load("rulings").itertuples(index=False):
        if ruling.variable in about:
            lines.append(
                f"{ruling.ruling} {ruling.question_en} {ruling.answer_en} E.g. {ruling.example}."
            )
    return [line for line in lines if not pd.isna(line)]

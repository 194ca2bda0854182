"""``egovstudy add-event``: one event is asked for, question by question, each answer checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from egovstudy.data.contribute import form
from egovstudy.data.contribute.additions import add_events, new_event_id
from egovstudy.data.contribute.contributions import Contribution, check_contribution, errors
from egovstudy.data.contribute.rules import CHECKS
from egovstudy.data.contribute.sheets import fault
from egovstudy.data.contribute.spreadsheets import Cell, tidy
from egovstudy.data.events import (
    PRECISION,
    SECOND,
    SOURCE_FIELDS,
    WITNESS,
    Event,
    Known,
    address,
    days,
    home,
    said,
)
from egovstudy.data.tables import describe, load
from egovstudy.errors import EgovstudyError, Finding

Ask = Callable[[str], str]
Say = Callable[[str], object]

# In the order of the coding manual: read the source, copy its date, resolve it, code, write, look
# for a second source.
ORDER = (
    *WITNESS,
    *("date", "date_precision", "date_end", "date_basis", "date_note"),
    *("partner_id", "partner_detail", "body_id", "body_detail", "indonesian_lead"),
    *("instrument", "stage", "act_status", "level", "learning", "themes"),
    *("city", "country_of_event", "term_end", "summary"),
    *(f"{SECOND}{name}" for name in WITNESS),
    *("retrospective", "confidence", "event_id"),
)
BACK, EXPLAIN, EMPTY = "<", "?", "."
YES_OR_NO = ("yes", "y", "no", "n")
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
        self.titles = {column: _title(column) for column in ORDER}
        self.answers: dict[str, str] = {}

    def run(self) -> list[str]:
        """Ask everything, show the row, write it if it is to be written."""
        self.say(f"One event, in the order of the coding manual (docs/coding-manual.md).\n{HELP}")
        self._ask_all(ORDER)
        while wrong := errors(self._findings()):
            again: set[str | None] = set()
            for finding in wrong:
                self.say(f"  ! {finding.column}: {finding.message}")
                again |= {finding.column, *CHECKS[finding.check].needs}
            self._ask_all([column for column in ORDER if column in again])
        self.say("\nThe row:")
        for column in ORDER:
            if self.answers[column]:
                self.say(f"  {column}: {self.answers[column]}")
        for finding in self._findings():
            self.say(f"  ? {finding.column} [{finding.check}] {finding.message}")
        while (reply := self.ask("Write it? yes or no: ").strip().lower()) not in YES_OR_NO:
            self.say("  Please answer yes or no.")
        if reply.startswith("n"):
            self.say("Nothing was written.")
            return []
        return add_events([self._event()])

    def _ask_all(self, columns: Sequence[str]) -> None:
        asked: list[str] = []  # so far, to go back to the last
        left = list(columns)
        while left:
            column = left.pop(0)
            if self._is_idle(column):
                self.answers[column] = ""
            elif self._ask_one(column):
                asked.append(column)
            else:
                back = asked.pop() if asked else column
                left = list(columns[columns.index(back) :])

    def _is_idle(self, column: str) -> bool:
        """Whether earlier answers leave nothing to ask."""
        prefix = SECOND if column.startswith(SECOND) else ""
        name = column.removeprefix(prefix)
        url = self.answers.get(f"{prefix}source_url", "")
        if name in SOURCE_FIELDS[1:] and address(url) in self.known.sources:
            return True
        title = self.answers.get(f"{prefix}source_title", "")
        return bool(prefix) and name not in SOURCE_FIELDS[:2] and not (url or title)

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
                for line in explain(column):
                    self.say(f"  {line}")
                continue
            self.answers[column] = "" if reply == EMPTY else reply or default
            wrong = list(self._wrong(column))
            for finding in wrong:
                elsewhere = finding.column != column
                back = f" To mend {finding.column}, go back with {BACK}." if elsewhere else ""
                mark = "!" if errors([finding]) else "?"
                self.say(f"  {mark} [{finding.check}] {finding.message}{back}")
            if not errors(wrong):
                self._tell_known(column)
                return True
            self.answers[column] = ""

    def _wrong(self, column: str) -> Iterator[Finding]:
        wrong = fault(Cell(self.answers[column]), column, column in form.DATES)
        if wrong:
            yield Finding("", *wrong, column=column)
            return
        # Going back puts later answers out of sight: one of them may be what is to be mended.
        asked = ORDER[: ORDER.index(column) + 1]
        event = self._event(asked)
        for check in CHECKS.values():
            if column in check.needs and set(check.needs) <= set(asked):
                yield from check.run([event], self.known)
            elif not check.needs:
                found = check.run([event], self.known)
                yield from (finding for finding in found if finding.column == column)

    def _event(self, asked: Sequence[str] = ORDER) -> Event:
        return self.known.event({column: self.answers.get(column, "") for column in asked})

    def _findings(self) -> list[Finding]:
        return check_contribution(Contribution("", (self._event(),), (), self.known))

    def _default(self, column: str) -> str:
        """Offer an answer: the earlier one, or what follows from the answers before."""
        event = self._event()
        if event[column]:
            return event[column]
        if column == "date_precision" and days(event["date"]):
            return PRECISION[len(event["date"])]
        if column == "event_id":
            return new_event_id(event, set(self.known.events["event_id"]))
        answers = event.answers() if column in ("date", "date_basis") else []
        if not answers:
            return ""
        if column == "date":
            self.say(f"  The printed date gives: {said(answers[0])}")
            return answers[0].date or ""
        return answers[0].rule if answers[0].date == event["date"] else ""

    def _tell_known(self, column: str) -> None:
        table = self.known.sources.get(address(self.answers[column]))
        if column.endswith("source_url") and table:
            about = [table[name] for name in ("title", "publisher", "date") if table[name]]
            self.say(f"  This source is known as {table['source_id']}: {', '.join(about)}.")


def _title(column: str) -> str:
    if column == "themes":
        return "one to three themes, separated by semicolons"
    table, name = home(column)
    second = "second source: " if column.startswith(SECOND) else ""
    return second + describe(table).loc[name, "title"].lower()


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
    table, name = home(column)
    entry = describe(table).loc[name]
    lines = [f"{entry['title']}. {entry['about']}"]
    for words, key in (("Example", "example"), ("Not this", "not_this")):
        if entry[key]:
            lines.append(f"{words}: {entry[key]}")
    register = form.REGISTERS.get(column)
    if column in form.code_lists():
        for row in load(form.code_lists()[column]).itertuples():
            meaning = f"{row.definition} E.g. {row.example}. Not: {row.not_this}."
            lines.append(f"{row.code} ({row.label_en}): {meaning}")
    elif register == "countries":
        lines.append("Three letters of ISO 3166-1, such as IDN or KOR.")
    elif register:
        rows = load(register)
        named = rows["name"] if "name" in rows else rows["name_en"]
        lines += [f"{key}: {words}" for key, words in zip(rows[column], named, strict=True)]
    elif column in form.codes():
        lines.append(f"One of: {', '.join(form.codes()[column])}.")
    variable = "press_text" if name == "press_text_id" else name
    rulings = load("rulings")
    for one in rulings[rulings["variable"].eq(variable)].itertuples():
        lines.append(f"{one.ruling} {one.question_en} {one.answer_en} E.g. {one.example}.")
    return lines

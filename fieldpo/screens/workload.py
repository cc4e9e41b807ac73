"""Workload: what the officer's open cases weigh, class by class, against what one officer can carry."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from fieldpo.plain import count
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.widgets.hung_lines import HungLines
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.screens.widgets.row_detail import RowDetail
from fieldpo.store.queries.caseload.workload import OfficerWorkload, workload_of, workload_summary
from fieldpo.supervision.written.codes import label_of

UNCOUNTED = "-"


class WorkloadScreen(FieldScreen):
    """A line a class; below, its cases by name and level."""

    AUTO_FOCUS = ""
    title_text = "WORKLOAD"
    section = ("workload",)
    help_text = (
        "The open cases of the caseload by the agency's weights. A case that no class takes is named, never guessed: "
        "its level or type is missing or none of the policy's."
    )
    DEFAULT_CSS = """
    WorkloadScreen #figures { height: auto; padding: 0 0 1 0; }
    WorkloadScreen RowDetail { height: 9; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: OfficerWorkload | None = None

    def body(self) -> ComposeResult:
        """The figures, the classes, the cases of one."""
        yield HungLines(id="figures")
        yield RecordTable(
            (Column("CLASS", 30), Column("CASES", 8), Column("EACH", 14), Column("POINTS", 12), Column("SHARE", 10))
        )
        yield RowDetail()

    def on_mount(self) -> None:
        """Ask for the cases."""
        self.refresh_records()
        self.query_one(RecordTable).focus()

    def refresh_records(self) -> None:
        """Weigh anew."""
        pack, user = self.shell.pack, self.shell.vault.identity.user_id
        self.load(lambda connection: workload_of(connection, pack, user), self._show)

    def watch_client_safe(self) -> None:
        """Other clients are hidden; the figures stay."""
        if self._known is not None:
            self._show(self._known)

    def _show(self, known: OfficerWorkload) -> None:
        self._known = known
        self.query_one(HungLines).tell(workload_summary(known))
        total = float(known.found.points) or 1
        rows = [
            TableRow(
                one.code,
                (
                    one.label,
                    str(one.cases),
                    known.each(one.code),
                    known.amount(one.points),
                    f"{float(one.points) / total:.0%}" if one.cases else "",
                ),
            )
            for one in known.found.classes
        ]
        if known.found.uncounted:
            rows.append(TableRow(UNCOUNTED, ("NOT COUNTED", str(len(known.found.uncounted)), "", "", "")))
        self.query_one(RecordTable).show(rows)
        self._tell()

    @on(RecordTable.RowHighlighted)
    def _tell(self) -> None:
        known, key = self._known, self.query_one(RecordTable).current_key
        if known is None or not key:
            return
        cases = known.of("" if key == UNCOUNTED else key)
        lines = [("WHY", known.found.why)] if key != UNCOUNTED else [("WHY", "No class takes their level and type.")]
        if self.client_safe:
            lines.append(("CASES", f"{count(len(cases), 'case')}; names are hidden in this view, F3 shows them"))
        else:
            pack = self.shell.pack
            named = (
                f"{one.person.short} {label_of(pack.levels, one.case.level) or 'no level'}"
                f"{'' if one.case.case_type == 'general' else ' ' + label_of(pack.case_types, one.case.case_type)}"
                for one in cases
            )
            lines.append(("CASES", ", ".join(named) or "none"))
        lines.append(("SOURCE", known.weights.source))
        self.query_one(RowDetail).tell(lines)

    def action_open(self) -> None:
        """The caseload."""
        self.shell.go("caseload")

    def action_cursor_down(self) -> None:
        """Next class."""
        self.query_one(RecordTable).action_cursor_down()

    def action_cursor_up(self) -> None:
        """Class above."""
        self.query_one(RecordTable).action_cursor_up()

"""Keys that are dealt with at once, in the order they were pressed, however fast they come.

Textual puts a key into the queue of the widget that has the focus at that moment: of two keys pressed in a burst the
second would still go to the row that the first one leaves. A widget here takes the key while it is handed over.
"""

from __future__ import annotations

from textual import events
from textual.widget import Widget


class AtOnce(Widget):
    """Write `take_key`; what it does not take goes the usual way."""

    def take_key(self, event: events.Key) -> bool:
        """Deal with the key; False where it is not for this widget."""
        del event
        return False

    def _forward_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and self.take_key(event):
            return
        super()._forward_event(event)

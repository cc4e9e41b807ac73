"""Drives a real headless Chromium over its DevTools pipe, as a person would: typing, clicking, reading."""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The program, where one is installed."""
    return next((found for found in map(shutil.which, PROGRAMS) if found), None)


class Browser:
    """One browser with one tab in which scripts are switched off."""

    def __init__(self, program: str, profile: Path) -> None:
        to_child, ours_out = os.pipe()
        ours_in, from_child = os.pipe()
        arguments = (
            f"{shlex.quote(program)} --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage "
            f"--no-first-run --disable-background-networking --user-data-dir={shlex.quote(str(profile))} "
            "--window-size=800,900 --remote-debugging-pipe about:blank"
        )
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", f"exec 3<&{to_child} 4>&{from_child}; exec {arguments}"],
            pass_fds=(to_child, from_child),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self._out = os.fdopen(ours_out, "wb", buffering=0)
        self._in = os.fdopen(ours_in, "rb")
        self._number = 0
        self._session: str | None = None
        self._events: list[dict[str, Any]] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        self._call("DOM.enable")
        self._call("Emulation.setScriptExecutionDisabled", value=True)

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self._events.clear()
        self._call("Page.navigate", url=url)
        self._wait("Page.loadEventFired")

    def type(self, selector: str, text: str) -> None:
        """Put text where the field's own stands."""
        node = self._node(selector)
        self._call("DOM.setAttributeValue", nodeId=node, name="value", value="")
        self._call("DOM.focus", nodeId=node)
        self._call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Click a button and wait for the page that follows."""
        node = self._node(selector)
        self._call("DOM.scrollIntoViewIfNeeded", nodeId=node)
        corners = self._call("DOM.getBoxModel", nodeId=node)["model"]["content"]
        x, y = (corners[0] + corners[4]) / 2, (corners[1] + corners[5]) / 2
        self._events.clear()
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self._wait("Page.loadEventFired")

    def html(self) -> str:
        """The page as it stands."""
        root = self._call("DOM.getDocument")["root"]["nodeId"]
        text: str = self._call("DOM.getOuterHTML", nodeId=root)["outerHTML"]
        return text

    def screenshot(self, path: Path) -> None:
        """A picture of the page, PNG."""
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(30)
        self._out.close()
        self._in.close()

    def _node(self, selector: str) -> int:
        root = self._call("DOM.getDocument")["root"]["nodeId"]
        node: int = self._call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        assert node, f"nothing on the page is {selector}"
        return node

    def _wait(self, event: str) -> None:
        while not any(each.get("method") == event for each in self._events):
            self._events.append(self._read())

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def _read(self) -> dict[str, Any]:
        raw = bytearray()
        while (char := self._in.read(1)) != b"\0":
            assert char, "the browser went away"
            raw += char
        found: dict[str, Any] = json.loads(raw)
        return found

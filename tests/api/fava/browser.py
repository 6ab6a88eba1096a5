"""Headless Chromium over its debugging pipe: load a page, run script in it, see what its console says."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any, Self

_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Browser:
    """One page in one browser; ``complaints`` are console errors, refused loads and opened dialogs."""

    def __init__(self, program: str, profile: Path) -> None:
        """Start the browser with an empty profile."""
        to_browser, self._writing = os.pipe()
        self._reading, from_browser = os.pipe()

        def pipe_ends() -> None:
            # Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
            reading, writing = os.dup(to_browser), os.dup(from_browser)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self._process = subprocess.Popen(
            [program, *_SWITCHES, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=pipe_ends,  # noqa: PLW1509  # it only moves descriptors
        )
        os.close(to_browser)
        os.close(from_browser)
        self.complaints: list[str] = []
        self._count, self._unread, self._session = 0, b"", None
        targets = self._send("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._send("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._send(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        os.close(self._writing)
        os.close(self._reading)

    def open(self, url: str, *, width: int = 1280, height: int = 900) -> None:
        """Load a page at this size (CSS pixels) and wait until Fava has drawn its report."""
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 700,
        )
        self._send("Page.navigate", url=url)
        # The title is empty before Fava's script has drawn the report: "- book", then "report - book".
        self.wait_for("document.readyState === 'complete' && !document.title.startsWith('-')")

    def wait_for(self, condition: str, seconds: int = 20) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > end:
                raise TimeoutError(condition)
            time.sleep(0.05)

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        answer = self._send("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    def picture(self, path: Path) -> None:
        """Save what the page looks like as a PNG."""
        path.write_bytes(base64.b64decode(self._send("Page.captureScreenshot")["data"]))

    def _send(self, method: str, **params: object) -> dict[str, Any]:
        self._count += 1
        message: dict[str, object] = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            chunk = os.read(self._reading, 1 << 16)
            if not chunk:
                raise EOFError("the browser has gone")
            self._unread += chunk
        message, _, self._unread = self._unread.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        if "method" not in event:  # the answer to the dialog below
            return
        params = event["params"]
        if event["method"] == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"].get("text")))
        elif event["method"] == "Runtime.consoleAPICalled" and params["type"] == "error":
            said = [value.get("value", value.get("description")) for value in params["args"]]
            self.complaints.append(str(said))
        elif event["method"] == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif event["method"] == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialog: {params['message']}")
            os.write(
                self._writing,
                json.dumps(
                    {
                        "id": 0,
                        "method": "Page.handleJavaScriptDialog",
                        "params": {"accept": True},
                        "sessionId": self._session,
                    },
                ).encode()
                + b"\0",
            )

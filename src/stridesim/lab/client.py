"""One open page: its messages, its pace, its work.

A page may ask as fast as a hand moves a slider; what it asked last is what counts. For each of its
two slots at most one stride is under way and one is waiting, and at most one sweep or search; a new
one takes the place of the old. A page that sends more than a hand can, or what is no message, is
told so, and one that goes on is let go.
"""

import asyncio
import json
import logging
import time
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from stridesim.lab import protocol
from stridesim.lab.solving import Solving
from stridesim.results import InputError

RATE: Final = 120.0
"""Messages a second that a page may send for long."""
BURST: Final = 240.0
"""And at once."""
MOST_REFUSED: Final = 50
"""Messages that may be wrong before the page is let go."""
AGAINST_THE_RULES: Final = 1008

_FAULT: Final = "a fault of the program; the terminal of 'stridesim lab' shows it"
_logger = logging.getLogger(__name__)


class Client:
    """The server's side of one page, from its first message to its last."""

    def __init__(self, socket: WebSocket, solving: Solving) -> None:
        self.socket, self.solving = socket, solving
        self._strides: dict[str, protocol.Solve] = {}
        self._long: protocol.Sweep | protocol.Adapt | None = None
        self._asked = {"quick": asyncio.Event(), "slow": asyncio.Event()}
        self._latest = -1
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Answer until the page is gone."""
        await self.socket.accept()
        work = [asyncio.create_task(self._answer_strides()), asyncio.create_task(self._do_long())]
        try:
            await self._listen()
        except (WebSocketDisconnect, RuntimeError):
            pass  # the page is gone, perhaps while it was answered
        finally:
            self._latest = -1
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _listen(self) -> None:
        room, since, refused = BURST, time.monotonic(), 0
        while True:
            event = await self.socket.receive()
            if event["type"] == "websocket.disconnect":
                return
            now = time.monotonic()
            room, since = min(BURST, room + RATE * (now - since)), now
            room -= 1
            if room < 0:
                await self.socket.close(AGAINST_THE_RULES, "too many messages")
                return
            try:
                await self._take(protocol.parse(event.get("text") or event.get("bytes") or ""))
            except InputError as error:
                refused += 1
                await self._send({"kind": "refused", "reason": str(error)})
                if refused >= MOST_REFUSED:
                    await self.socket.close(AGAINST_THE_RULES, "too many wrong messages")
                    return

    async def _take(self, message: protocol.Message) -> None:
        match message:
            case protocol.Solve():
                self._strides[message.slot] = message
                self._asked["quick"].set()
            case protocol.Sweep() | protocol.Adapt():
                self._long, self._latest = message, message.id
                self._asked["slow"].set()
            case protocol.Stop():
                self._long, self._latest = None, -1
            case protocol.Evidence():
                found = self.solving.evidence(message.name)
                await self._send(
                    {"kind": "evidence", "id": message.id, "name": message.name, **found}
                )
            case protocol.Load():
                found = await self._on("quick", self.solving.load, message)
                await self._send({"kind": "loaded", "id": message.id, **found})

    async def _answer_strides(self) -> None:
        while True:
            await self._asked["quick"].wait()
            self._asked["quick"].clear()
            for slot in protocol.SLOTS:  # what is in the hand comes first
                asked = self._strides.pop(slot, None)
                if asked is None:
                    continue
                if self._strides:
                    self._asked["quick"].set()
                await self._answered(asked)
                break

    async def _answered(self, asked: protocol.Solve) -> None:
        head = {"kind": "stride", "id": asked.id, "slot": asked.slot}
        try:
            picture = await self._on("quick", self.solving.picture, asked.runner)
        except InputError as error:
            await self._send(head | {"ok": False, "status": "refused", "reason": str(error)})
            return
        except Exception:
            _logger.exception("a stride of %s", asked.runner)
            await self._send(head | {"ok": False, "status": "not_finite", "reason": _FAULT})
            return
        # The picture is bytes already; many pages may look at the same.
        await self._send_text(json.dumps(head)[:-1] + "," + picture.decode()[1:])

    async def _do_long(self) -> None:
        while True:
            await self._asked["slow"].wait()
            self._asked["slow"].clear()
            asked, self._long = self._long, None
            if asked is None:
                continue
            try:
                await (self._sweep(asked) if isinstance(asked, protocol.Sweep) else
                       self._adapt(asked))  # fmt: skip
            except InputError as error:
                await self._send({"kind": "refused", "id": asked.id, "reason": str(error)})
            except (WebSocketDisconnect, RuntimeError):
                return  # the page is gone
            except Exception:
                _logger.exception("%s", asked)
                await self._send({"kind": "refused", "id": asked.id, "reason": _FAULT})

    async def _sweep(self, asked: protocol.Sweep) -> None:
        parts = self.solving.sweep(asked, lambda: self._latest == asked.id)
        while (part := await self._on("slow", next, parts, None)) is not None:
            await self._send({"kind": "swept", "id": asked.id, **part})

    async def _adapt(self, asked: protocol.Adapt) -> None:
        loop, way = asyncio.get_running_loop(), asyncio.Queue[dict[str, Any] | None]()

        def tell(step: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(way.put_nowait, step)

        def search() -> dict[str, Any]:
            try:
                return self.solving.adapt(
                    asked.runner, asked.free, lambda: self._latest == asked.id, tell
                )
            finally:
                loop.call_soon_threadsafe(way.put_nowait, None)

        searching = asyncio.ensure_future(self._on("slow", search))
        while (step := await way.get()) is not None:
            if self._latest == asked.id:
                await self._send({"kind": "way", "id": asked.id, **step})
        found = await searching
        await self._send({"kind": "adapted", "id": asked.id, **found})

    async def _on(self, thread: str, call: Any, *arguments: Any) -> Any:
        pool = self.solving.quick if thread == "quick" else self.solving.slow
        return await asyncio.get_running_loop().run_in_executor(pool, call, *arguments)

    async def _send(self, message: dict[str, Any]) -> None:
        await self._send_text(json.dumps(message, separators=(",", ":"), allow_nan=False))

    async def _send_text(self, text: str) -> None:
        async with self._sending:
            await self.socket.send_text(text)

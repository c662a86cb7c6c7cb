"""The server of the page, without a browser: answers, safety, pace."""

import itertools
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import evaluate_points
from stridesim.lab.client import MOST_REFUSED
from stridesim.lab.server import app_of
from stridesim.lab.solving import Solving
from stridesim.runner import Runner
from stridesim.runner.runner import runner_from_tables

ORIGIN = {"origin": "http://127.0.0.1:8765"}
TALK = "ws://127.0.0.1:8765/talk"


@pytest.fixture(scope="module")
def solving() -> Iterator[Solving]:
    made = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL)
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(solving: Solving) -> Iterator[TestClient]:
    with TestClient(app_of(solving), base_url="http://127.0.0.1:8765") as client:
        yield client


def _until(socket: Any, kind: str, **parts: Any) -> dict[str, Any]:
    for _ in range(300):
        message = socket.receive_json()
        if message["kind"] == kind and all(message.get(k) == v for k, v in parts.items()):
            return message
    raise AssertionError(f"no {kind} {parts}")


def _solve(socket: Any, number: int, settings: dict[str, float], **parts: Any) -> dict[str, Any]:
    runner = {"settings": settings, **parts}
    socket.send_json({"kind": "solve", "id": number, "runner": runner})
    return _until(socket, "stride", id=number)


def test_the_page_is_served_with_its_safety(page: TestClient) -> None:
    for path in ("/", "/static/main.js", "/static/style.css", "/static/text/de.json", "/facts.json",
                 "/bands/3.5.json", "/static/vendor/uPlot.LICENSE"):  # fmt: skip
        found = page.get(path)
        assert found.status_code == 200, path
        assert found.headers["content-security-policy"].startswith("default-src 'self';")
        assert found.headers["x-content-type-options"] == "nosniff"
    assert page.get("/bands/3.6.json").status_code == 404
    assert page.get("/static/../server.py").status_code == 404
    assert page.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_stride_is_what_the_library_says(page: TestClient) -> None:
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        found = _solve(socket, 1, {"hip.strength": 0.8})
        expected = evaluate_points(Runner.load(), {"hip.strength": 0.8})
        cost = found["numbers"]["cost_of_transport"]
        assert cost == pytest.approx(float(expected["cost_of_transport"][0]), rel=1e-5)
        assert found["values"]["hip.strength"] == 0.8
        assert sum(found["cost"]["muscle"].values()) == pytest.approx(
            sum(found["cost"]["phase"][name] for name in ("stance", "swing")), rel=1e-4
        )
        assert len(found["frames"]["knee"]) == 3 * 64


def test_an_infeasible_setting_names_what_cannot_do_it(page: TestClient) -> None:
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        weak = _solve(socket, 1, {"tendon.stiffness_scale": 0.4})
        assert not weak["ok"]
        assert (weak["culprit"]["kind"], weak["culprit"]["name"]) == ("muscle", "soleus")
        assert "frames" not in weak
        fast = _solve(socket, 2, {"task.speed": 6.0})
        assert fast["culprit"]["kind"] == "joint"
        assert _solve(socket, 3, {})["ok"]


def test_of_many_questions_the_last_is_answered(page: TestClient) -> None:
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        for k in range(60):
            runner = {"settings": {"hip.strength": round(0.9 + 0.005 * k, 3)}}
            socket.send_json({"kind": "solve", "id": k, "runner": runner})
        answered = 0
        while True:
            message = socket.receive_json()
            answered += 1
            if message["id"] == 59:
                break
        assert answered < 60


def test_hostile_messages_are_refused_and_the_page_lives(page: TestClient) -> None:
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        for text in ("", "{", "[]", '{"kind": "solve"}', '{"kind": "load", "id": 1, "text": "["}',
                     '{"kind":"load","id":1,"name":"\\u0000","text":"name = 3"}',
                     '{"kind":"solve","id":1,"runner":{"base":"../../etc/passwd"}}'):  # fmt: skip
            socket.send_text(text)
            message = socket.receive_json()
            assert message["kind"] == "refused" or message["status"] == "refused"
        socket.send_bytes(b"\xff\xfe")
        assert socket.receive_json()["kind"] == "refused"
        assert _solve(socket, 2, {})["ok"]


def test_who_goes_on_with_nonsense_is_let_go(page: TestClient) -> None:
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        for _ in range(MOST_REFUSED):
            socket.send_text("{")
            socket.receive_json()
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


def test_who_floods_is_let_go(page: TestClient) -> None:
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        for k in range(1000):
            socket.send_text(json.dumps({"kind": "stop", "id": k}))
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:80"}]
)
def test_only_its_own_page_may_talk(page: TestClient, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        page.websocket_connect(TALK, headers=headers) as socket,
    ):
        socket.receive_json()


def test_a_sweep_fills_in_and_agrees_with_the_library(page: TestClient) -> None:
    axes = [
        {"path": "hip.strength", "low": 0.6, "high": 1.2, "points": 9},
        {"path": "task.speed", "low": 3.0, "high": 6.0, "points": 10},
    ]
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        socket.send_json({"kind": "sweep", "id": 5, "runner": {}, "axes": axes,
                          "output": "contact_time"})  # fmt: skip
        values = np.full(90, np.nan)
        status = np.full(90, "", object)
        parts = 0
        while True:
            part = _until(socket, "swept", id=5)
            parts += 1
            values[part["points"]] = [np.nan if v is None else v for v in part["values"]]
            status[part["points"]] = part["status"]
            if part["done"] == part["of"]:
                break
    assert parts == 2
    hip, speed = np.meshgrid(np.linspace(0.6, 1.2, 9), np.linspace(3, 6, 10), indexing="ij")
    points = {"hip.strength": hip.ravel(), "task.speed": speed.ravel()}
    expected = evaluate_points(Runner.load(), points)
    assert list(status) == list(expected["status"])
    assert {"ok", "strength_too_low"} <= set(status)
    np.testing.assert_allclose(values, expected["contact_time"], rtol=1e-5)


def test_the_runner_adapts_and_shows_the_way(page: TestClient) -> None:
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        held = _solve(socket, 1, {"posture.knee_flexion_at_contact": 35.0})
        runner = {"settings": {"posture.knee_flexion_at_contact": 35.0}}
        free = ["gait.step_frequency", "leg.stiffness"]
        socket.send_json({"kind": "adapt", "id": 2, "runner": runner, "free": free})
        way = [_until(socket, "way", id=2)]
        while (message := socket.receive_json())["kind"] == "way":
            way.append(message)
        assert message["kind"] == "adapted"
        costs = [held["numbers"]["cost_of_transport"], *(step["cost"] for step in way)]
        assert all(b <= a for a, b in itertools.pairwise(costs))
        assert set(message["choices"]) == set(free)
        found = _solve(socket, 3, runner["settings"] | message["choices"])
        assert found["numbers"]["cost_of_transport"] == pytest.approx(message["cost"], rel=1e-4)


def test_a_runner_file_is_taken_over_and_handed_out(page: TestClient) -> None:
    runner = Runner.load().with_(mass=60.0)
    text = runner.to_toml().replace('"rbds011"', '"<img src=x onerror=alert(1)>"')
    with page.websocket_connect(TALK, headers=ORIGIN) as socket:
        socket.send_json({"kind": "load", "id": 1, "name": "me.toml", "text": text})
        found = _until(socket, "loaded", id=1)
        assert found["name"] == "<img src=x onerror=alert(1)>"
        assert found["values"]["body.mass"] == 60.0
        assert _solve(socket, 2, {}, base=found["base"])["ok"]
        asked = json.dumps({"base": found["base"], "settings": {"hip.strength": 0.7}})
        saved = page.get("/stride.toml", params={"runner": asked})
        again = runner_from_tables(tomllib.loads(saved.text), "saved")
        assert (float(again.body.mass), float(again.hip.strength)) == (60.0, 0.7)
        socket.send_json({"kind": "load", "id": 2, "name": "bad.toml", "text": "[body]\nmass = 3"})
        assert "bad.toml: body.mass" in _until(socket, "refused")["reason"]


def test_files_of_a_stride(page: TestClient) -> None:
    found = page.get("/stride.csv", params={"runner": '{"settings": {"task.speed": 4}}'})
    assert found.headers["content-disposition"] == 'attachment; filename="stride.csv"'
    rows = found.text.split("\n")
    assert rows[1].startswith("speed,4.0,m/s,")
    assert any(row.startswith("time [s],") for row in rows)
    for query, code in (('{"settings": {"task.speed": 40}}', 400), ("{", 400),
                        ('{"settings": {"task.speed": 8}}', 400)):  # fmt: skip
        assert page.get("/stride.csv", params={"runner": query}).status_code == code
    assert page.get("/stride.exe").status_code == 404


def test_pages_share_what_was_computed(page: TestClient, solving: Solving) -> None:
    sockets = [page.websocket_connect(TALK, headers=ORIGIN) for _ in range(20)]
    opened = [socket.__enter__() for socket in sockets]
    try:
        for socket in opened:
            runner = {"settings": {"hip.strength": 0.777}}
            socket.send_json({"kind": "solve", "id": 1, "runner": runner})
        answers = [json.dumps(_until(socket, "stride", id=1)) for socket in opened]
    finally:
        for socket in sockets:
            socket.__exit__(None, None, None)
    assert len(set(answers)) == 1
    kept = [key for key in solving._kept if ("hip.strength", 0.777) in key[1]]
    assert len(kept) == 1


def test_where_it_is_open_to_others_a_token_opens_it(solving: Solving) -> None:
    app = app_of(solving, hosts=("lab.example",), token="secret")
    with TestClient(app, base_url="http://lab.example", follow_redirects=False) as client:
        for path in ("/", "/facts.json", "/stride.toml", "/?token=wrong"):
            assert client.get(path).status_code == 403
        origin = {"origin": "http://lab.example"}
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("ws://lab.example/talk", headers=origin) as socket,
        ):
            socket.receive_json()
        opened = client.get("/?token=secret")
        assert opened.status_code == 303
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert client.get("/facts.json").status_code == 200
        assert client.get("/facts.json", headers={"host": "evil.example"}).status_code == 400

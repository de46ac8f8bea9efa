"""Listening, hanging up, and what a server must not do."""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import freezegun
import httpx
import pytest

from cloud_fake import FakeCloud
from cloud_fake.server import connection

COUNT = {"action": "database.calculateDocument", "collectionName": "todos", "queryType": "WHERE"}


def raw(server: Any, sent: bytes) -> bytes:
    """What the server says to these bytes before it hangs up."""
    with socket.create_connection((server.host, server.port), timeout=5) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := line.recv(65536):
                said += piece
    return said


def test_a_port_is_open_while_the_server_is(served: FakeCloud) -> None:
    with served.serve() as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert httpx.post(f"{server.url}/admin", json=COUNT).json()["data"] == {"total": 0}
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    server.close()


def test_two_servers_of_two_clouds_are_apart() -> None:
    clouds = [FakeCloud(env="dev", collections=["todos"]) for _ in range(2)]
    clouds[0].seed({"todos": [{}]})
    with clouds[0].serve() as one, clouds[1].serve() as other:
        totals = [httpx.post(f"{it.url}/admin", json=COUNT).json()["data"] for it in (one, other)]
    assert totals == [{"total": 1}, {"total": 0}]


def test_the_port_may_be_chosen_and_is_free_again(served: FakeCloud) -> None:
    with served.serve() as server:
        port = server.port
    with served.serve(port=port) as server:
        assert server.port == port


def test_a_fixture_serves_the_test_s_cloud(cloud: FakeCloud, cloud_server: Any) -> None:
    cloud.create_collection("todos")
    assert httpx.post(f"{cloud_server.url}/admin", json=COUNT).json()["data"] == {"total": 0}


def test_the_variables_lead_the_server_sdks_here(server: Any) -> None:
    assert json.loads(server.env["TCB_CONTEXT_CNFG"]) == {"URL": f"{server.url}/admin"}
    assert {"TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "SCF_NAMESPACE"} <= set(server.env)


def test_closing_hangs_up_on_everybody(served: FakeCloud) -> None:
    server = served.serve()
    before = threading.active_count()
    with httpx.Client(base_url=server.url) as client:
        client.post("/admin", json=COUNT)
        server.close()
        with pytest.raises(httpx.TransportError):
            client.post("/admin", json=COUNT)
    assert threading.active_count() < before


def test_many_connections_lose_nothing(served: FakeCloud, server: Any) -> None:
    def work(number: int) -> None:
        body = {"action": "database.insertDocument", "collectionName": "todos"}
        with httpx.Client(base_url=server.url) as client:
            for turn in range(125):
                data = [json.dumps({"_id": f"{number}/{turn}"})]
                said = client.post("/admin", json={**body, "data": data}).json()
                assert said["data"]["insertedIds"] == [f"{number}/{turn}"]

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    assert served.server.database().collection("todos").count().total == 2000
    assert len(served.calls.to("database.todos.add")) == 2000


def test_a_frozen_process_stops_no_line(served: FakeCloud) -> None:
    """Libraries that fake the clock fake the one that event loops go by, too."""
    with freezegun.freeze_time("2030-01-01"), served.serve() as server:
        with httpx.Client(base_url=server.url) as client:
            for _ in range(3):
                assert client.post("/admin", json=COUNT).status_code == 200
                served.clock.advance(hours=1)
        assert served.calls[-1].at.isoformat() == "2030-01-01T02:00:00+00:00"


def test_a_function_may_call_the_server_that_runs_it(served: FakeCloud, server: Any) -> None:
    @served.function("outer")
    def outer(event: Any, context: Any) -> Any:
        return httpx.post(f"{server.url}/v1/functions/add", json={"x": 1, "y": 2}).json()["sum"]

    with ThreadPoolExecutor(8) as pool:
        url = f"{server.url}/v1/functions/outer"
        assert list(pool.map(lambda _: httpx.post(url).json(), range(8))) == [3] * 8


# --- for whom it is not --------------------------------------------------------------------------

FOREIGN = [
    ({"host": "evil.example"}, 403),
    ({"host": "127.0.0.1.evil.example"}, 403),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"host": "localhost"}, 200),
    ({"host": "[::1]:80"}, 200),
    ({"origin": "http://localhost:5173"}, 200),
    ({"origin": "https://servicewechat.com"}, 200),
]


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
def test_foreign_names_and_pages_are_refused(
    http: httpx.Client, headers: dict[str, str], status: int
) -> None:
    assert http.post("/admin", json=COUNT, headers=headers).status_code == status


def test_a_name_of_one_s_own_may_be_added(served: FakeCloud) -> None:
    with served.serve(hosts=["cloud.test"]) as server:
        headers = {"host": f"cloud.test:{server.port}"}
        assert httpx.post(f"{server.url}/admin", json=COUNT, headers=headers).status_code == 200


def test_a_page_of_this_machine_may_ask_first(http: httpx.Client) -> None:
    origin = {"origin": "http://localhost:5173", "access-control-request-headers": "x-seqid"}
    reply = http.options("/web", headers=origin)
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert reply.headers["access-control-allow-headers"] == "x-seqid"


PROXIED = [
    (b"POST http://dev.tcb-api.tencentcloudapi.com/admin HTTP/1.1", b"200"),
    (b"POST http://tcb-admin.tencentyun.com/admin HTTP/1.1", b"200"),
    (b"POST http://example.com/admin HTTP/1.1", b"403"),
    (b"CONNECT example.com:443 HTTP/1.1", b"403"),
    (b"GET file:///etc/passwd HTTP/1.1", b"403"),
]


@pytest.mark.parametrize(("line", "status"), PROXIED)
def test_as_a_proxy_it_knows_the_platform_only(server: Any, line: bytes, status: bytes) -> None:
    body = json.dumps(COUNT).encode()
    head = b"\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert raw(server, line + head + body).split()[1] == status


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "/../../etc/passwd", "/%2e%2e/etc/passwd", "/links/../../etc/passwd",
     "/links/localhost/etc/passwd", "/cos/x/../../../etc/passwd"],
)  # fmt: skip
def test_no_path_leads_to_a_file_of_this_machine(server: Any, path: str) -> None:
    said = raw(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert said.split()[1] in (b"400", b"403", b"404", b"405")
    assert b"root:" not in said


def test_an_upload_of_a_path_is_no_upload_of_a_file(
    http: httpx.Client, server: Any, tmp_path: Path
) -> None:
    token = {"access_token": server.open_api_token()}
    (tmp_path / "secret").write_text("secret")
    body = {"env": "dev-1a2b3c", "collection_name": "todos", "file_type": 1, "conflict_mode": 1}
    asked = {**body, "file_path": str(tmp_path / "secret")}
    job = http.post("/tcb/databasemigrateimport", params=token, json=asked).json()["job_id"]
    query = {"env": "dev-1a2b3c", "job_id": job}
    told = http.post("/tcb/databasemigratequeryinfo", params=token, json=query).json()
    assert (told["status"], told["error_msg"]) == ("fail", "STORAGE_FILE_NONEXIST")


# --- what is too much ----------------------------------------------------------------------------


def test_a_body_has_a_limit(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_BODY", 1000)
    announced = b"POST /admin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000\r\n\r\n"
    assert raw(server, announced + b"x" * 2000).split()[1] == b"413"
    chunked = b"POST /admin HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(server, chunked + (b"1f4\r\n" + b"x" * 500 + b"\r\n") * 3).split()[1] == b"413"


def test_headers_have_a_limit(server: Any) -> None:
    said = raw(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nx: " + b"y" * 100_000 + b"\r\n\r\n")
    assert said.split()[1] == b"431"


@pytest.mark.parametrize(
    "sent", ["POST /admin HTTP/1.1\r\nHos", "{head}Content-Length: 5\r\n\r\n{{"]
)
def test_a_request_that_stops_midway_is_hung_up_on(
    server: Any, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.05)
    head = "POST /admin HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection((server.host, server.port), timeout=5) as line:
        line.sendall(sent.format(head=head).encode())
        assert line.recv(1000) == b""


@pytest.mark.parametrize(
    ("begun", "piece"),
    [
        (b"POST /admin HTTP/1.1\r\n", b"x: y\r\n"),
        (b"POST /admin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n", b" "),
        (
            b"POST /admin HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\n \r\n",
        ),
    ],
    ids=["head", "body", "chunks"],
)
def test_a_request_without_an_end_is_hung_up_on_however_much_of_it_comes(
    server: Any, monkeypatch: pytest.MonkeyPatch, begun: bytes, piece: bytes
) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.05)
    monkeypatch.setattr(connection, "MAX_HEADERS", 20_000_000)
    with socket.create_connection((server.host, server.port), timeout=5) as line:
        line.sendall(begun)
        with pytest.raises(ConnectionError):
            drip(line, piece)


def drip(line: socket.socket, piece: bytes) -> None:
    """Send a little, again and again."""
    for _ in range(1_000_000):
        line.sendall(piece)


def test_only_what_comes_in_pieces_is_hurried_and_only_until_it_is_there(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurries: queue.Queue[Timer] = queue.Queue()
    monkeypatch.setattr(connection, "Timer", lambda *told: Timer(hurries, *told))
    body = json.dumps(COUNT).encode()
    head = b"POST /admin HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection((server.host, server.port), timeout=5) as line:
        for begun, rest in [(head, body), (b"", head + body), (head[:9], head[9:] + body)]:
            line.sendall(begun)
            hurry = hurries.get(timeout=5) if begun else None
            line.sendall(rest)
            assert line.recv(10_000).startswith(b"HTTP/1.1 200")
            assert hurry is None or hurry.is_over
    assert hurries.empty()


class Timer:
    """A timer whose time never comes."""

    daemon = is_over = False

    def __init__(self, begun: queue.Queue[Timer], seconds: float, _action: Any) -> None:
        assert seconds == connection.PATIENCE
        self._begun = begun

    def start(self) -> None:
        assert self.daemon
        self._begun.put(self)

    def cancel(self) -> None:
        self.is_over = True


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "1" * 10_000, "\\", '"\\ud800"'])
def test_nonsense_is_answered_as_the_platform_does(http: httpx.Client, text: str) -> None:
    reply = http.post("/admin", content=text)
    assert (reply.status_code, reply.json()["code"]) == (200, "INVALID_PARAM")


def test_deep_records_are_refused(http: httpx.Client) -> None:
    deep = '{"a":' * 300 + "1" + "}" * 300
    body = {"action": "database.insertDocument", "collectionName": "todos", "data": [deep]}
    assert http.post("/admin", json=body).json()["code"] == "INVALID_PARAM"


# --- HTTP ----------------------------------------------------------------------------------------


def test_several_requests_share_a_line_also_pipelined(server: Any) -> None:
    body = json.dumps(COUNT).encode()
    one = b"POST /admin HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert raw(server, (one + body) * 3).count(b"HTTP/1.1 200") == 3


def test_a_client_may_wait_for_100_continue(server: Any) -> None:
    head = b"POST /admin HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
    with socket.create_connection((server.host, server.port), timeout=5) as line:
        line.sendall(head + b"Content-Length: 2\r\nConnection: close\r\n\r\n")
        assert line.recv(1000).startswith(b"HTTP/1.1 100")
        line.sendall(b"{}")
        assert line.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9\r\n\r\n"])
def test_what_is_no_http_is_refused(server: Any, sent: bytes) -> None:
    assert raw(server, sent).split()[1] == b"400"


def test_what_nobody_foresaw_is_the_platform_s_error(
    served: FakeCloud, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cloud_fake.server.families import records

    monkeypatch.setattr(records, "count", lambda *_: 1 / 0)
    said = http.post("/admin", json=COUNT).json()
    assert (said["code"], said["message"]) == ("SYS_ERR", "internal error: ZeroDivisionError")
    assert "server: /admin raised ZeroDivisionError" in str(served.calls)

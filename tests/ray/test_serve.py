"""Serve around a stand-in application and scorer: threads, errors as themselves, bounded queues, cut streams."""

import contextlib
import json
import os
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.ray


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Web:
    """A small HTTP client."""

    def __init__(self, port):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def predict(self, **row):
        """(status, body, headers)"""
        request = urllib.request.Request(self.url + "/predict", json.dumps(row).encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer), answer.headers
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            return error.code, json.loads(text) if text.startswith("{") else text, error.headers


@pytest.fixture(scope="module")
def config(ray_cluster):
    from automl.serving.ray_serve import ServeConfig

    return ServeConfig(
        host="127.0.0.1",
        port=free_port(),
        app_factory="standins:echo_app",
        scorer_factory="standins:echo_scorer",
        settings="the settings",
        max_streams=50,
    )


@pytest.fixture(scope="module")
def web(config):
    from ray import serve

    from automl.serving import ray_serve

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ray_serve, "_SCORING", 2)
        patch.setattr(ray_serve, "_SCORING_QUEUED", 1)
        ray_serve.deploy(config)
    yield Web(config.port)
    serve.shutdown()


def test_the_scorer_answers_from_a_process_of_its_own(web):
    status, body, _ = web.predict(x=1)
    assert status == 200
    assert (body["tenant"], body["id"]) == ("a tenant", "mdl_x")
    assert len({body["api"], body["scorer"], os.getpid()}) == 3


def test_errors_arrive_as_themselves(web):
    assert web.predict(fail=1)[:2] == (418, {"kind": "InvalidInputError", "code": "bad_row"})


def test_a_defect_is_no_overload_and_harms_nobody_else(web):
    assert web.predict(**{"break": 1})[0] == 500
    assert web.predict(x=1)[0] == 200


def test_a_slow_model_does_not_stop_others(web):
    slow = threading.Thread(target=web.predict, kwargs={"sleep": 3})
    slow.start()
    time.sleep(0.2)
    began = time.monotonic()
    assert web.predict(x=1)[0] == 200
    assert time.monotonic() - began < 2.0
    slow.join()


def test_a_full_queue_is_refused_at_once(web):
    answers = []
    askers = [threading.Thread(target=lambda: answers.append(web.predict(sleep=1.5))) for _ in range(8)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    refused = [body for status, body, _ in answers if status == 418]
    assert 0 < len(refused) < 8
    assert {json.dumps(each) for each in refused} == {'{"kind": "OverloadedError", "code": "overloaded"}'}
    assert web.predict(x=1)[0] == 200


def test_a_closed_stream_is_cut(web, wait_for):
    before = web.get("/cut")
    with contextlib.closing(socket.create_connection(("127.0.0.1", web.port))) as line:
        line.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        while b": beat" not in line.recv(65536):
            pass
    wait_for(lambda: web.get("/cut") == before + 1)


def test_streams_leave_room_for_requests(web):
    lines = []
    for _ in range(40):
        line = socket.create_connection(("127.0.0.1", web.port))
        line.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        lines.append(line)
    for line in lines:
        assert line.recv(65536)
    assert web.predict(x=1)[0] == 200
    for line in lines:
        line.close()


def test_the_config_as_plain_values(config):
    from automl.serving.ray_serve import arguments, config_of

    assert config_of(arguments(config)) == config


def test_deployments_take_no_cpu(web):
    import ray

    assert ray.available_resources().get("CPU") == 2.0


def test_the_builder_of_a_config_file():
    """`serve_app:build` is what config files name."""
    import serve_app

    application = serve_app.build({"server.max_streams": 7})
    assert application._bound_deployment.name == "Api"

"""The recipe for conda, the image and its composition fit the project."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from tools.release.recipe import recipe

from packaged import PROJECT
from pfocr_kg.cli.app import app
from places import ROOT

PACKAGING = ROOT / "packaging"
IMAGE = (PACKAGING / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
COMPOSED = yaml.safe_load((PACKAGING / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: it for name, it in COMPOSED["services"].items() if "build" in it}


class Healthy(BaseHTTPRequestHandler):
    """Has the page of health that `pfocr-kg serve` has, and no other."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.*)$", IMAGE, re.M)


def runs(words: list[str]) -> None:
    """The command line takes these words."""
    app.commands[words[0]].make_context(words[0], words[1:])


def ranges(texts: list[str]) -> dict[str, set[str]]:
    """The bounds of each package."""
    wanted = [Requirement(text.replace(" ", "", 1)) for text in texts]
    return {each.name.lower(): {str(bound) for bound in each.specifier} for each in wanted}


def test_recipe_has_what_the_project_says() -> None:
    made = recipe()
    assert (made["package"]["name"], made["package"]["version"]) == (
        PROJECT["name"],
        PROJECT["version"],
    )
    python = f"python {PROJECT['requires-python']}"
    assert ranges(made["requirements"]["run"]) == ranges([python, *PROJECT["dependencies"]])
    built = [text for text in made["requirements"]["host"] if not text.startswith("pip")]
    assert ranges(built) == ranges([python, "hatchling >=1.27,<2"])
    assert made["build"]["entry_points"] == [
        f"{name} = {target}" for name, target in PROJECT["scripts"].items()
    ]
    assert made["about"]["summary"] == PROJECT["description"]
    assert made["about"]["license"] == PROJECT["license"]


def test_image_is_built_from_files_that_its_context_has() -> None:
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            for source in line.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source.split('/')[0]}" in kept, source


def test_image_has_a_python_that_the_project_names() -> None:
    tags = set(re.findall(r"docker.io/library/python:([\d.]+)-slim", IMAGE))
    assert len(tags) == 1
    assert f"Programming Language :: Python :: {tags.pop()}" in PROJECT["classifiers"]


def test_image_runs_as_nobody_and_serves() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    (entry,), (command,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert json.loads(entry) == [*PROJECT["scripts"]]
    runs(json.loads(command))


def test_health_check_asks_the_page_of_health() -> None:
    (check,) = re.findall(r"^HEALTHCHECK .* CMD (.*)$", IMAGE, re.M)
    check = json.loads(check)[2]
    with HTTPServer(("127.0.0.1", 0), Healthy) as server, ThreadPoolExecutor(1) as pool:
        done = pool.submit(server.serve_forever, 0.01)
        try:
            exec(check.replace(":8000/", f":{server.server_port}/"))
            with pytest.raises(OSError, match="404"):
                exec(check.replace(":8000/health", f":{server.server_port}/heath"))
        finally:
            server.shutdown()
            done.result()


@pytest.mark.parametrize("name", OURS)
def test_services_of_ours_are_closed_and_run_commands_that_there_are(name: str) -> None:
    service: dict[str, Any] = OURS[name]
    assert service["image"] == f"pfocr-kg:{PROJECT['version']}"
    assert (PACKAGING / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    if "command" in service:
        runs(service["command"])


def test_composition_opens_ports_of_this_machine_only_and_names_its_volumes() -> None:
    for service in COMPOSED["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        for volume in service["volumes"]:
            assert volume[0] == "$" or volume.split(":")[0] in COMPOSED["volumes"], volume
        assert set(service.get("depends_on", ())) <= set(COMPOSED["services"])


def test_pages_show_this_version() -> None:
    text = (ROOT / "docs" / "guides" / "install.md").read_text(encoding="utf-8")
    assert set(re.findall(r"pfocr[-_]kg[:-](\d[\d.]*\d)", text)) == {PROJECT["version"]}

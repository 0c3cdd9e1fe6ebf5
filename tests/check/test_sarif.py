"""Reports as SARIF 2.1.0: what code review reads must be there, and must be of the right kind."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check.report import Report
from fpad.check.sarif import RULES, rule_of, sarif


def identity(x):
    return np.maximum(0, x) - np.maximum(0, -x)


def hinge(x):
    return np.maximum(x, 0.0)


def step(x):
    if x > 1.0:
        return 2.0 * x
    return 0.5 * x


def root(x):
    return np.sqrt(x - 1.0)


def square(x):
    return x * x


def two_kinks(x):
    return np.abs(x[0]) + np.maximum(x[1], 0.0) + np.abs(x[0])


def drawn(x):
    return x + np.random.rand()  # noqa: NPY002


LEVELS = {"none", "note", "warning", "error"}
KEYS = {
    "log": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "originalUriBaseIds", "results", "properties"},
    "driver": {"name", "version", "semanticVersion", "rules"},
    "rule": {
        *("id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"),
    },
    "result": {
        *("ruleId", "ruleIndex", "level", "message", "partialFingerprints", "properties"),
        *("locations", "relatedLocations"),
    },
    "region": {"startLine", "startColumn", "endLine", "endColumn", "snippet"},
}


def assert_sarif(log: dict[str, Any]) -> None:
    """The parts that the standard requires, their kinds, and no key that it does not know."""
    assert log.keys() == KEYS["log"]
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    assert json.loads(json.dumps(log)) == log
    for run in log["runs"]:
        assert run.keys() == KEYS["run"]
        assert run["columnKind"] in ("unicodeCodePoints", "utf16CodeUnits")
        assert all(b["uri"].endswith("/") for b in run["originalUriBaseIds"].values())
        driver = run["tool"]["driver"]
        assert driver.keys() == KEYS["driver"]
        assert re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"])
        idents = [r["id"] for r in driver["rules"]]
        assert len(set(idents)) == len(idents)
        for rule in driver["rules"]:
            assert rule.keys() == KEYS["rule"]
            assert rule["defaultConfiguration"]["level"] in LEVELS
            for part in ("shortDescription", "fullDescription", "help"):
                assert rule[part]["text"].endswith(".") or part == "shortDescription"
        for result in run["results"]:
            assert result.keys() <= KEYS["result"]
            assert result["level"] in LEVELS
            assert idents[result["ruleIndex"]] == result["ruleId"]
            assert result["message"]["text"]
            assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
            for place in (*result["locations"], *result.get("relatedLocations", ())):
                physical = place["physicalLocation"]
                artifact, region = physical["artifactLocation"], physical["region"]
                base = artifact.get("uriBaseId")
                assert base is None or base in run["originalUriBaseIds"]
                assert not artifact["uri"].startswith("/")
                assert " " not in artifact["uri"]
                assert region.keys() <= KEYS["region"]
                assert region["startLine"] >= 1
                if "endColumn" in region:
                    assert 1 <= region["startColumn"] < region["endColumn"]
                    assert region["endLine"] >= region["startLine"]
            ids = [place["id"] for place in result.get("relatedLocations", ())]
            assert ids == list(range(1, len(ids) + 1))


CASES = [
    (identity, 0.0, "wrong-derivative", "error"),
    (hinge, 0.0, "no-derivative", "warning"),
    (step, 1.0, "discontinuous", "warning"),
    (root, 1.0, "undefined", "error"),
    (root, 0.0, "undefined", "error"),
    (drawn, 0.0, "not-proved", "note"),
    (square, 1.0, None, None),
]


@pytest.mark.parametrize(("f", "x", "rule", "level"), CASES)
def test_each_kind_of_report(f, x, rule, level) -> None:
    report = fpad.check(f, x)
    log = sarif([report])
    assert_sarif(log)
    (run,) = log["runs"]
    assert run["properties"] == {"checked": 1, "told": int(rule is not None)}
    if rule is None:
        assert run["results"] == []
        return
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == (rule, level)
    assert result["message"]["text"] == str(report).split("\n\n")[0]
    assert result["properties"]["verdict"] == report.verdict.value


def test_the_region_is_the_operation(tmp_path: pathlib.Path) -> None:
    here = pathlib.Path(__file__).resolve()
    log = sarif([fpad.check(two_kinks, np.zeros(2))], root=here.parent)
    assert_sarif(log)
    (result,) = log["runs"][0]["results"]
    places = [*result["locations"], *result["relatedLocations"]]
    assert len(places) == 3
    lines = here.read_text().splitlines()
    found = []
    for place in places:
        physical = place["physicalLocation"]
        assert physical["artifactLocation"] == {"uri": here.name, "uriBaseId": "SRCROOT"}
        r = physical["region"]
        found.append(lines[r["startLine"] - 1][r["startColumn"] - 1 : r["endColumn"] - 1])
    assert found == ["np.abs(x[0])", "np.maximum(x[1], 0.0)", "np.abs(x[0])"]
    elsewhere = sarif([fpad.check(two_kinks, np.zeros(2))], root=tmp_path)
    artifact = elsewhere["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert artifact["artifactLocation"] == {"uri": here.as_uri()}


def test_without_a_kink_it_is_the_function_that_is_told() -> None:
    report = fpad.check(root, 0.0)
    assert not report.kinks
    (place,) = sarif([report])["runs"][0]["results"][0]["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": root.__code__.co_firstlineno}
    read = Report.from_json(report.to_json())
    assert "locations" not in sarif([read])["runs"][0]["results"][0]
    of_derivative = sarif([fpad.check(fpad.grad(root), 0.0)])["runs"][0]["results"][0]
    assert of_derivative["locations"] == [place]


def test_fingerprints_do_not_move_with_the_lines() -> None:
    texts = ["def f(x):\n    return abs(x)\n", "\n\ndef f(x):\n    y = 1.0\n    return abs(x)\n"]
    prints = []
    for k, text in enumerate(texts):
        report = fpad.check(_defined(text, f"<sarif {k}>"), 0.0)
        (result,) = sarif([report])["runs"][0]["results"]
        prints.append(result["partialFingerprints"])
    assert prints[0] == prints[1]
    other = fpad.check(_defined("def f(x):\n    return abs(2 * x)\n", "<sarif 3>"), 0.0)
    assert sarif([other])["runs"][0]["results"][0]["partialFingerprints"] != prints[0]


def _defined(text: str, name: str) -> Any:
    import linecache

    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    scope: dict[str, Any] = {"__name__": "nowhere"}
    exec(compile(text, name, "exec"), scope)
    return scope["f"]


def test_every_rule_is_met() -> None:
    met = {rule_of(fpad.check(f, x)) for f, x, _, _ in CASES}
    assert met == {*RULES, None}

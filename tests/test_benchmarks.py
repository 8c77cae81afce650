"""Every benchmark runs: on a handful of schemes, lines or names, so that one broken by a change is seen at once."""

from pathlib import Path

import pytest

import benchmarks
from benchmarks import audit_speed, classify_speed, findings, inference, proposals, reweight
from engine.classify.learned import load_weights

DATA = Path(__file__).parent / "data"
RUNS = {
    "audit_speed": lambda: audit_speed.main(["--schemes", "1", "--lines", "3", "--passes", "1"]),
    "classify_speed": lambda: classify_speed.main(["20", "40"]),
    "findings": lambda: findings.main(["1", "2"]),
    "inference": lambda: inference.main(["--facts", "6", "--rules", "4", "--lines", "3"]),
    "proposals": lambda: proposals.main(["1"]),
    "reweight": lambda: (reweight.sizes((6,), 1), reweight.many(4), reweight.grouped(2)),
}
FITTED = {"accuracy", "train"}  # need the packages of training


@pytest.mark.parametrize("name", RUNS)
def test_a_benchmark_runs_and_prints_its_figures(name, capsys):
    RUNS[name]()
    assert any(char.isdigit() for char in capsys.readouterr().out)


def test_no_benchmark_is_left_out():
    modules = {path.stem for path in Path(benchmarks.__file__).parent.glob("[a-z]*.py")}
    assert modules == RUNS.keys() | FITTED


def test_accuracy_of_a_file_of_few_lines(tmp_path, capsys):
    pytest.importorskip("sklearn")
    from benchmarks import accuracy

    few = tmp_path / "few.jsonl"
    few.write_text("".join((DATA / "restated.jsonl").open(encoding="utf-8").readlines()[:40]), "utf-8")
    assert accuracy.main([str(few)]) == 0
    assert "few.jsonl: 40 lines, shipped weights" in capsys.readouterr().out


def test_weights_fitted_on_few_lines_are_read_again(tmp_path):
    pytest.importorskip("sklearn")
    from benchmarks import train

    reading = train.shipped_reading()
    dev = train.sample(reading, train.read_lines(DATA / "dev.jsonl")[:120], train.DEV_WEIGHT)
    written = train.sample(reading, train.written_lines()[:120])
    train.write(train.fit(reading, dev, written), tmp_path / "weights.npz")
    found = load_weights(tmp_path / "weights.npz", reading.reader)
    assert found is not None
    assert found.sparse.any()

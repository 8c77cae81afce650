"""A batch goes on past bad files, keeps what it found, and never shows a half-written table."""

import pandas as pd
import pytest

from engine import batch
from engine.audit import Auditor
from engine.cli import main
from engine.errors import InferenceError, SchemeError

GOOD = "指标,分值,评分标准\nApp登录时长,40,按登录时长计分\n问题解决率,60,由反映人确认\n"
DATE = "2026-06-01"


@pytest.fixture
def folder(tmp_path):
    where = tmp_path / "in"
    (where / "deep").mkdir(parents=True)
    (where / "a.csv").write_text(GOOD, encoding="utf-8")
    (where / "deep" / "b.csv").write_bytes(GOOD.encode("gb18030"))
    (where / "bad.csv").write_text("指标,分值\n问题解决率,3O\n", encoding="utf-8")
    (where / "~$a.xlsx").write_bytes(b"lock")
    (where / "notes.pdf").write_bytes(b"%PDF")
    return where


def test_a_bad_file_is_a_record_and_the_rest_is_audited(folder, auditor):
    files = batch.find_files(folder)
    assert [p.name for p in files] == ["a.csv", "bad.csv", "b.csv"]
    seen = []
    result = batch.validate_files(
        files, auditor, as_of=DATE, progress=lambda done, total, path: seen.append((done, total))
    )
    assert seen == [(0, 3), (1, 3), (2, 3)]
    assert [row["file"].rsplit("/", 1)[1] for row in result.schemes] == ["a.csv", "b.csv"]
    (error,) = result.errors
    assert error["kind"] == "unreadable" and "bad.csv" in error["message"] and "3O" in error["message"]
    red = [row for row in result.findings if row["effect"] == "prohibit"]
    assert {row["file"].rsplit("/", 1)[1] for row in red} == {"a.csv", "b.csv"}
    assert result.count("error") >= 2


def test_tables_hold_what_was_found(folder, auditor, tmp_path):
    result = batch.validate_files(batch.find_files(folder), auditor, as_of=DATE)
    written = batch.write_batch(result, tmp_path / "out")
    assert [p.name for p in written] == ["findings.parquet", "schemes.parquet", "errors.parquet"]
    findings, schemes, errors = (pd.read_parquet(p) for p in written)
    assert len(findings) == len(result.findings) > 0 and len(errors) == 1
    assert (schemes["red_line_share"] == 0.4).all() and (schemes["outcome_share"] == 0.6).all()
    assert findings["message_zh"].str.contains("登录时长").any()


def test_an_engine_failure_is_a_record_and_never_a_clean_scheme(folder, knowledge):
    def broken(rules, facts):
        raise InferenceError("lost a hit")

    result = batch.validate_files(batch.find_files(folder), Auditor(knowledge, evaluate=broken), as_of=DATE)
    assert result.schemes == [] and {row["kind"] for row in result.errors} == {"engine", "unreadable"}


def test_a_write_that_breaks_leaves_the_old_tables(folder, auditor, tmp_path, monkeypatch):
    out = tmp_path / "out"
    result = batch.validate_files(batch.find_files(folder), auditor, as_of=DATE)
    batch.write_batch(result, out)
    before = (out / "findings.parquet").read_bytes()

    def full(self, path, **options):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(OSError, match="No space"):
        batch.write_batch(result, out)
    assert (out / "findings.parquet").read_bytes() == before


@pytest.mark.parametrize("make, message", [(False, "is not a folder"), (True, "holds no file to read")])
def test_a_folder_without_schemes_is_one_clear_error(tmp_path, make, message):
    where = tmp_path / "none"
    if make:
        where.mkdir()
    with pytest.raises(SchemeError, match=message):
        batch.find_files(where)


def test_exit_codes_of_a_batch(folder, tmp_path, capfd):
    run = ["batch", str(folder), "--output", str(tmp_path / "out"), "--as-of", DATE]
    assert main(run) == 2
    assert "bad.csv" in capfd.readouterr().err
    (folder / "bad.csv").unlink()
    assert main(run) == 1
    assert main([*run, "--fail-on", "never"]) == 0
    assert (tmp_path / "out" / "schemes.parquet").exists()

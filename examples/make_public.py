"""Write the public examples from the collected published schemes.

Run from the repository: python examples/make_public.py. Titles, addresses and notes are kept as collected.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from engine.intake import read_schemes, write_scheme_yaml

HERE = Path(__file__).parent
COLLECTED = HERE.parent / "tests" / "data" / "schemes_dev.jsonl"
AS_YAML = {"JX_HEHU_2019": "public_hehu.yaml", "JIEGAN_2021_TAODOCS": "public_jiegan.yaml"}
AS_TABLE = {"CHONGREN_CUNGUAN_2010": "public_chongren.csv"}


def write_table(record: dict[str, Any], path: Path) -> None:
    """Write one collected scheme as a UTF-8 table with its title above and its source below."""
    rows = [(record["title"], "", "", ""), ("考核板块", "指标名称", "分值", "评分标准")]
    previous = None
    for line in record["indicators"]:
        block = line["dimension"] or ""
        rows.append(
            ("" if block == previous else block, line["name"], line["points"], line["criterion"] or "")
        )
        previous = block
    rows += [(f"说明：满分{record['total_points']}分。{record['note']}。", "", "", "")]
    rows += [(f"来源：{record['url']}", "", "", "")]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def main() -> None:
    """Write every public example beside this script."""
    records = [json.loads(line) for line in COLLECTED.read_text(encoding="utf-8").splitlines()]
    for record, scheme in zip(records, read_schemes(COLLECTED), strict=True):
        name = record["scheme_id"]
        if name in AS_YAML:
            (HERE / "public" / AS_YAML[name]).write_text(write_scheme_yaml(scheme), encoding="utf-8")
        if name in AS_TABLE:
            write_table(record, HERE / "public" / AS_TABLE[name])


if __name__ == "__main__":
    main()

"""How fast names are read: `python -m benchmarks.classify_speed [DISTINCT] [REPEATED]`, on one core.

Ratios are to a bare pass over the same strings in the same run, so that they mean the same on any machine.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence

from engine.classify import Classifier
from engine.knowledge import rulesets_path
from engine.knowledge.classes import load_classes
from engine.knowledge.lexicon import load_lexicon

DISTINCT, REPEATED = 100_000, 2_000_000
_TOWNS = ("青山", "河口", "东关", "白石", "龙泉", "新民", "柳林", "大河", "三元", "永兴")
_SUBJECTS = ("安全生产", "信访维稳", "党建", "河长制", "政务服务", "扶贫", "卫生健康", "教育", "环境整治", "农业农村",
             "社会保障", "平安建设", "招商引资", "文明创建", "数字政府")  # fmt: skip
_ENDS = ("检查完成率", "群众满意度", "台账齐全", "App登录时长", "问题解决率", "工作方案", "会议次数", "办结准确率",
         "信息报送篇数", "领导小组", "经费保障", "公众号点赞数", "事故起数", "培训人次", "责任落实")  # fmt: skip


def distinct_names(count: int) -> list[str]:
    """Return `count` different names of ordinary length (8 to 16 characters)."""
    parts = len(_TOWNS) * len(_SUBJECTS) * len(_ENDS)
    return [
        f"{_TOWNS[i % 10]}{_SUBJECTS[i // 10 % 15]}{_ENDS[i // 150 % 15]}{'' if i < parts else i // parts}"
        for i in range(count)
    ]


def repeated_names(count: int) -> list[str]:
    """Return names as thousands of schemes hold them: about 3,000 wordings, again and again."""
    few = distinct_names(2_250)
    return [few[i * 7919 % len(few)] for i in range(count)]


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """Return the best of some runs."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def main(argv: Sequence[str]) -> int:
    """Print names a second and the ratio to a bare pass."""
    folder = rulesets_path()
    lexicon, classes = load_lexicon(folder), load_classes(folder)
    few, many = (int(argv[i]) if len(argv) > i else size for i, size in enumerate((DISTINCT, REPEATED)))
    distinct, repeated = distinct_names(few), repeated_names(many)
    for title, learned, names, runs in (
        ("all distinct, lexicon", False, distinct, 3),
        ("all distinct, learned", True, distinct, 3),
        ("repeats, learned", True, repeated, 2),
    ):
        bare = seconds(lambda names=names: [len(name) for name in names])
        spent = seconds(
            lambda n=names, on=learned: Classifier(lexicon, classes, learned=on).classify_names(n), runs
        )
        built = seconds(lambda on=learned: Classifier(lexicon, classes, learned=on), 2)
        rate = len(names) / max(spent - built, 1e-9)
        print(f"{title:24} {rate:12,.0f} names/s   {(spent - built) / bare:8.1f} × a bare pass")
    tracemalloc.start()
    reader = Classifier(lexicon, classes)
    reader.classify_names(distinct)
    first = tracemalloc.get_traced_memory()[0]
    reader.classify_names(distinct_names(3 * few)[few:])
    print(f"memory kept {first / 1e6:.0f} MB after {few:,} names, "
          f"{tracemalloc.get_traced_memory()[0] / 1e6:.0f} MB after {3 * few:,}")  # fmt: skip
    tracemalloc.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

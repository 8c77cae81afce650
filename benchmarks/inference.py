"""Facts a second through durable-rules, beside plain Python in the same run.

Usage: python benchmarks/inference.py [--facts 9000] [--rules 60] [--lines 30]

Facts are made by a fixed seed, as an audit makes them: 34 fields, mostly booleans and numbers. Rules test
one to three fields and three in ten have an exception. Each engine answers every scheme; answers are
compared before anything is printed. Times are processor seconds of this process, so that other work on the
machine does not count; for the child process they are seconds of the clock.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence

from engine.inference import durable, plain
from engine.inference.child import ChildEngine
from engine.inference.conditions import CompiledRule, Condition, Hit

TARGET = 9_000  # facts a second and core through durable-rules

Facts = list[dict[str, bool | int | float | str]]
Evaluate = Callable[[Sequence[CompiledRule], Facts], list[Hit]]


def made_rules(number: int, source: random.Random) -> tuple[CompiledRule, ...]:
    return tuple(
        CompiledRule(
            f"F{i:03}",
            "line",
            (
                Condition(f"family_{source.randrange(20)}", "eq", True),
                *([Condition(f"number_{source.randrange(12)}", "gt", source.randrange(20))] * (i % 5 < 3)),
                *([Condition("carrier", "in", ("app", "chat_group"))] * (i % 3 == 0)),
            ),
            (Condition(f"family_{source.randrange(20)}", "eq", True),) * (i % 10 < 3),
        )
        for i in range(number)
    )


def made_facts(number: int, source: random.Random) -> Facts:
    return [
        {
            "id": f"I{i}",
            "subject": "line",
            **{f"family_{n}": source.random() < 0.1 for n in range(20)},
            **{f"number_{n}": round(source.uniform(0, 20), 1) for n in range(12) if source.random() < 0.8},
            "carrier": source.choice(("app", "chat_group", "none", f"other {i}")),
        }
        for i in range(number)
    ]


def timed(
    evaluate: Evaluate, rules: Sequence[CompiledRule], schemes: list[Facts], clock: Callable[[], float]
) -> tuple[float, list[list[Hit]]]:
    """Seconds for all schemes, the building of the rules left out, and the answers."""
    evaluate(rules, schemes[0])
    start = clock()
    answers = [evaluate(rules, facts) for facts in schemes]
    return clock() - start, answers


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--facts", type=int, default=9_000)
    parser.add_argument("--rules", type=int, default=60)
    parser.add_argument("--lines", type=int, default=30, help="facts of one scheme")
    chosen = parser.parse_args(argv)
    source = random.Random(20260101)
    rules, facts = made_rules(chosen.rules, source), made_facts(chosen.facts, source)
    schemes = [facts[i : i + chosen.lines] for i in range(0, len(facts), chosen.lines)]
    start = time.process_time()
    durable.prepare(rules)
    built = time.process_time() - start
    with ChildEngine() as child:
        runs = {
            "plain": timed(plain.evaluate, rules, schemes, time.process_time),
            "durable": timed(durable.evaluate, rules, schemes, time.process_time),
            "durable in a child": timed(child.evaluate, rules, schemes, time.perf_counter),
        }
    answers = [answer for _, answer in runs.values()]
    if answers.count(answers[0]) != len(answers):
        raise SystemExit("the engines differ")
    hits = sum(len(answer) for answer in answers[0])
    print(
        f"{chosen.rules} rules, {len(schemes)} schemes of {chosen.lines} facts, {hits} hits; built in {built:.3f} s"
    )
    for name, (seconds, _) in runs.items():
        speed, each = len(facts) / seconds, 1000 * seconds / len(schemes)
        print(
            f"{name:20} {speed:9,.0f} facts/s {each:8.2f} ms a scheme {seconds / runs['plain'][0]:6.2f} x plain"
        )
    speed = len(facts) / runs["durable"][0]
    print(f"target {TARGET:,} facts/s through durable-rules: {'met' if speed >= TARGET else 'NOT met'}")


if __name__ == "__main__":
    main(sys.argv[1:])

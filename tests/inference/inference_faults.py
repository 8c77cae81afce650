"""An evaluator that fails in the way its first fact asks for; runs in the child process of the tests."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import time

from engine.inference import durable, encoding
from engine.inference.conditions import CompiledRule, Condition


def evaluate(rules, facts):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a provoked crash leaves no core file
    match facts[0].get("fault") if facts else None:
        case "abort":
            os.abort()
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(7)
        case "hang":
            time.sleep(600)
        case "bug":
            raise ZeroDivisionError
        case "print":
            print("not JSON", flush=True)
            os.write(sys.stdout.fileno(), b"neither is this\n")
        case "303":
            return _too_many_siblings()
        case "pid":
            return [("pid", "line", str(os.getpid()))]
    return durable.evaluate(rules, facts)


def _too_many_siblings():
    """Error 303 of durable-rules itself, in a pack whose shards were left uncut."""
    cut, encoding.SHARD_PATTERNS = encoding.SHARD_PATTERNS, 100
    rules = [CompiledRule(f"{i:02}", "line", (Condition("points", "gt", i),)) for i in range(90)]
    try:
        return durable.evaluate(rules, [{"id": "a", "subject": "line", "points": 1000}])
    finally:
        encoding.SHARD_PATTERNS = cut

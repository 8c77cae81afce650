"""Which rules fire on which facts: two evaluators of the same rules, and a child process to shelter one.

`plain` is the oracle in a page of Python, `durable` the only door to durable-rules, `child` runs the
latter where a crash costs one call. Nothing is imported here, so that `plain` works without the C module.
"""

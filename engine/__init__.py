"""Quanheng 权衡: check, score and rebalance evaluation schemes."""

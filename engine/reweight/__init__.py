"""The proposal's linear programmes: rows, stages, explanations, frontier, judgements."""

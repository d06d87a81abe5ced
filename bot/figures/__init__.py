"""What was asked and what came of it -> figures, each with one sentence that says what it counts."""

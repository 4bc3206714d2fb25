"""Changes to published facts: what it said, what it says, when, by which role and why."""

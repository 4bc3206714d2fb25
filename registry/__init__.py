"""Third floor: the register. Its folders stand in the order of the process: sign, plan, ask, answer, review, add up."""

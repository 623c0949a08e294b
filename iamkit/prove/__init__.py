"""The prover: the formula of a stack, read for every request at once."""

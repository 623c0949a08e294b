"""The prover: the formula of a stack, read for every request at once.

The way of a question::

    ask, checks, compare, reach      the questions
      -> cases, places, callers      split into cases, in each of which the stack is fixed
      -> settle, realistic           put in what is known, and what holds for every real request
      -> skeleton                    and/or over claims about single values
      -> quick, else solver (z3)     the first way through it that some request can go
      -> claims, values, strings     is there such a value? a text, a number, a date, an address
      -> conflicts, ties             claims that exclude each other; values that policy variables tie together
      -> answers                     Witness (replayed by the evaluator), Proof, or Unknown
    core, certificate, smtlib        of a proof: what stands in the way; a check without the search; for other solvers

Chains of principals: reach -> walk -> doors, and chains for the answers; escalate for the primitives of privilege
escalation. Chains over time: latest -> holdings, moments, instants (z3), and untils for the answers.

The answer is Unknown, never a guess, when

- a policy variable ties two keys that the request may choose, no value that was tried fits both, and what else the
  variable could be is not limited to a few texts;
- tests of two types (a text and a number) meet on one value, and no value of the bounds' regions fits;
- the patterns on one value need more than 50,000 states of the automaton;
- z3 gives up within its budget, which is counted in its own resource units and not in seconds.

Of 150 pairs of AWS managed policies none is Unknown; ``tests/properties/test_prover.py`` counts how many are on random
policies that are made to be so.
"""

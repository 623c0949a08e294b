"""The claim slider of lesson 8: a trust policy is loosened step by step, and the kit names who slips through."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ipywidgets import IntSlider

from iamkit.errors import IamkitError
from iamkit.prove.answers import Unknown
from iamkit.prove.federated import Slip, who_slips_through
from iamkit.widgets.base import LABELLED, Panel

Step = tuple[str, Mapping[str, Any]]


class ClaimSlider(Panel):
    """A slider over trust policies, from tight to loose; each with the prover's answer."""

    def __init__(self, wanted: str, steps: Sequence[Step]) -> None:
        if not steps:
            raise IamkitError("There are no steps.", where="steps", remedy="Give a list of (label, trust policy).")
        super().__init__(f"Only {wanted} is to come in. Loosen the claim: who slips through?")
        self._wanted, self._steps = wanted, list(steps)
        self.slider = IntSlider(1, 1, len(self._steps), description="Looseness", **LABELLED)
        self.begin([self.slider])

    @property
    def slip(self) -> Slip:
        """Who comes in at the present step."""
        return who_slips_through(self._steps[self.slider.value - 1][1], self._wanted)

    def draw(self) -> None:
        label, trust = self._steps[self.slider.value - 1]
        slip = self.slip
        word = "? Not known." if isinstance(slip.answer, Unknown) else f"✗ {slip.subject}" if slip else "✓ Nobody."
        tone = "neutral" if isinstance(slip.answer, Unknown) else "deny" if slip else "allow"
        statements = trust["Statement"]
        one = statements[0] if isinstance(statements, list) else statements
        code = json.dumps(one.get("Condition", {}), indent=2)
        shown = f'<pre style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(code)}</pre>'
        html = f"<p>{escape(slip.explain())}</p><p>The Condition:</p>{shown}"
        self.show(f"{label}. Who slips through? {word}", tone, None, f"{slip.explain()}\nThe Condition:\n{code}", html)


def claim_slider(wanted: str, steps: Sequence[Step]) -> ClaimSlider:
    """Loosen a trust policy step by step, and see which subject slips through.

    Args:
        wanted: the subjects that are to come in, with ``*`` and ``?``.
        steps: for each step what the policy tests, in a few words, and the trust policy.

    Raises:
        IamkitError: if there are no steps; and for a trust policy that does not name one OpenID Connect provider.

    >>> def gitlab(operator, sub):
    ...     return {"Version": "2012-10-17", "Statement": {
    ...         "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
    ...         "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"},
    ...         "Condition": {operator: {"gitlab.com:sub": sub}}}}
    >>> main = "project_path:acme/pay:ref_type:branch:ref:main"
    >>> slider = claim_slider(main, [("The branch", gitlab("StringEquals", main)),
    ...                              ("The group", gitlab("StringLike", "project_path:acme/*"))])
    >>> slider.slip
    <Slip: nobody>
    >>> slider.slider.value = 2
    >>> bool(slider.slip)
    True
    """
    return ClaimSlider(wanted, steps)

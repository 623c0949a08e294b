"""Root tasks: what AssumeRoot is for, and who may call it.

Source: IAM User Guide, id_root-user-privileged-task and id_root-enable-root-access; STS API Reference, AssumeRoot.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from iamkit.credentials.bearer import Bearer
from iamkit.credentials.limits import VALIDATION, Refusal
from iamkit.decision import Decision, decide
from iamkit.identity.organization import full_access
from iamkit.policy.document import Policy
from iamkit.request import Request
from iamkit.world import World

PREFIX = "arn:aws:iam::aws:policy/root-task/"


@cache
def root_tasks() -> dict[str, Policy]:
    """The five task policies by name, from the data file."""
    data = json.loads(files("iamkit").joinpath("data/root_tasks.json").read_text(encoding="utf-8"))
    return {name: Policy.parse(document, name=name) for name, document in data["policies"].items()}


def task_policies(task: str) -> tuple[str, list[Policy]]:
    """The ARN of a task policy, and the session policies that stand for it.

    A task policy only denies, and what it leaves is allowed, for the root user needs no Allow; a session policy has to
    say so.

    Raises:
        Refusal: if it is none of the five.
    """
    name = task.removeprefix(PREFIX)
    if name not in root_tasks():
        raise Refusal(VALIDATION, f"{task} is not a task policy.", f"There are: {', '.join(sorted(root_tasks()))}.")
    return PREFIX + name, [root_tasks()[name], full_access("FullAWSAccess")]


def decide_assume_root(world: World, asker: Bearer, account: str, context: Mapping[str, Any]) -> Decision:
    """Whether somebody may call AssumeRoot for an account.

    There is no resource-based policy on a root user. In its place stands the organization: its central root access is
    switched on, the account is a member, and the caller's account is the management account or the delegated
    administrator for IAM. So the caller's own side decides, as inside one account.

    Raises:
        Refusal: if the organization does not let it.
    """
    organization = world.organization
    if organization is None or not organization.central_root_access:
        raise Refusal("AccessDenied", "Centralized root access is not enabled.", "Enable it for the organization.")
    if account not in world.accounts or organization.way(account) is None or account == organization.management:
        raise Refusal("AccessDenied", f"{account} is no member account of the organization.", "Name a member account.")
    if asker.account not in (organization.management, organization.delegated_administrator):
        message = f"The account {asker.account} is neither the management account nor the delegated administrator."
        raise Refusal("AccessDenied", message, "Ask from one of these two.")
    root = world.accounts[account].root
    here = world.situation(asker.principal, root)
    request = Request(here.caller.arn, "sts:AssumeRoot", root, context)
    return decide(request, here.caller, replace(here.target, account=asker.account), here.policies, here.facts)

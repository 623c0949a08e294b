"""iamkit: a teaching and modeling kit for AWS IAM identities and credentials.

>>> import iamkit as ik
>>> read = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}}
>>> request = ik.Request("arn:aws:iam::111122223333:user/ana", "s3:GetObject", "arn:aws:s3:::payroll/march.csv")
>>> ik.authorize(request, ik.Policies(identity=[read])).effect
'Allowed'

Importing the package loads nothing but this file; each name loads its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamkit.arn import Arn as Arn
    from iamkit.credentials.advice import advise as advise
    from iamkit.credentials.clock import Clock as Clock
    from iamkit.credentials.practices import best_practices as best_practices
    from iamkit.credentials.sts import Sts as Sts
    from iamkit.credentials.timeline import Timeline as Timeline
    from iamkit.credentials.tokens import Credentials as Credentials, Refused as Refused
    from iamkit.decision import Decision as Decision, authorize as authorize
    from iamkit.errors import (
        ArnError as ArnError,
        IamkitError as IamkitError,
        PolicyError as PolicyError,
        RequestError as RequestError,
        WorldError as WorldError,
    )
    from iamkit.files.worldfile import sample as sample
    from iamkit.identity.account import Account as Account
    from iamkit.identity.principals import ANONYMOUS as ANONYMOUS, Session as Session
    from iamkit.policies import Policies as Policies
    from iamkit.policy.document import Policy as Policy
    from iamkit.policy.lint import lint as lint
    from iamkit.prove.answers import Answers as Answers, Proof as Proof, Unknown as Unknown, Witness as Witness
    from iamkit.prove.checks import (
        access_not_granted as access_not_granted,
        is_public as is_public,
        no_new_access as no_new_access,
    )
    from iamkit.prove.compare import compare as compare
    from iamkit.prove.latest import latest_access as latest_access
    from iamkit.prove.minimise import minimise as minimise
    from iamkit.prove.reach import Chain as Chain, Unreachable as Unreachable
    from iamkit.quotas import check_quotas as check_quotas
    from iamkit.readings import Readings as Readings
    from iamkit.request import Request as Request
    from iamkit.world import World as World

__version__ = "0.1.0"

_HOMES = {
    "arn": "Arn",
    "credentials.advice": "advise",
    "credentials.clock": "Clock",
    "credentials.practices": "best_practices",
    "credentials.sts": "Sts",
    "credentials.timeline": "Timeline",
    "credentials.tokens": "Credentials Refused",
    "decision": "Decision authorize",
    "errors": "ArnError IamkitError PolicyError RequestError WorldError",
    "identity.account": "Account",
    "identity.principals": "ANONYMOUS Session",
    "policies": "Policies",
    "policy.document": "Policy",
    "policy.lint": "lint",
    "prove.answers": "Answers Proof Unknown Witness",
    "prove.checks": "access_not_granted is_public no_new_access",
    "prove.compare": "compare",
    "prove.latest": "latest_access",
    "prove.minimise": "minimise",
    "prove.reach": "Chain Unreachable",
    "quotas": "check_quotas",
    "readings": "Readings",
    "request": "Request",
    "world": "World",
    "files.worldfile": "sample",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted([*_HOME_OF, "__version__"])


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'iamkit' has no attribute {name!r}")
    value = getattr(import_module(f"iamkit.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

"""iamkit: a teaching and modeling kit for AWS IAM identities and credentials.

>>> import iamkit as ik
>>> policy = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"}}
>>> ana = "arn:aws:iam::111122223333:user/ana"
>>> ik.authorize(ik.Request(ana, "s3:GetObject", "arn:aws:s3:::payroll/march.csv"), ik.Policies(identity=[policy])).effect
'Allowed'

Importing the package loads nothing but this file; each name loads its module when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamkit.arn import Arn as Arn
    from iamkit.decision import Decision as Decision
    from iamkit.decision import authorize as authorize
    from iamkit.errors import (
        ArnError as ArnError,
    )
    from iamkit.errors import (
        IamkitError as IamkitError,
    )
    from iamkit.errors import (
        PolicyError as PolicyError,
    )
    from iamkit.errors import (
        RequestError as RequestError,
    )
    from iamkit.errors import (
        WorldError as WorldError,
    )
    from iamkit.identity.account import Account as Account
    from iamkit.identity.principals import ANONYMOUS as ANONYMOUS
    from iamkit.identity.principals import Session as Session
    from iamkit.policies import Policies as Policies
    from iamkit.policy.document import Policy as Policy
    from iamkit.prove.answers import Answers as Answers
    from iamkit.prove.answers import Proof as Proof
    from iamkit.prove.answers import Unknown as Unknown
    from iamkit.prove.answers import Witness as Witness
    from iamkit.prove.compare import compare as compare
    from iamkit.readings import Readings as Readings
    from iamkit.request import Request as Request
    from iamkit.world import World as World

__version__ = "0.1.0"

_HOMES = {
    "ANONYMOUS": "identity.principals",
    "Account": "identity.account",
    "Answers": "prove.answers",
    "Arn": "arn",
    "ArnError": "errors",
    "Decision": "decision",
    "IamkitError": "errors",
    "Policies": "policies",
    "Policy": "policy.document",
    "PolicyError": "errors",
    "Proof": "prove.answers",
    "Readings": "readings",
    "Request": "request",
    "RequestError": "errors",
    "Session": "identity.principals",
    "Unknown": "prove.answers",
    "Witness": "prove.answers",
    "World": "world",
    "WorldError": "errors",
    "authorize": "decision",
    "compare": "prove.compare",
}

__all__ = sorted([*_HOMES, "__version__"])


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'iamkit' has no attribute {name!r}")
    value = getattr(import_module(f"iamkit.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

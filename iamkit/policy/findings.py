"""What lint can find: the codes, what each means, and the page that says so."""

from collections.abc import Sized
from dataclasses import dataclass

_GUIDE = "IAM User Guide, "
_CHECKS = _GUIDE + "access-analyzer-reference-policy-checks"
_OPERATORS = _GUIDE + "reference_policies_elements_condition_operators"
_KEYS = _GUIDE + "reference_policies_condition-keys"
_SETS = _GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys"
_VARIABLES = _GUIDE + "reference_policies_variables"
_PRINCIPAL = _GUIDE + "reference_policies_elements_principal"
_RESOURCE = _GUIDE + "reference_policies_elements_resource"
_ARNS = _GUIDE + "reference-arns"
_OIDC = _GUIDE + "id_roles_create_for-idp_oidc"
_REFERENCE = "Service Authorization Reference, reference_policies_actions-resources-contextkeys"
_S3 = "Service Authorization Reference, list_amazons3"

CODES: dict[str, tuple[str, str]] = {
    # The document and its statements
    "id-in-attached-policy": ("Only resource-based policies have an Id.", _GUIDE + "reference_policies_grammar"),
    "variables-are-text": ("Without Version 2012-10-17 a ${...} is ordinary text.", _VARIABLES),
    "duplicate-statement": ("Two statements say the same.", _CHECKS),
    "allow-denied-beside": ("A Deny beside it takes back all that an Allow gives.", _CHECKS),
    "empty-condition": ("A condition without keys does not restrict anything.", _CHECKS),
    # Action
    "allow-notaction": (
        "Allow with NotAction grants everything else, in every service.",
        _GUIDE + "reference_policies_elements_notaction",
    ),
    "action-of-every-service": ("A * before the colon speaks of every service.", _CHECKS),
    "action-with-space": (
        "An action name with a space in it is no action.",
        _GUIDE + "reference_policies_elements_action",
    ),
    "unknown-action": ("No action that AWS documents matches; it may be misspelled, or new.", _REFERENCE),
    "action-without-resource": ("An action that works on no resource in particular takes * alone.", _REFERENCE),
    "action-on-other-resource": ("An action does not apply to resources of another type.", _REFERENCE),
    "s3-object-action-on-bucket": ("An action on objects does not apply to the ARN of a bucket.", _S3),
    "s3-bucket-action-on-object": ("An action on buckets does not apply to the ARN of objects.", _S3),
    # Resource
    "allow-notresource": (
        "Allow with NotResource grants on everything else, in every account.",
        _GUIDE + "reference_policies_elements_notresource",
    ),
    "wildcard-in-arn-head": ("The partition and the service of an ARN take no wildcards.", _RESOURCE),
    "wildcard-in-resource-type": ("The resource type takes no wildcards.", _ARNS),
    "short-arn": ("The missing fields of a short ARN become *, at the end.", _ARNS),
    "variable-in-arn-head": ("Variables are documented for the last field of an ARN only.", _VARIABLES),
    # Principal
    "notprincipal": (
        "NotPrincipal spares only who is listed whole: account, role and session.",
        _GUIDE + "reference_policies_elements_notprincipal",
    ),
    "open-to-everyone": ("* lets everyone in, anonymous callers too.", _PRINCIPAL),
    "root-means-account": (":root in a Principal is the whole account.", _PRINCIPAL),
    "deleted-principal": ("A unique ID stands for a user or role that was deleted.", _PRINCIPAL),
    "service-without-source": (
        "A service acts for anyone's resources: the confused deputy.",
        _GUIDE + "confused-deputy",
    ),
    "github-host-typo": ("GitHub's host is token.actions.githubusercontent.com, without an s.", _OIDC),
    "github-without-sub": ("Without a test of sub, any GitHub repository can assume the role.", _OIDC),
    "github-wide-sub": ("A wildcard in the organization's place lets other organizations in.", _OIDC),
    # Condition
    "empty-values": ("No value matches an empty list.", _CHECKS),
    "repeated-key": ("Condition keys compare without case.", _CHECKS),
    "key-without-prefix": ("No request has a key without a service prefix.", _CHECKS),
    "literal-wildcard": ("StringEquals compares * and ? literally.", _CHECKS),
    "literal-wildcard-in-arn": ("StringEquals compares the * of an ARN literally.", _CHECKS),
    "arn-equals-is-like": ("ArnEquals reads * and ? as wildcards, as ArnLike does.", _OPERATORS),
    "string-like-on-arn": ("The * of StringLike runs across the fields of an ARN.", _CHECKS),
    "deny-fires-without-key": ("The Deny also applies when the key is missing.", _OPERATORS),
    "allow-fires-without-key": ("The Allow also applies when the key is missing.", _OPERATORS),
    "for-all-values-allow": ("ForAllValues holds when the key is missing.", _SETS),
    "set-operator-on-single-value": ("Set operators are for keys with several values.", _SETS),
    "several-values-without-set-operator": ("A key with several values needs a set operator.", _SETS),
    "null-with-set-operator": ("ForAllValues:Null always holds, ForAnyValue:Null never.", _CHECKS),
    "both-booleans": ("true and false together tell nothing apart.", _CHECKS),
    "variable-in-bool": ("Bool compares a variable as text; the pages disagree.", _VARIABLES),
    "variable-of-several-values": ("A key with several values gives a variable no value.", _SETS),
    "mfa-absent-with-keys": ("Requests with long-term keys lack aws:MultiFactorAuthPresent.", _KEYS),
    "mfa-if-exists-allows": ("BoolIfExists lets long-term keys pass without MFA.", _KEYS),
    "session-arn-in-principal-arn": ("aws:PrincipalArn of a role session is the role's ARN.", _KEYS),
    "role-in-principal-arn": ("The ARN means each session, and a role created again.", _PRINCIPAL),
    "root-in-principal-arn": (":root in aws:PrincipalArn is the root user alone.", _KEYS),
    "private-source-ip": ("aws:SourceIp is always a public address.", _CHECKS),
    "ip-host-bits": ("The bits after the prefix of an IP range are ignored.", _CHECKS),
}
"""For each code what it means and its source."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that AWS accepts but that means something else than people think.

    Args:
        code: one of `CODES`.
        where: the JSON path in the policy.
        what: what the policy really means, in one sentence.
        remedy: what to write instead.
        source: the AWS page that says so.

    >>> print(finding("ip-host-bits", "$.Statement", "10.0.0.1/8 means 10.0.0.0/8.", "Write that."))
    $.Statement: 10.0.0.1/8 means 10.0.0.0/8. Write that. [ip-host-bits]
    """

    code: str
    where: str
    what: str
    remedy: str
    source: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy} [{self.code}]"


def finding(code: str, where: str, what: str, remedy: str) -> Finding:
    """A finding, with the source that `CODES` gives for its code."""
    return Finding(code, where, what, remedy, CODES[code][1])


def nth(path: str, index: int, values: Sized) -> str:
    """The JSON path of one of several values; of a single one, which need not stand in a list, that of the element."""
    return f"{path}[{index}]" if len(values) > 1 else path

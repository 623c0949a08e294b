"""Lint of the Action and Resource elements."""

import re
from collections.abc import Iterator

from iamkit.arn import Part, Pattern, Variable, Wild, split_fields
from iamkit.policy.document import Selector, Statement
from iamkit.policy.findings import Finding, finding
from iamkit.policy.places import Place


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Services whose resource field begins with a type; S3, SNS and SQS, among others, have none.
_TYPED = _names(
    "acm athena backup cloudformation codebuild dynamodb ec2 ecr ecs eks elasticloadbalancing events firehose glue"
    " iam kinesis kms lambda logs rds route53 secretsmanager ssm states sts"
)
_OBJECT_ACTIONS = _names(
    "s3:getobject s3:getobjectacl s3:getobjectattributes s3:getobjecttagging s3:getobjectversion s3:putobject"
    " s3:putobjectacl s3:putobjecttagging s3:deleteobject s3:deleteobjecttagging s3:deleteobjectversion"
    " s3:restoreobject s3:abortmultipartupload s3:listmultipartuploadparts"
)
_BUCKET_ACTIONS = _names(
    "s3:listbucket s3:listbucketversions s3:listbucketmultipartuploads s3:createbucket s3:deletebucket"
    " s3:getbucketlocation s3:getbucketacl s3:putbucketacl s3:getbucketpolicy s3:putbucketpolicy"
    " s3:deletebucketpolicy s3:getbuckettagging s3:putbuckettagging s3:getbucketversioning s3:putbucketversioning"
    " s3:getencryptionconfiguration s3:putencryptionconfiguration"
)


def lint_resources(statement: Statement, place: Place) -> Iterator[Finding]:
    """Findings about what the statement speaks of: its actions and its resources."""
    yield from _actions(statement)
    if statement.resource is None:
        return
    if statement.resource.negated and statement.effect == "Allow":
        yield finding(
            "allow-notresource",
            statement.resource.path,
            "The Allow covers every other resource that exists, those of the future and of other accounts too.",
            "List the resources in Resource, or use NotResource with Deny.",
        )
    for index, parts in enumerate(statement.resource.values):
        if parts != (Wild.ANY,):
            yield from _arn(parts, _place(statement.resource, index), place)
    if not statement.resource.negated and not statement.action.negated:
        yield from _s3(statement, statement.resource)


def _place(selector: Selector, index: int) -> str:
    return f"{selector.path}[{index}]" if len(selector.values) > 1 else selector.path


def _actions(statement: Statement) -> Iterator[Finding]:
    action = statement.action
    if action.negated and statement.effect == "Allow":
        yield finding(
            "allow-notaction",
            action.path,
            "The Allow covers every other action of every service, those of the future too.",
            "List the actions in Action, or use NotAction with Deny.",
        )
    for index, text in enumerate(action.values):
        if text.startswith("*:"):
            yield finding(
                "action-of-every-service",
                _place(action, index),
                f"{text!r} speaks of every service.",
                "Write the service before the colon, or * alone if all are meant.",
            )
        if " " in text:
            yield finding(
                "action-with-space",
                _place(action, index),
                f"{text!r} has a space in it and, as written, matches no action.",
                "Remove the space.",
            )


def _arn(parts: tuple[Part, ...], where: str, place: Place) -> Iterator[Finding]:
    fields = split_fields(parts)
    if any(isinstance(part, Wild) for field in fields[1:3] for part in field):
        yield finding(
            "wildcard-in-arn-head",
            where,
            "A wildcard stands in the partition or the service; AWS documents that it cannot.",
            "Write both in full, such as arn:aws:s3:...",
        )
    if len(fields) < 6:
        undocumented = place not in (Place.IDENTITY, Place.BOUNDARY)
        yield finding(
            "short-arn",
            where,
            f"The ARN has {len(fields)} fields; the missing ones count as *"
            + (
                f", which AWS documents only for identity-based policies, not for a {place.value}." * undocumented
                or "."
            ),
            "Write all six fields.",
        )
    if any(isinstance(part, Variable) for field in fields[:5] for part in field):
        yield finding(
            "variable-in-arn-head",
            where,
            "A variable stands before the fifth colon; AWS documents variables for the last field only.",
            "Write * there and test aws:ResourceAccount in a condition.",
        )
    if len(fields) == 6 and "".join(map(str, fields[2])) in _TYPED and _wild_type(fields[5]):
        yield finding(
            "wildcard-in-resource-type",
            where,
            "A wildcard stands in the resource type; AWS documents that it cannot.",
            "Write the type in full, such as function:...",
        )


def _wild_type(resource: list[Part]) -> bool:
    """A wildcard stands before the first / or : of the resource field."""
    wild = False
    for part in resource:
        if isinstance(part, str) and ("/" in part or ":" in part):
            return wild
        wild = wild or isinstance(part, Wild)
    return False


def _s3(statement: Statement, resource: Selector) -> Iterator[Finding]:
    """Known S3 actions that none of the listed resources can match."""
    actions = statement.action.values
    texts = [str(Pattern(parts)) for parts in resource.values]
    if not all(re.match("arn:[^:]+:s3:::", text) for text in texts):
        return  # An access point, or something that is not S3's.
    misplaced = [action for action in actions if action.lower() in _OBJECT_ACTIONS]
    if misplaced and not any(mark in text for text in texts for mark in "/*?$"):
        yield finding(
            "s3-object-action-on-bucket",
            resource.path,
            f"{misplaced[0]} works on objects, and no object has the ARN of a bucket.",
            f"Add {texts[0]}/*.",
        )
    misplaced = [action for action in actions if action.lower() in _BUCKET_ACTIONS]
    if misplaced and all("/" in text for text in texts):
        yield finding(
            "s3-bucket-action-on-object",
            resource.path,
            f"{misplaced[0]} works on a bucket, and the ARN of a bucket has no slash.",
            f"Add {texts[0].partition('/')[0]}.",
        )

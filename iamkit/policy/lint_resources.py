"""Lint of the Resource element."""

from collections.abc import Iterator

from iamkit.arn import Part, Variable, Wild, split_fields
from iamkit.policy.document import Statement
from iamkit.policy.findings import Finding, finding, nth
from iamkit.policy.places import Place


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Services whose resource field begins with a type; S3, SNS and SQS, among others, have none.
_TYPED = _names(
    "acm athena backup cloudformation codebuild dynamodb ec2 ecr ecs eks elasticloadbalancing events firehose glue"
    " iam kinesis kms lambda logs rds route53 secretsmanager ssm states sts"
)


def lint_resources(statement: Statement, place: Place) -> Iterator[Finding]:
    """Findings about the resources that the statement speaks of."""
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
            yield from _arn(parts, nth(statement.resource.path, index, statement.resource.values), place)


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

"""Which action to name in a witness: a well-known one where the patterns allow it, else any that AWS has."""

from collections.abc import Iterator

from iamkit.arn import Pattern
from iamkit.catalogue import matching

WELL_KNOWN = (
    "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetBucketPolicy",
    "s3:PutBucketPolicy", "iam:GetUser", "iam:ListUsers", "iam:PassRole", "iam:CreateUser", "iam:CreateAccessKey",
    "iam:PutUserPolicy", "iam:AttachUserPolicy", "sts:AssumeRole", "ec2:DescribeInstances", "ec2:RunInstances",
    "ec2:StopInstances", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "sqs:SendMessage",
    "sqs:ReceiveMessage", "sns:Publish", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
    "lambda:InvokeFunction", "lambda:CreateFunction", "secretsmanager:GetSecretValue", "logs:PutLogEvents",
    "cloudtrail:StopLogging", "ssm:GetParameter",
)  # fmt: skip
"""Tried first, so that a witness reads well."""


def known_actions(passing: tuple[Pattern, ...], failing: tuple[Pattern, ...]) -> Iterator[str]:
    """Every action of the catalogue that matches all of these patterns and none of those, well-known ones first.

    >>> next(known_actions((Pattern.glob("s3:*"),), (Pattern.glob("s3:*Object"),)))
    's3:ListBucket'
    >>> list(known_actions((Pattern.glob("s3:GetBucketP*"),), (Pattern.glob("s3:*Policy"),)))
    ['s3:GetBucketPolicyStatus', 's3:GetBucketPublicAccessBlock']
    """
    for action in WELL_KNOWN:
        if all(pattern.matches(action) for pattern in passing) and not any(p.matches(action) for p in failing):
            yield action
    yield from (action for action in matching(passing, failing) if action not in WELL_KNOWN)

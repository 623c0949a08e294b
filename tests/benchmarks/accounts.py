"""Synthetic accounts: half users, half roles, one to three policies each, resource policies on a tenth."""

import random
from typing import Any

import iamkit as ik
from tests.short import OWN

SIZES = (10, 100, 500, 2000)
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:List*", "ec2:Describe*", "sqs:*", "kms:Decrypt", "dynamodb:GetItem",
           "iam:PassRole", "sts:AssumeRole", "*"]  # fmt: skip
RESOURCES = ["*", "arn:aws:s3:::b1/*", "arn:aws:s3:::b2/*", "arn:aws:s3:::*", f"arn:aws:sqs:*:{OWN}:q*"]
CONDITIONS: list[dict[str, Any]] = [
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"StringEquals": {"aws:PrincipalTag/team": "blue"}},
]
BUCKET, SOURCE = "arn:aws:s3:::b1", f"arn:aws:iam::{OWN}:user/u0"
ELSEWHERE = "arn:aws:sqs:eu-west-1:999999999999:jobs"
ASSUME = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}


def account(size: int, seed: int = 0) -> ik.World:
    """A world with so many principals. Half of the roles trust the account, half one user. The first user may assume
    every role that trusts the account."""
    rng, world = random.Random(seed), ik.World()
    own = world.account(OWN)
    for number in range(size // 2):
        held = policies(rng) + [ASSUME] * (number == 0)
        own.user(f"u{number}", policies=held, tags={"team": rng.choice(["blue", "red"])})
        trusted = rng.choice([OWN, f"arn:aws:iam::{OWN}:user/u{number}"])
        trust = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
        own.role(f"r{number}", trust={"Statement": trust}, policies=policies(rng))
    for number in range(size // 10):
        arn, user = f"arn:aws:s3:::b{number}", f"arn:aws:iam::{OWN}:user/u{number}"
        named = {"Effect": rng.choice(["Allow", "Deny"]), "Principal": {"AWS": user}}
        own.resource(arn, policy={"Statement": {**named, "Action": "s3:GetObject", "Resource": f"{arn}/*"}})
    return world


def chain_of(length: int) -> tuple[ik.World, str, str]:
    """A world in which a user may assume the first role, that role the second, and so on; the user and the last role,
    by ARN."""
    world = ik.World()
    own = world.account(OWN)
    first = last = own.user("u0").arn
    for number in range(length):
        trusted = {"Effect": "Allow", "Principal": {"AWS": last}, "Action": "sts:AssumeRole"}
        last = own.role(f"r{number}", trust={"Statement": trusted}).arn
    return world, first, last


def policies(rng: random.Random) -> list[dict[str, Any]]:
    """One to three policies of one to three statements."""
    return [{"Version": "2012-10-17", "Statement": [statement(rng) for _ in range(rng.randint(1, 3))]}
            for _ in range(rng.randint(1, 3))]  # fmt: skip


def statement(rng: random.Random) -> dict[str, Any]:
    """Six of seven allow; three of ten have a condition."""
    made: dict[str, Any] = {"Effect": "Allow" if rng.random() < 0.85 else "Deny"}
    made["Action"] = rng.sample(ACTIONS, rng.randint(1, 3))
    made["Resource"] = rng.sample(RESOURCES, rng.randint(1, 2))
    return made | ({"Condition": rng.choice(CONDITIONS)} if rng.random() < 0.3 else {})

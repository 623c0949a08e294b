"""B20: pods on Amazon EKS, by OpenID Connect and by Pod Identity."""

import pytest

from iamkit.credentials.flows.eks import PODS, irsa, pod_identity
from tests.credentials.acme import PAYROLL, READ, Web

GET = ("s3:GetObject", f"{PAYROLL}/march.csv")
CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/acme"


@pytest.fixture
def web():
    web = Web()
    web.provider.client_ids.append("sts.amazonaws.com")
    return web


def steps(flow):
    return [(one.sender, one.receiver) for one in flow.messages]


def play(web, service_account="reader", **given):
    role = web.role(StringEquals={"oidc.acme.example:sub": "system:serviceaccount:payroll:reader",
                                  "oidc.acme.example:aud": "sts.amazonaws.com"})  # fmt: skip
    return irsa(web.world, web.sts.clock, web.idp, role, "payroll", service_account, **given)


def test_B20_irsa_is_assume_role_with_web_identity(web):
    flow = play(web, call=GET)
    pod, cluster, sts, service = "Pod", "Cluster", "AWS STS", "AWS service"
    assert steps(flow) == [(cluster, pod), (pod, sts), (sts, cluster), (sts, sts), (sts, pod), (pod, service)]
    assert flow.result.operation == "AssumeRoleWithWebIdentity"
    assert flow.result.lasts == 3600
    assert flow.messages[-1].decided.allowed


def test_B20_the_projected_token_lasts_a_day(web):
    claims = play(web).messages[0].carries["token"].claims
    assert claims["exp"] - claims["iat"] == 86_400


def test_B20_another_service_account_does_not_get_the_role(web):
    assert play(web, "other").result.error == "AccessDenied"


def trusting(web, *actions):
    statement = {"Effect": "Allow", "Principal": {"Service": PODS}, "Action": list(actions)}
    return web.acme.role("pods", trust={"Version": "2012-10-17", "Statement": statement}, policies=[READ])


def pods(web, role, **given):
    return pod_identity(web.world, web.sts.clock, role, CLUSTER, "payroll", "reader", **given)


def test_B20_pod_identity_tags_the_session_with_who_the_pod_is(web):
    flow = pods(web, trusting(web, "sts:AssumeRole", "sts:TagSession"), call=GET)
    assert set(flow.result.session.tags) == {
        "eks-cluster-arn", "eks-cluster-name", "kubernetes-namespace", "kubernetes-service-account",
        "kubernetes-pod-name", "kubernetes-pod-uid",
    }  # fmt: skip
    assert flow.result.session.tags["kubernetes-namespace"] == "payroll"
    assert flow.messages[-1].decided.allowed


def test_B20_pod_identity_needs_tag_session_in_the_trust_policy(web):
    flow = pods(web, trusting(web, "sts:AssumeRole"))
    assert flow.result.error == "AccessDenied"
    assert flow.refused_at == len(flow.messages)


@pytest.mark.parametrize("trusted", [True, False])
def test_B20_a_target_role_is_role_chaining(web, trusted):
    first = trusting(web, "sts:AssumeRole", "sts:TagSession")
    onward = {"Statement": {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "*"}}
    first.inline.update(web.acme.role("x", trust=first.trust, inline={"onward": onward}).inline)
    statement = {"Effect": "Allow", "Principal": {"AWS": first.arn if trusted else "444455556666"},
                 "Action": ["sts:AssumeRole", "sts:TagSession"]}  # fmt: skip
    target = web.acme.role("target", trust={"Version": "2012-10-17", "Statement": statement}, max_session=43_200)
    flow = pods(web, first, target=target)
    assert bool(flow.result) is trusted
    if trusted:
        assert flow.result.session.of == target.arn
        assert flow.result.lasts == 3600
        assert flow.result.parent.session.of == first.arn

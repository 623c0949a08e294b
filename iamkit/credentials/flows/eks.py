"""Kubernetes on Amazon EKS: a pod gets credentials without a secret in it, in either of two ways.

IRSA is OpenID Connect: the cluster is an identity provider, and a token file is projected into the pod. With EKS Pod
Identity the service does the asking, and tags the session with who the pod is.

Source: Amazon EKS User Guide, iam-roles-for-service-accounts, pod-identities, pod-id-abac.
"""

from iamkit.credentials.clock import DAY, HOUR, Clock
from iamkit.credentials.federation import Flow, Script
from iamkit.credentials.oidcidp import OidcIdp
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Refused
from iamkit.credentials.web import assume_role_with_web_identity
from iamkit.identity.identities import Role
from iamkit.world import World

POD, CLUSTER, AGENT, EKS, STS, SERVICE = (
    "Pod", "Cluster", "Pod Identity Agent", "Amazon EKS", "AWS STS", "AWS service",
)  # fmt: skip
TOKEN_LIVES = DAY
"""Seconds: of the token that IRSA projects into a pod, unless the pod says otherwise."""
PODS = "pods.eks.amazonaws.com"


def irsa(world: World, clock: Clock, idp: OidcIdp, role: Role, namespace: str, service_account: str, *,
         duration: int | None = None, call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """IAM roles for service accounts.

    Args:
        idp: the cluster as an identity provider, ``https://oidc.eks.REGION.amazonaws.com/id/…``.
        role: the role in the annotation of the service account.
        namespace, service_account: whose the pod is.
        duration: DurationSeconds.
        call: action and resource of a request that follows with the credentials.
    """
    script = Script("IAM roles for service accounts", (POD, CLUSTER, STS, SERVICE), "iam-roles-for-service-accounts")
    sub = f"system:serviceaccount:{namespace}:{service_account}"
    token = idp.token(sub, "sts.amazonaws.com", clock, lasts=TOKEN_LIVES)
    script.say(CLUSTER, POD, "project a token file (a JWT)", {"token": token}, note="It is renewed before it ends.")
    asked = {"RoleArn": role.arn, "RoleSessionName": service_account, "WebIdentityToken": token}
    script.say(POD, STS, "AssumeRoleWithWebIdentity", asked, note="The SDK in the pod does it by itself.")
    script.say(STS, CLUSTER, "fetch the public keys", {"from": f"{idp.url}/.well-known/openid-configuration"})
    sts = Sts(world, clock)
    answer = assume_role_with_web_identity(sts, role, service_account, token, idps=[idp], duration=duration)
    script.say(STS, STS, "check signature, issuer, dates, audience and trust policy", decided=answer)
    if isinstance(answer, Refused):
        return script.end()
    script.say(STS, POD, "temporary credentials", {"Credentials": answer})
    if call:
        signed = {"signed with": answer.access_key_id}
        script.say(POD, SERVICE, f"{call[0]} on {call[1]}", signed, sts.call(answer, *call))
    return script.end()


def pod_identity(world: World, clock: Clock, role: Role, cluster: str, namespace: str, service_account: str, *,
                 pod: str = "pod-1", target: Role | None = None,
                 call: tuple[str, str] | None = None) -> Flow:  # fmt: skip
    """EKS Pod Identity: the service assumes the role, with six session tags.

    Args:
        role: the role of the association; it trusts `PODS` for sts:AssumeRole and sts:TagSession.
        cluster: the ARN of the cluster.
        namespace, service_account, pod: whose and which pod.
        target: a second role, which the first one assumes: role chaining, so an hour at most.
        call: action and resource of a request that follows with the credentials.
    """
    script = Script("EKS Pod Identity", (POD, AGENT, EKS, STS, SERVICE), "pod-identities")
    script.say(POD, AGENT, "credentials, please", {"token": "of the service account"})
    script.say(AGENT, EKS, "AssumeRoleForPodIdentity", {"service account": f"{namespace}/{service_account}"})
    tags = {
        "eks-cluster-arn": cluster,
        "eks-cluster-name": cluster.rpartition("/")[2],
        "kubernetes-namespace": namespace,
        "kubernetes-service-account": service_account,
        "kubernetes-pod-name": pod,
        "kubernetes-pod-uid": f"uid-of-{pod}",
    }
    sts, name = Sts(world, clock), f"eks-{service_account}-{pod}"
    script.say(EKS, STS, "AssumeRole", {"RoleArn": role.arn, "RoleSessionName": name, "Tags": tags})
    answer = sts.assume_role(PODS, role, name, tags=tags, transitive=list(tags))
    script.say(STS, EKS, "temporary credentials", decided=answer)
    if isinstance(answer, Refused):
        return script.end()
    if target is not None:
        script.say(EKS, STS, "AssumeRole, for the target role", {"RoleArn": target.arn, "RoleSessionName": name})
        answer = sts.assume_role(answer, target, name, duration=HOUR)
        script.say(STS, EKS, "temporary credentials of the target role", decided=answer)
        if isinstance(answer, Refused):
            return script.end()
    script.say(EKS, AGENT, "temporary credentials", {"Credentials": answer})
    script.say(AGENT, POD, "temporary credentials", {"Credentials": answer})
    if call:
        signed = {"signed with": answer.access_key_id}
        script.say(POD, SERVICE, f"{call[0]} on {call[1]}", signed, sts.call(answer, *call))
    return script.end()

"""What is known of single condition keys: which hold several values, which are always there.

Source: IAM User Guide, reference_policies_condition-keys (global keys) and the service pages of the Service
Authorization Reference ("ArrayOfString"), which `iamkit.catalogue` holds. The lists here are for global keys and for
what the catalogue lacks.
"""

from functools import lru_cache

from iamkit.catalogue import key_type

MULTIVALUED = frozenset(
    {
        "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths",
        "aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths", "dynamodb:attributes", "dynamodb:leadingkeys",
        "iam:permissionsboundary:tagkeys", "kms:encryptioncontextkeys", "kms:grantoperations",
        "s3:requestobjecttagkeys", "sts:transitivetagkeys",
    }
)  # fmt: skip

BOOLEAN = frozenset(
    {"aws:securetransport", "aws:multifactorauthpresent", "aws:viaawsservice", "aws:principalisawsservice"}
)

ALWAYS_PRESENT = frozenset({"aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:viaawsservice"})


@lru_cache(maxsize=4096)
def is_multivalued(key: str) -> bool:
    """True if a request may carry several values of this key.

    >>> is_multivalued("aws:TagKeys"), is_multivalued("aws:SourceIp"), is_multivalued("dynamodb:Attributes")
    (True, False, True)
    """
    key = key.lower()
    return key in MULTIVALUED or key.endswith(":amr") or str(key_type(key)).startswith("ArrayOf")


@lru_cache(maxsize=4096)
def is_boolean(key: str) -> bool:
    """True if the key is ``true`` or ``false`` whenever a request carries it.

    >>> is_boolean("aws:SecureTransport"), is_boolean("ec2:Encrypted"), is_boolean("aws:SourceIp")
    (True, True, False)
    """
    return key.lower() in BOOLEAN or key_type(key) == "Bool"

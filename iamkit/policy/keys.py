"""What is known of single condition keys: which hold several values, which are always there.

Source: IAM User Guide, reference_policies_condition-keys (global keys) and the service pages of the Service
Authorization Reference ("ArrayOfString").
"""

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


def is_multivalued(key: str) -> bool:
    """True if a request may carry several values of this key.

    >>> is_multivalued("aws:TagKeys"), is_multivalued("aws:SourceIp")
    (True, False)
    """
    key = key.lower()
    return key in MULTIVALUED or key.endswith(":amr")

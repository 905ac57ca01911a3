"""A KMS client of another make: every answer as JSON on one line, for the test beside this file."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, region, key, mac_key, access_key, secret, token = sys.argv[1:]
kms = boto3.client(
    "kms",
    endpoint_url=endpoint,
    region_name=region,
    aws_access_key_id=access_key,
    aws_secret_access_key=secret,
    aws_session_token=token,
    config=Config(retries={"max_attempts": 0}),
)
context = {"claimseal:aud": "care"}


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)
blob = made["CiphertextBlob"]
opened = kms.decrypt(CiphertextBlob=blob, KeyId=key, EncryptionContext=context)
encrypted = kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext=context)
mac = kms.generate_mac(KeyId=mac_key, Message=b"message", MacAlgorithm="HMAC_SHA_256")["Mac"]
print(
    json.dumps(
        {
            "blob": len(blob),
            "same": made["Plaintext"] == opened["Plaintext"],
            "key": opened["KeyId"],
            "text": kms.decrypt(CiphertextBlob=encrypted["CiphertextBlob"], EncryptionContext=context)["Plaintext"].decode(),
            "mac": kms.verify_mac(KeyId=mac_key, Message=b"message", MacAlgorithm="HMAC_SHA_256", Mac=mac)["MacValid"],
            "state": kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"],
            "refused": {
                "context": refusal(kms.decrypt, CiphertextBlob=blob, EncryptionContext={}),
                "key": refusal(kms.decrypt, CiphertextBlob=blob, KeyId=mac_key, EncryptionContext=context),
                "missing": refusal(kms.describe_key, KeyId="alias/none"),
                "policy": refusal(kms.disable_key, KeyId=key),
            },
        }
    )
)

"""Opens the vectors that must open, refuses those that must not:  python3 open_vectors.py ../../../vectors/v1/*.json"""
import base64
import json
import pathlib
import sys
from cryptography.hazmat.primitives.asymmetric import ec
from open_envelope import INTEGRITY, Refused, claims_of, decrypt

def raw(text):
    return base64.urlsafe_b64decode(text + "==")

def kms(file, context):
    """Stands for kms.decrypt(KeyId=<own>, EncryptionContext=context, CiphertextBlob=blob)["Plaintext"]."""
    known = [(it["context"], raw(it["wrapped"]), raw(it["key"])) for it in file.get("dataKeys", [])]
    known += [(it["context"], raw(it["blob"]), raw(it["plaintext"])) for it in file.get("ciphertexts", [])]
    def decrypt_blob(blob):
        for under, wrapped, plaintext in known:
            if (under, wrapped) == (context, blob):
                return plaintext
        raise Refused(INTEGRITY)
    return decrypt_blob

def agreement(jwk):
    """Stands for kms.derive_shared_secret(KeyId=<own>, KeyAgreementAlgorithm="ECDH", PublicKey=<SPKI of epk>)."""
    private = ec.derive_private_key(int.from_bytes(raw(jwk["d"]), "big"), ec.SECP256R1())
    return lambda epk: private.exchange(ec.ECDH(), epk)

def open_vector(file, vector):
    mode, token = file["mode"], vector["token"]
    context = file["dataKeys"][vector["dataKey"]]["context"] if "dataKey" in vector else vector.get("context")
    if mode == "direct":
        context = {**context, "claimseal:sub": token["sub"]}
    keys = [file["keys"][index] for index in vector.get("keys", [])]
    agreements = {key["kid"]: agreement(key["jwk"]) for key in keys}
    plaintext = decrypt(mode, vector["value"], kms(file, context), agreements)
    window = vector.get("iatWindow", {"min": -60, "max": 600})
    return claims_of(mode, plaintext, token, vector.get("place"), vector.get("bindClient"), window)

def outcome_of(file, vector):
    try:
        return "claims", open_vector(file, vector)
    except Refused as refusal:
        return "code", str(refusal)

counts = {"claims": 0, "code": 0, "wrong": 0}
for name in sys.argv[1:]:
    file = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
    for vector in file["vectors"]:
        kind, outcome = outcome_of(file, vector)
        right = vector.get(kind) == outcome
        counts[kind if right else "wrong"] += 1
        if not right:
            print(f"{name}: {vector['name']}: {outcome if kind == 'code' else 'opened'}")
print(f"{counts['claims']} opened, {counts['code']} refused, {counts['wrong']} wrong")
sys.exit(counts["wrong"] > 0)

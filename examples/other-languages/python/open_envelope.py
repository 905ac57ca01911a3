"""Opens claimseal's envelopes as docs/reference/envelope.md has them, with Debian's python3-cryptography alone."""
import base64
import json
import re
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

MALFORMED, INTEGRITY, BINDING = "SEALED_MALFORMED", "SEALED_INTEGRITY", "SEALED_BINDING"
RESERVED = {"sub", "iat", "exp", "nbf", "iss", "aud", "jti", "pool", "client_id"}
HEADERS = {"envelope": r'\{"alg":"A256KW","enc":"A256GCM"\}', "asymmetric": r'\{"alg":"ECDH-ES","enc":"A256GCM",'
           r'"kid":"([\w-]{8})","epk":\{"kty":"EC","crv":"P-256","x":"([\w-]{43})","y":"([\w-]{43})"\}\}'}

class Refused(Exception):
    """Its text is the code."""

def need(holds, code):
    if not holds:
        raise Refused(code)

def part(text, least, most):
    need(re.fullmatch(r"[A-Za-z0-9_-]+", text) and len(text) % 4 != 1, MALFORMED)
    raw = base64.urlsafe_b64decode(text + "==")
    need(base64.urlsafe_b64encode(raw).decode().rstrip("=") == text and least <= len(raw) <= most, MALFORMED)
    return raw

def decrypt(mode, value, kms_decrypt, agreements):
    """kms_decrypt(blob) is KMS Decrypt under the reader's own key and context; agreements[kid](epk) the ECDH secret."""
    version, *blobs = value.split("~")
    need(version == "1" and len(blobs) == (2 if mode == "envelope" else 1), MALFORMED)
    if mode == "direct":
        return kms_decrypt(part(blobs[0], 75, 4608))
    parts = blobs.pop().split(".")
    need(len(parts) == 5, MALFORMED)
    header, key, iv, ciphertext, tag = parts
    named = re.fullmatch(HEADERS[mode], part(header, 32, 183).decode("latin1"), re.ASCII)
    need(named and (mode == "envelope" or key == ""), MALFORMED)
    iv, content = part(iv, 12, 12), part(ciphertext, 1, 4096) + part(tag, 16, 16)
    try:
        if mode == "envelope":
            blob, key = part(blobs[0], 75, 450), part(key, 40, 40)
            content_key = aes_key_unwrap(kms_decrypt(blob), key)
        else:
            kid, point = named[1], b"\4" + part(named[2], 32, 32) + part(named[3], 32, 32)
            epk = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            need(kid in agreements, INTEGRITY)
            info = b"\0\0\0\7A256GCM" + bytes(8) + (256).to_bytes(4, "big")  # enc, no apu, no apv, 256 bits
            content_key = ConcatKDFHash(SHA256(), 32, info).derive(agreements[kid](epk))
        return AESGCM(content_key).decrypt(iv, content, header.encode())
    except (InvalidUnwrap, InvalidTag):
        raise Refused(INTEGRITY) from None
    except ValueError:  # a point that is not on the curve
        raise Refused(MALFORMED) from None

def distinct(members):
    need(len(dict(members)) == len(members), MALFORMED)
    return dict(members)

def levels(value):
    inside = value.values() if isinstance(value, dict) else value
    return 1 + max(map(levels, inside), default=0) if isinstance(value, (dict, list)) else 0

def no_number(_):  # Python's parser takes NaN and Infinity, which are not JSON
    raise Refused(MALFORMED)

def claims_of(mode, plaintext, token, place, bind_client, window):
    """token: sub, iat and clientId of the verified token; place: the reader's own audience and pool."""
    try:
        inside = json.loads(plaintext.decode(), object_pairs_hook=distinct, parse_constant=no_number)
        need(isinstance(inside, dict) and levels(inside) <= 33, MALFORMED)
    except (ValueError, RecursionError):
        raise Refused(MALFORMED) from None
    sub, iat = inside.pop("sub", token["sub"] if mode == "direct" else None), inside.pop("iat", None)
    need(sub == token["sub"] and type(iat) is int and window["min"] <= token["iat"] - iat <= window["max"], BINDING)
    if mode == "asymmetric":
        need(inside.pop("aud", None) == place["audience"] and inside.pop("pool", None) == place["poolId"], BINDING)
    if "clientId" in token and ("client_id" in inside or bind_client):
        need(inside.pop("client_id", None) == token["clientId"], BINDING)
    need(not inside.keys() & RESERVED, MALFORMED)
    return inside

"""Encrypted assertions: XML Encryption 1.1 with the algorithms that SAML providers use.

AES in CBC or GCM mode, or Triple DES, which is pysaml2's default, under a key that is encrypted by RSA-OAEP. RSA with PKCS #1 v1.5 is
refused: it invites Bleichenbacher's attack (XML Encryption 1.1, section 5.5.1). The library that does all of XML Encryption, xmlsec, must
be of the very libxml2 that lxml is of.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key

from cognito_emu.saml.errors import SamlError, refused
from cognito_emu.saml.xml import Element, find, read_xml, text_of
from cognito_emu.store.saml_certificates import SamlCertificate

_XENC = "http://www.w3.org/2001/04/xmlenc#"
_XENC11 = "http://www.w3.org/2009/xmlenc11#"
_OAEP = frozenset({f"{_XENC}rsa-oaep-mgf1p", f"{_XENC11}rsa-oaep"})
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2000/09/xmldsig#sha1": hashes.SHA1(),  # noqa: S303 - OAEP's default; its safety does not rest on collisions
    f"{_XENC}sha256": hashes.SHA256(),
    f"{_XENC}sha512": hashes.SHA512(),
}
_MGFS: dict[str, hashes.HashAlgorithm] = {
    f"{_XENC11}mgf1sha1": hashes.SHA1(),  # noqa: S303 - as above
    f"{_XENC11}mgf1sha256": hashes.SHA256(),
    f"{_XENC11}mgf1sha512": hashes.SHA512(),
}
_CBC: dict[str, type[algorithms.AES | TripleDES]] = {
    f"{_XENC}aes128-cbc": algorithms.AES,
    f"{_XENC}aes192-cbc": algorithms.AES,
    f"{_XENC}aes256-cbc": algorithms.AES,
    f"{_XENC}tripledes-cbc": TripleDES,
}
_GCM = frozenset({f"{_XENC11}aes128-gcm", f"{_XENC11}aes192-gcm", f"{_XENC11}aes256-gcm"})
_GCM_NONCE = 12


def decrypt_assertion(encrypted: Element, certificates: Iterable[SamlCertificate]) -> Element:
    """The assertion in an EncryptedAssertion.

    Args:
        encrypted: The element.
        certificates: Of the pool, whose older ones stay valid.

    Raises:
        SamlError: None of their keys opens it. The reason is not told: it would help whoever guesses.
    """
    for certificate in certificates:
        try:
            return read_xml(_decrypt(encrypted, certificate))
        except (ValueError, KeyError, IndexError, binascii.Error, InvalidTag, SamlError):
            continue
    raise refused("SAML Assertion cannot be decrypted.")


def _decrypt(encrypted: Element, certificate: SamlCertificate) -> bytes:
    private_key = load_der_private_key(certificate.private_key, None)
    assert isinstance(private_key, rsa.RSAPrivateKey)
    data = _required(encrypted, "xenc:EncryptedData")
    # The key is in the data's KeyInfo, or beside the data (saml-core, section 2.3.4).
    wrapped = find(data, "ds:KeyInfo/xenc:EncryptedKey")
    key = _unwrap(wrapped if wrapped is not None else _required(encrypted, "xenc:EncryptedKey"), private_key)
    algorithm, content = _algorithm(data), _content(data)
    if algorithm in _GCM:
        return AESGCM(key).decrypt(content[:_GCM_NONCE], content[_GCM_NONCE:], None)
    cipher = _CBC[algorithm](key)
    block = cipher.block_size // 8
    decryptor = Cipher(cipher, modes.CBC(content[:block])).decryptor()
    plain = decryptor.update(content[block:]) + decryptor.finalize()
    return plain[: -plain[-1]]  # section 5.2: the last octet tells how many are padding


def _unwrap(wrapped: Element, private_key: rsa.RSAPrivateKey) -> bytes:
    method = _required(wrapped, "xenc:EncryptionMethod")
    if method.get("Algorithm") not in _OAEP:
        raise ValueError(method.get("Algorithm"))
    digest = find(method, "ds:DigestMethod")
    mgf = method.find(f"{{{_XENC11}}}MGF")
    hash_algorithm = _DIGESTS[str(digest.get("Algorithm"))] if digest is not None else hashes.SHA1()  # noqa: S303 - the default
    mgf_hash = _MGFS[str(mgf.get("Algorithm"))] if mgf is not None else hashes.SHA1()  # noqa: S303 - the default
    return private_key.decrypt(_content(wrapped), padding.OAEP(padding.MGF1(mgf_hash), hash_algorithm, None))


def _algorithm(element: Element) -> str:
    return _required(element, "xenc:EncryptionMethod").get("Algorithm", "")


def _content(element: Element) -> bytes:
    return base64.b64decode(text_of(_required(element, "xenc:CipherData/xenc:CipherValue")))


def _required(element: Element, path: str) -> Element:
    found = find(element, path)
    if found is None:
        raise ValueError(path)
    return found

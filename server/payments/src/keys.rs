//! RSA keys of merchants and channels, 2048 bits and more, from PEM files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer};
use std::fmt;
use x509_cert::der::{Decode, Encode};
use x509_cert::spki::SubjectPublicKeyInfoRef;

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// No key in the file, or of another kind.
    #[error("no RSA key in PEM form")]
    NotAKey,
    /// Shorter than 2048 bits, or damaged.
    #[error("the key is damaged or too short")]
    Refused,
    /// The signature could not be made.
    #[error("signing failed")]
    Signing,
}

/// A private key. It is never printed.
pub struct SigningKey(RsaKeyPair);

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SigningKey(..)")
    }
}

impl SigningKey {
    /// Reads a key from PEM (PKCS#8 or PKCS#1).
    pub fn from_pem(pem: &[u8]) -> Result<SigningKey, KeyFault> {
        let pair = match PrivateKeyDer::from_pem_slice(pem).map_err(|_| KeyFault::NotAKey)? {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(KeyFault::NotAKey),
        };
        pair.map(SigningKey).map_err(|_| KeyFault::Refused)
    }

    /// Signs with SHA-256 and PKCS#1 v1.5; base64. The same text gives the same signature.
    pub fn sign(&self, message: &str) -> Result<String, KeyFault> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| KeyFault::Signing)?;
        Ok(STANDARD.encode(signature))
    }
}

/// A public key.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    /// The key as PKCS#1 has it.
    der: Vec<u8>,
}

impl VerifyingKey {
    /// Reads a public key, or the public key of a certificate, from PEM.
    pub fn from_pem(pem: &[u8]) -> Result<VerifyingKey, KeyFault> {
        if let Ok(info) = SubjectPublicKeyInfoDer::from_pem_slice(pem) {
            return VerifyingKey::from_info(&info);
        }
        let der = CertificateDer::from_pem_slice(pem).map_err(|_| KeyFault::NotAKey)?;
        let certificate = x509_cert::Certificate::from_der(&der).map_err(|_| KeyFault::NotAKey)?;
        let info = certificate.tbs_certificate.subject_public_key_info.to_der().map_err(|_| KeyFault::NotAKey)?;
        VerifyingKey::from_info(&info)
    }

    fn from_info(info: &[u8]) -> Result<VerifyingKey, KeyFault> {
        let info = SubjectPublicKeyInfoRef::try_from(info).map_err(|_| KeyFault::NotAKey)?;
        Ok(VerifyingKey { der: info.subject_public_key.raw_bytes().to_vec() })
    }

    /// Whether `signature` (base64) is of this message and key.
    pub fn proves(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature.trim()) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.der).verify(message, &signature).is_ok()
    }
}

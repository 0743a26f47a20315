//! Secrets on disk, and what is done with them: sealing, blind indexes, signed checkpoints.
//!
//! The folder `keys/` is made at the first start and never filled with defaults. It holds
//! `seal-1.key`, `seal-2.key`, … (AES-256-GCM, the highest number seals, all open),
//! `index.key` (HMAC-SHA-256), `checkpoint.key` (Ed25519) and `certificate-1.key`, … (Ed25519, the highest number signs
//! certificates, the public halves of all are published), each 32 bytes in hexadecimal.

use crate::{Chance, Error};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use ed25519_dalek::{Signer, SigningKey, Verifier};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use zeroize::Zeroizing;

/// Bytes of a nonce; it stands behind the two bytes of the key version.
const NONCE: usize = 12;

/// The keys of one installation.
pub struct Keys {
    seals: BTreeMap<u16, Aes256Gcm>,
    newest: u16,
    index: Zeroizing<[u8; 32]>,
    checkpoint: SigningKey,
    certificates: BTreeMap<u16, SigningKey>,
    chance: Chance,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Keys").field("newest", &self.newest).finish_non_exhaustive()
    }
}

/// The place a sealed value belongs to: a value moved to another row or column does not open.
pub fn place(table: &str, column: &str, id: impl std::fmt::Display) -> String {
    format!("{table}|{column}|{id}")
}

impl Keys {
    /// Reads `keys/` in the data folder, or makes it at the first start. A data folder that has a
    /// database but no keys is refused: new keys could never open what the old ones sealed.
    pub fn load_or_create(data: &Path, chance: &Chance) -> Result<Keys, Error> {
        let folder = data.join("keys");
        if !folder.exists() {
            if data.join("records.db").exists() {
                return Err(Error::Secret("there is a database but no keys: put the folder keys/ back"));
            }
            make(&folder, chance)?;
        }
        ensure_private(&folder)?;
        let mut seals = BTreeMap::new();
        let mut certificates = BTreeMap::new();
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if let Some(version) = version_of(&path, "seal-") {
                let secret = read(&path)?;
                seals.insert(version, Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(secret.as_slice())));
            } else if let Some(version) = version_of(&path, "certificate-") {
                certificates.insert(version, SigningKey::from_bytes(&*read(&path)?));
            }
        }
        let newest = *seals.keys().next_back().ok_or(Error::Secret("keys/seal-1.key is missing"))?;
        let checkpoint = SigningKey::from_bytes(&*read(&folder.join("checkpoint.key"))?);
        let index = read(&folder.join("index.key"))?;
        if certificates.is_empty() {
            // Codes on papers that an older key signed are no longer proved; their numbers still are.
            tracing::warn!("There was no key for certificates: keys/certificate-1.key was made");
            let path = folder.join("certificate-1.key");
            write(&path, chance)?;
            certificates.insert(1, SigningKey::from_bytes(&*read(&path)?));
        }
        Ok(Keys { seals, newest, index, checkpoint, certificates, chance: chance.clone() })
    }

    /// Adds a new key for certificates; the next start signs with it, and what older ones signed stays proved.
    pub fn rotate_certificates(data: &Path, chance: &Chance) -> Result<u16, Error> {
        let keys = Keys::load_or_create(data, chance)?;
        let newest = keys.certificates.keys().next_back().copied().unwrap_or(0);
        let next = newest.checked_add(1).ok_or(Error::Secret("no further key version"))?;
        write(&data.join("keys").join(format!("certificate-{next}.key")), chance)?;
        Ok(next)
    }

    /// Adds a new sealing key to the folder; the next start seals with it and still opens everything older.
    pub fn rotate(data: &Path, chance: &Chance) -> Result<u16, Error> {
        let keys = Keys::load_or_create(data, chance)?;
        let next = keys.newest.checked_add(1).ok_or(Error::Secret("no further key version"))?;
        write(&data.join("keys").join(format!("seal-{next}.key")), chance)?;
        Ok(next)
    }

    /// Encrypts `bytes` for a [`place`]. The same bytes come out differently every time.
    pub fn seal(&self, place: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let cipher = self.seals.get(&self.newest).ok_or(Error::Secret("no sealing key"))?;
        let nonce: [u8; NONCE] = self.chance.bytes();
        let sealed = cipher
            .encrypt(Nonce::from_slice(&nonce), Payload { msg: bytes, aad: place.as_bytes() })
            .map_err(|_| Error::Secret("sealing failed"))?;
        let mut out = Vec::with_capacity(2 + NONCE + sealed.len());
        out.extend_from_slice(&self.newest.to_be_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Decrypts what [`Keys::seal`] made for the same place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let (version, rest) = sealed.split_first_chunk::<2>().ok_or(Error::Secret("a sealed value is too short"))?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(Error::Secret("a sealed value is too short"))?;
        let cipher = self
            .seals
            .get(&u16::from_be_bytes(*version))
            .ok_or(Error::Secret("a value was sealed with a key that is not here"))?;
        cipher
            .decrypt(Nonce::from_slice(nonce), Payload { msg: body, aad: place.as_bytes() })
            .map_err(|_| Error::Secret("a sealed value does not open"))
    }

    /// [`Keys::open`] for text.
    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Result<String, Error> {
        String::from_utf8(self.open(place, sealed)?).map_err(|_| Error::Secret("a sealed value is no text"))
    }

    /// The blind index of a text: equal for equal texts of one purpose, and without the key neither
    /// reversible nor guessable. 64 hexadecimal digits.
    pub fn index(&self, purpose: &str, text: &str) -> String {
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(self.index.as_slice()).map(|mut mac| {
            mac.update(purpose.as_bytes());
            mac.update(&[0]);
            mac.update(text.as_bytes());
            mac.finalize().into_bytes()
        });
        // HMAC takes keys of any length, so the other arm is never reached.
        mac.map_or_else(|_| String::new(), hex::encode)
    }

    /// Signs a checkpoint over the history: 128 hexadecimal digits.
    pub fn sign_checkpoint(&self, text: &str) -> String {
        hex::encode(self.checkpoint.sign(text.as_bytes()).to_bytes())
    }

    /// Whether a checkpoint was signed with our key.
    pub fn is_our_checkpoint(&self, text: &str, signature: &str) -> bool {
        hex::decode(signature)
            .ok()
            .and_then(|bytes| ed25519_dalek::Signature::from_slice(&bytes).ok())
            .is_some_and(|signature| self.checkpoint.verifying_key().verify(text.as_bytes(), &signature).is_ok())
    }

    /// Id of the key that signs certificates now.
    pub(crate) fn certificate_key(&self) -> Result<String, Error> {
        let (_, key) = self.certificates.last_key_value().ok_or(Error::Secret("no key for certificates"))?;
        Ok(key_id(&key.verifying_key().to_bytes()))
    }

    /// Signs with it.
    pub(crate) fn sign_certificate(&self, bytes: &[u8]) -> Result<[u8; 64], Error> {
        let (_, key) = self.certificates.last_key_value().ok_or(Error::Secret("no key for certificates"))?;
        Ok(key.sign(bytes).to_bytes())
    }

    /// The public halves of all keys for certificates, the newest first: id and 32 bytes.
    pub(crate) fn certificate_publics(&self) -> Vec<(String, [u8; 32])> {
        let publics = self.certificates.values().rev().map(|key| key.verifying_key().to_bytes());
        publics.map(|public| (key_id(&public), public)).collect()
    }

    /// Tells key sets apart without giving anything away; a database remembers its own.
    pub(crate) fn fingerprint(&self) -> String {
        self.index("fingerprint", "keys").chars().take(16).collect()
    }
}

/// Id of a public key: the beginning of its digest, eight hexadecimal digits.
fn key_id(public: &[u8; 32]) -> String {
    hex::encode(&Sha256::digest(public)[..4])
}

/// Whether these bytes were signed by the owner of this public key (Ed25519).
pub(crate) fn is_signed(public: &[u8; 32], bytes: &[u8], signature: &[u8; 64]) -> bool {
    let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(public) else { return false };
    key.verify_strict(bytes, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
}

/// SHA-256 as 64 hexadecimal digits: how secrets of links and cookies are kept.
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Fills a new folder beside the final one and renames it, so that half a set of keys never stays behind.
fn make(folder: &Path, chance: &Chance) -> Result<(), Error> {
    let draft = folder.with_extension("new");
    if draft.exists() {
        std::fs::remove_dir_all(&draft)?;
    }
    make_private_folder(&draft)?;
    for name in ["seal-1.key", "index.key", "checkpoint.key", "certificate-1.key"] {
        write(&draft.join(name), chance)?;
    }
    std::fs::rename(&draft, folder)?;
    Ok(())
}

fn write(path: &Path, chance: &Chance) -> Result<(), Error> {
    let secret = Zeroizing::new(chance.bytes::<32>());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(Zeroizing::new(hex::encode(secret.as_slice())).as_bytes())?;
    file.sync_all()?;
    Ok(())
}

fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, Error> {
    ensure_private(path)?;
    let text = Zeroizing::new(std::fs::read_to_string(path)?);
    let mut secret = Zeroizing::new([0_u8; 32]);
    hex::decode_to_slice(text.trim(), secret.as_mut_slice())
        .map_err(|_| Error::Secret("a file in keys/ is not 64 hexadecimal digits"))?;
    Ok(secret)
}

fn version_of(path: &Path, kind: &str) -> Option<u16> {
    path.file_name()?.to_str()?.strip_prefix(kind)?.strip_suffix(".key")?.parse().ok()
}

/// Makes a folder that nobody else can look into; one that is there already stays as it is.
#[cfg(unix)]
pub(crate) fn make_private_folder(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    Ok(())
}

/// Makes a folder; one that is there already stays as it is.
#[cfg(not(unix))]
pub(crate) fn make_private_folder(path: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(path)?;
    Ok(())
}

#[cfg(unix)]
fn ensure_private(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    if std::fs::metadata(path)?.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(Error::Secret("others can read keys/: run chmod -R go= on it"))
    }
}

#[cfg(not(unix))]
fn ensure_private(_path: &Path) -> Result<(), Error> {
    Ok(())
}

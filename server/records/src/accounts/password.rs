//! Passwords: hashed with argon2id behind a short queue, refused when they are easy to guess.

use crate::{Chance, Error};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::account::{PASSWORD_MAX, PASSWORD_MIN, SignInRefusal};
use domain::form::{FieldFault, Problem};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// How many passwords are hashed at once: each takes 19 MiB and a whole core.
const AT_ONCE: usize = 2;
/// How long a person waits in the queue before being asked to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(12);
/// What the busy answer asks for, in seconds.
const COME_BACK_IN: u32 = 15;
/// OWASP's parameters beside 19 MiB: two passes, one lane.
const PASSES: u32 = 2;

/// Hashes and verifies. A rush of sign-ins waits here and nowhere else.
#[derive(Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    dummy: Arc<str>,
    permits: Arc<Semaphore>,
    wait: Duration,
}

impl Hasher {
    /// A hasher that takes `memory_kib` KiB for each password.
    pub fn new(memory_kib: u32) -> Result<Hasher, Error> {
        let params = Params::new(memory_kib, PASSES, 1, None).map_err(|_| Error::Secret("unusable argon2 memory"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let salt = SaltString::encode_b64(&[0; 16]).map_err(|_| Error::Secret("unusable salt"))?;
        let dummy = argon2
            .hash_password(b"nobody has this password", &salt)
            .map_err(|_| Error::Secret("hashing failed"))?
            .to_string();
        Ok(Hasher { argon2, dummy: dummy.into(), permits: Arc::new(Semaphore::new(AT_ONCE)), wait: LONGEST_WAIT })
    }

    /// The hash of a password as a PHC text with its own salt.
    pub async fn hash(&self, password: &str, chance: &Chance) -> Result<String, Error> {
        let salt = SaltString::encode_b64(&chance.bytes::<16>()).map_err(|_| Error::Secret("unusable salt"))?;
        let password = Zeroizing::new(password.to_owned());
        let argon2 = self.argon2.clone();
        self.queued(move || {
            argon2
                .hash_password(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|_| Error::Secret("hashing failed"))
        })
        .await?
    }

    /// Whether the password belongs to the hash. Without a hash the same work is done and the answer is no.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.map_or_else(|| self.dummy.clone(), Arc::from);
        let password = Zeroizing::new(password.to_owned());
        let argon2 = self.argon2.clone();
        self.queued(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| Error::Secret("a kept password hash cannot be read"))?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await?
    }

    async fn queued<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let waiting = tokio::time::timeout(self.wait, self.permits.clone().acquire_owned());
        let Ok(Ok(permit)) = waiting.await else {
            return Err(SignInRefusal::Busy { seconds: COME_BACK_IN }.into());
        };
        tokio::task::spawn_blocking(move || {
            let _held = permit;
            work()
        })
        .await
        .map_err(|_| Error::Secret("hashing was interrupted"))
    }
}

/// What is wrong with a chosen password, if anything. `own` are the person's number, mobile and name.
pub fn fault(password: &str, own: &[&str]) -> Option<Problem> {
    let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
    if length == 0 {
        return Some(Problem::Missing);
    }
    if length < PASSWORD_MIN {
        return Some(Problem::TooShort { length, needed: PASSWORD_MIN });
    }
    if length > PASSWORD_MAX {
        return Some(Problem::TooLong { length, limit: PASSWORD_MAX });
    }
    is_guessable(password, own).then_some(Problem::PasswordGuessable)
}

/// What is wrong with a password that was chosen and typed once more, by field.
pub(crate) fn faults(password: &str, again: &str, own: &[&str]) -> Vec<FieldFault> {
    let fault = |key: &str, label: &str, problem| FieldFault { key: key.into(), label: label.into(), problem };
    if let Some(problem) = self::fault(password, own) {
        vec![fault("password", "密码", problem)]
    } else if password != again {
        vec![fault("password_again", "再次输入密码", Problem::PasswordsDiffer)]
    } else {
        Vec::new()
    }
}

/// Digits of a person's own number that a password may repeat at most, in a row.
const OWN_DIGITS: usize = 6;

fn is_guessable(password: &str, own: &[&str]) -> bool {
    let folded = password.to_lowercase();
    let mut characters: Vec<char> = folded.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    characters.len() < 3
        || is_run(&folded)
        || COMMON.contains(&folded.as_str())
        || own.iter().any(|own| shares_much(&folded, &own.to_lowercase()))
}

/// `12345678`, `abcdefgh`, `87654321`: every character follows the one before.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|ch| i64::from(u32::from(ch))).collect();
    [1, -1].iter().any(|step| codes.windows(2).all(|pair| pair[1] - pair[0] == *step))
}

/// Whether the password holds the own text, or six of its digits in a row: the last six of an
/// identity number are the first thing anyone tries.
fn shares_much(password: &str, own: &str) -> bool {
    let own: Vec<char> = own.chars().filter(|ch| !ch.is_whitespace()).collect();
    if own.len() < 2 {
        return false;
    }
    own.windows(own.len().min(OWN_DIGITS)).any(|part| password.contains(&part.iter().collect::<String>()))
}

/// Passwords of eight characters and more from the top of every published list, here and abroad.
const COMMON: &[&str] = &[
    "123456789",
    "1234567890",
    "123123123",
    "147258369",
    "159357456",
    "1qaz2wsx",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "5201314a",
    "520131400",
    "11223344",
    "12341234",
    "88888888",
    "a1234567",
    "a12345678",
    "a123456789",
    "aa123456",
    "aa123456789",
    "aa12345678",
    "abc12345",
    "abc123456",
    "abcd1234",
    "abcd123456",
    "admin123",
    "admin1234",
    "admin888",
    "asdf1234",
    "asdfghjk",
    "asdfghjkl",
    "baseball",
    "football",
    "iloveyou",
    "iloveyou1",
    "letmein1",
    "password",
    "password1",
    "password12",
    "password123",
    "p@ssw0rd",
    "p@ssword",
    "passw0rd",
    "princess",
    "q1w2e3r4",
    "qazwsx123",
    "qazwsxedc",
    "qq123456",
    "qq123456789",
    "qwe12345",
    "qwer1234",
    "qwerty12",
    "qwerty123",
    "qwertyui",
    "qwertyuiop",
    "sunshine",
    "superman",
    "trustno1",
    "w123456789",
    "wang123456",
    "woaini123",
    "woaini520",
    "woaini1314",
    "woaiwojia",
    "wojiushiwo",
    "xiaoming",
    "zhang123",
    "zhang123456",
    "zhongguo",
    "zhejiang",
    "zxcvbnm1",
    "zxcvbnm123",
    "12345678a",
    "123456aa",
    "123456abc",
    "123qweasd",
    "1234qwer",
    "jikao123",
    "jikao2026",
    "00000000",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_anyone_tries_first_are_refused() {
        let own = ["330102199003071234", "13800001234", "李强"];
        for guess in ["12345678", "Password123", "aaaaaaaa", "a071234!", "x199003x", "hi李强2026"] {
            let found = fault(guess, &own);
            assert_eq!(found, Some(Problem::PasswordGuessable), "{guess}");
        }
        assert_eq!(fault("春天的第一只燕子", &own), None);
        assert_eq!(fault("kite-over-lake", &own), None);
        assert_eq!(fault("kite", &own), Some(Problem::TooShort { length: 4, needed: 8 }));
    }

    #[tokio::test]
    async fn whoever_waits_too_long_in_the_queue_is_asked_to_come_back() {
        let hasher = Hasher { wait: Duration::from_millis(20), ..Hasher::new(64).unwrap() };
        let held = hasher.permits.clone().acquire_many_owned(2).await.unwrap();
        let refused = hasher.verify("kite-over-lake", None).await;
        let busy = SignInRefusal::Busy { seconds: COME_BACK_IN };
        assert!(matches!(refused, Err(Error::Refused(domain::refusal::Refusal::SignIn(why))) if why == busy));
        drop(held);
        assert!(!hasher.verify("kite-over-lake", None).await.unwrap());
    }

    #[tokio::test]
    async fn a_password_without_an_account_is_never_right() {
        let hasher = Hasher::new(64).unwrap();
        let hash = hasher.hash("kite-over-lake", &Chance::seeded(1)).await.unwrap();
        assert!(hasher.verify("kite-over-lake", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("kite-over-lakes", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("nobody has this password", None).await.unwrap());
    }
}

//! The one place that rolls dice.

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Where randomness comes from.
#[derive(Debug, Clone)]
pub enum Chance {
    /// The operating system's generator: tokens, keys, nonces.
    System,
    /// The same dice every time: for tests.
    Seeded(Arc<Dice>),
}

/// Dice that fall the same way for the same seed.
#[derive(Debug)]
pub struct Dice {
    rng: Mutex<StdRng>,
    ids: AtomicU32,
}

/// How many ids this process has made with the operating system's dice.
static IDS: AtomicU32 = AtomicU32::new(0);

impl Chance {
    /// Dice that fall the same way for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Chance::Seeded(Arc::new(Dice { rng: Mutex::new(StdRng::seed_from_u64(seed)), ids: AtomicU32::new(0) }))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0_u8; N];
        match self {
            Chance::System => system_bytes(&mut out),
            Chance::Seeded(dice) => dice.rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut out),
        }
        out
    }

    /// A new id that sorts by `at` (milliseconds since 1970), UUID version 7. Those of one moment sort as this process
    /// made them: they are counted (RFC 9562, 6.2, method 1) in 26 bits, and 48 bits are thrown.
    pub fn id(&self, at: domain::time::Timestamp) -> Uuid {
        let mut bytes: [u8; 16] = self.bytes();
        let ms = u64::try_from(at.0).unwrap_or(0);
        bytes[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        let ids = match self {
            Chance::System => &IDS,
            Chance::Seeded(dice) => &dice.ids,
        };
        let nth = ids.fetch_add(1, Ordering::Relaxed);
        let part = |from: u32, bits: u32| u8::try_from((nth >> from) & ((1 << bits) - 1)).unwrap_or(0);
        bytes[6] = 0x70 | part(22, 4);
        bytes[7] = part(14, 8);
        bytes[8] = 0x80 | part(8, 6);
        bytes[9] = part(0, 8);
        Uuid::from_bytes(bytes)
    }

    /// A secret of 80 bits for a link that lives for days and asks who opens it, as 20 digits and letters: what fits into a
    /// variable of a text message.
    pub fn short_token(&self) -> String {
        hex::encode(self.bytes::<10>())
    }

    /// A secret of 256 bits for a link or a cookie, as 43 URL-safe characters.
    pub fn token(&self) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place")]
fn system_bytes(out: &mut [u8]) {
    rand::rng().fill_bytes(out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Timestamp;

    #[test]
    fn ids_of_one_moment_sort_as_they_were_made() {
        for chance in [Chance::seeded(1), Chance::System] {
            let ids: Vec<Uuid> = (0..70_000).map(|_| chance.id(Timestamp(1_795_226_400_000))).collect();
            let mut sorted = ids.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(sorted, ids);
            assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
            assert!(chance.id(Timestamp(1_795_226_400_001)) > ids[ids.len() - 1]);
            assert!(chance.id(Timestamp(1_795_226_399_999)) < ids[0]);
        }
    }
}

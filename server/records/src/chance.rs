//! The one place that rolls dice.

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Where randomness comes from.
#[derive(Debug, Clone)]
pub enum Chance {
    /// The operating system's generator: tokens, keys, nonces.
    System,
    /// The same dice every time: for tests.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Chance {
    /// Dice that fall the same way for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Chance::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0_u8; N];
        match self {
            Chance::System => system_bytes(&mut out),
            Chance::Seeded(dice) => match dice.lock() {
                Ok(mut dice) => dice.fill_bytes(&mut out),
                Err(poisoned) => poisoned.into_inner().fill_bytes(&mut out),
            },
        }
        out
    }

    /// A new id that sorts by `at` (milliseconds since 1970), UUID version 7.
    pub fn id(&self, at: domain::time::Timestamp) -> Uuid {
        let mut bytes: [u8; 16] = self.bytes();
        let ms = u64::try_from(at.0).unwrap_or(0).to_be_bytes();
        bytes[..6].copy_from_slice(&ms[2..]);
        bytes[6] = 0x70 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        Uuid::from_bytes(bytes)
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

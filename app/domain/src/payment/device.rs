//! What somebody pays with, and by which product of a channel.

use super::Channel;
use serde::{Deserialize, Serialize};

/// A kind of payment at a channel. A channel takes one number of ours for one kind only, so each kind has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attempt {
    /// A code that is scanned from a screen: Native, 当面付.
    Screen,
    /// The browser of a phone opens the channel's own page: H5, 手机网站支付.
    Phone,
    /// The window of payment inside 微信: JSAPI.
    Inside,
    /// The browser of a computer opens the channel's own page: 电脑网站支付.
    Page,
}

impl Attempt {
    /// Every kind.
    pub const ALL: [Attempt; 4] = [Attempt::Screen, Attempt::Phone, Attempt::Inside, Attempt::Page];

    /// The word in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Attempt::Screen => "screen",
            Attempt::Phone => "phone",
            Attempt::Inside => "inside",
            Attempt::Page => "page",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Attempt::ALL.into_iter().find(|attempt| attempt.as_str() == word)
    }

    /// What the number of an order ends with at the channel.
    fn letter(self) -> &'static str {
        match self {
            Attempt::Screen => "",
            Attempt::Phone => "H",
            Attempt::Inside => "J",
            Attempt::Page => "P",
        }
    }

    /// The number at the channel of an order of ours.
    pub fn number(self, order: &str) -> String {
        format!("{order}{}", self.letter())
    }

    /// Our number of an order, from a number at the channel.
    pub fn order_of(number: &str) -> &str {
        number.trim_end_matches(|ch: char| ch.is_ascii_uppercase())
    }
}

/// What somebody pays with, as far as the browser says (`User-Agent`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// Inside 微信 on a phone.
    Wechat,
    /// Inside 支付宝 on a phone.
    Alipay,
    /// Another browser of a phone.
    Phone,
    /// Anything else: a screen before which somebody sits with a phone.
    Desktop,
}

impl Device {
    /// Reads what the browser says. 微信 on a computer and 企业微信 have no window of payment of ours: a code is scanned there.
    pub fn of(agent: &str) -> Device {
        let has = |words: &[&str]| words.iter().any(|word| agent.contains(word));
        if !has(&["Mobile", "Android", "iPhone", "HarmonyOS"]) || has(&["WindowsWechat", "MacWechat", "wxwork"]) {
            Device::Desktop
        } else if has(&["MicroMessenger"]) {
            Device::Wechat
        } else if has(&["AlipayClient"]) {
            Device::Alipay
        } else {
            Device::Phone
        }
    }

    /// The kind of payment that fits; `jsapi` where the window inside 微信 is configured. Neither program opens the other one's
    /// pages, and 微信 reads no code of payment from its own screen: there a code is shown, for another phone.
    pub fn attempt(self, channel: Channel, jsapi: bool) -> Attempt {
        match (self, channel) {
            (Device::Wechat, Channel::Wechat) if jsapi => Attempt::Inside,
            (Device::Alipay, Channel::Alipay) | (Device::Phone, _) => Attempt::Phone,
            _ => Attempt::Screen,
        }
    }

    /// Whether a channel is the one to begin with here. Where nothing speaks for one of them, all are.
    pub fn prefers(self, channel: Channel) -> bool {
        match self {
            Device::Wechat => channel == Channel::Wechat,
            Device::Alipay => channel == Channel::Alipay,
            Device::Phone | Device::Desktop => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
    const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";

    #[test]
    fn the_kind_of_payment_fits_what_somebody_holds() {
        use Channel::{Alipay, Wechat};
        let inside = |program: &str| Device::of(&format!("{IPHONE} {program}"));
        for (device, wanted, by_wechat, by_alipay) in [
            (inside("MicroMessenger/8.0.49"), Device::Wechat, Attempt::Inside, Attempt::Screen),
            (inside("AlipayClient/10.6"), Device::Alipay, Attempt::Screen, Attempt::Phone),
            (inside("Safari/604.1"), Device::Phone, Attempt::Phone, Attempt::Phone),
            (inside("wxwork/4.1 MicroMessenger/7.0.1"), Device::Desktop, Attempt::Screen, Attempt::Screen),
            (Device::of(WINDOWS), Device::Desktop, Attempt::Screen, Attempt::Screen),
            (
                Device::of(&format!("{WINDOWS} MicroMessenger/7.0 WindowsWechat")),
                Device::Desktop,
                Attempt::Screen,
                Attempt::Screen,
            ),
            (Device::of(""), Device::Desktop, Attempt::Screen, Attempt::Screen),
        ] {
            assert_eq!(device, wanted);
            assert_eq!(
                (device.attempt(Wechat, true), device.attempt(Alipay, true)),
                (by_wechat, by_alipay),
                "{device:?}"
            );
        }
        // Without the secret of our account there is no window inside 微信.
        assert_eq!(Device::Wechat.attempt(Wechat, false), Attempt::Screen);
        assert!(Device::Wechat.prefers(Wechat) && !Device::Wechat.prefers(Alipay) && Device::Phone.prefers(Alipay));
    }

    #[test]
    fn every_kind_has_a_number_of_its_own_and_leads_back_to_the_order() {
        let mut numbers: Vec<String> = Attempt::ALL.iter().map(|one| one.number("R20261121000001")).collect();
        assert!(numbers.iter().all(|number| Attempt::order_of(number) == "R20261121000001"));
        numbers.dedup();
        assert_eq!(numbers.len(), Attempt::ALL.len());
        for one in Attempt::ALL {
            assert_eq!(Attempt::parse(one.as_str()), Some(one));
        }
    }
}

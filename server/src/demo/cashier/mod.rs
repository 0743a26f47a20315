//! A cashier to rehearse with: it speaks the protocols of 微信支付 and 支付宝 over HTTP with keys of its own, and can
//! tell slowly, twice, in the wrong order, wrongly, or not at all. No money moves. For demonstrations and tests.

mod alipay;
mod inside;
mod page;
mod wechat;

use super::stand;
use crate::config::{AlipayPay, PayChannel, Payment, WechatPay};
use crate::pay::KeyFiles;
use axum::Router;
use axum::routing::{get, post};
use domain::ids::Fen;
use domain::payment::Channel;
use domain::time::Timestamp;
use payments::platform;
use payments::{SigningKey, VerifyingKey};
use records::{Chance, Clock};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::DropGuard;

const MERCHANT_KEY: &[u8] = include_bytes!("../../../demo/cashier/merchant.pem");
const MERCHANT_PUBLIC: &[u8] = include_bytes!("../../../demo/cashier/merchant-public.pem");
const WECHAT_KEY: &[u8] = include_bytes!("../../../demo/cashier/wechat.pem");
const WECHAT_PUBLIC: &[u8] = include_bytes!("../../../demo/cashier/wechat-public.pem");
const ALIPAY_KEY: &[u8] = include_bytes!("../../../demo/cashier/alipay.pem");
const ALIPAY_PUBLIC: &[u8] = include_bytes!("../../../demo/cashier/alipay-public.pem");
const NEXT_KEY: &[u8] = include_bytes!("../../../demo/cashier/wechat-next.pem");
const NEXT_CERTIFICATE: &[u8] = include_bytes!("../../../demo/cashier/wechat-next-certificate.pem");
const NEXT_SERIAL: &str = "6A2B4C5D7E8F90A1B2C3D4E5F60718293A4B5C6D";
const SERIAL: &str = "5157F09EFDC096DE15EBE81A47057A72FFFFFFFF";
const MERCHANT_SERIAL: &str = "444F4864EA9B34415FFFFFFFFFFFFFFFFFFFFFFF";
const MCHID: &str = "1900000001";
const APPID: &str = "wx0000000000000001";
const APP_ID: &str = "2021000000000001";
const SELLER_ID: &str = "2088000000000001";
/// Where 网页授权 stands.
const AUTHORIZE: &str = "/connect/oauth2/authorize";
const TOKEN: &str = "/sns/oauth2/access_token";
/// How long a slow notification takes.
const SLOWLY: Duration = Duration::from_secs(5);

/// How a payment is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// At once, once.
    Plain,
    /// Some seconds later.
    Slow,
    /// Five times, at once and later.
    Repeated,
    /// First by somebody else's key, then rightly.
    Forged,
    /// Another amount than the order's; nothing else.
    WrongAmount,
    /// Not at all: whoever wants to know asks.
    Lost,
    /// Paid a second time.
    Again,
}

impl Mood {
    /// Every mood with its word in forms and its button.
    pub const ALL: [(Mood, &'static str, &'static str); 7] = [
        (Mood::Plain, "plain", "付款"),
        (Mood::Slow, "slow", "付款，通知晚 5 秒"),
        (Mood::Repeated, "repeated", "付款，通知发 5 次"),
        (Mood::Forged, "forged", "付款，先来一个伪造的通知"),
        (Mood::WrongAmount, "wrong-amount", "只发一个金额不对的通知"),
        (Mood::Lost, "lost", "付款，通知丢了"),
        (Mood::Again, "again", "再付一次"),
    ];
}

/// A running cashier.
#[derive(Debug)]
pub struct Cashier {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its origin.
    pub origin: String,
    /// Channels for the configuration of the server.
    pub payment: Payment,
    shared: Shared,
    _open: DropGuard,
}

/// What its pages and answers know.
struct State {
    origin: String,
    merchant: VerifyingKey,
    wechat: platform::Wechat,
    /// The platform after a change of its key.
    wechat_next: platform::Wechat,
    changed: AtomicBool,
    alipay: platform::Alipay,
    /// Somebody else's key: what it signs is forged.
    foreign: platform::Alipay,
    foreign_wechat: platform::Wechat,
    clock: Clock,
    chance: Chance,
    http: reqwest::Client,
    orders: Mutex<BTreeMap<(Channel, String), Order>>,
    apiv3_key: String,
    app_secret: String,
    inside: Mutex<inside::Known>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("State")
    }
}

/// An order at a channel.
#[derive(Debug, Clone)]
struct Order {
    number: String,
    amount: Fen,
    about: String,
    back: String,
    /// Where the payer goes back to; empty where nobody came from a page.
    home: String,
    paid: Option<(String, Timestamp)>,
    refunds: BTreeMap<String, Fen>,
}

type Shared = Arc<State>;

impl Cashier {
    /// Starts on a port of its own at `host`.
    pub async fn start(host: IpAddr, clock: Clock, chance: Chance) -> io::Result<Cashier> {
        let listener = TcpListener::bind((host, 0)).await?;
        let address = listener.local_addr()?;
        let name = if host.is_unspecified() { "127.0.0.1".to_owned() } else { host.to_string() };
        let origin = format!("http://{name}:{}", address.port());
        let wrong = |why: &dyn std::fmt::Display| io::Error::other(why.to_string());
        let apiv3_key = hex::encode(chance.bytes::<16>());
        let app_secret = hex::encode(chance.bytes::<16>());
        let apiv3: [u8; 32] = apiv3_key.as_bytes().try_into().map_err(|why| wrong(&why))?;
        let key = |pem: &[u8]| SigningKey::from_pem(pem).map_err(|why| wrong(&why));
        let shared: Shared = Arc::new(State {
            origin: origin.clone(),
            merchant: VerifyingKey::from_pem(MERCHANT_PUBLIC).map_err(|why| wrong(&why))?,
            wechat: platform::Wechat { serial: SERIAL.into(), key: key(WECHAT_KEY)?, apiv3_key: apiv3 },
            wechat_next: platform::Wechat { serial: NEXT_SERIAL.into(), key: key(NEXT_KEY)?, apiv3_key: apiv3 },
            changed: AtomicBool::new(false),
            alipay: platform::Alipay { key: key(ALIPAY_KEY)? },
            foreign: platform::Alipay { key: key(MERCHANT_KEY)? },
            foreign_wechat: platform::Wechat { serial: SERIAL.into(), key: key(MERCHANT_KEY)?, apiv3_key: apiv3 },
            clock,
            chance,
            http: reqwest::Client::builder().no_proxy().build().map_err(|why| wrong(&why))?,
            orders: Mutex::default(),
            apiv3_key,
            app_secret,
            inside: Mutex::default(),
        });
        let router = Router::new()
            .route("/v3/pay/transactions/native", post(wechat::create))
            .route("/v3/pay/transactions/h5", post(wechat::create_h5))
            .route("/v3/pay/transactions/jsapi", post(inside::create))
            .route(AUTHORIZE, get(inside::authorize))
            .route(TOKEN, get(inside::token))
            .route("/window", post(inside::window))
            .route("/v3/pay/transactions/out-trade-no/{number}", get(wechat::query))
            .route("/v3/refund/domestic/refunds", post(wechat::refund))
            .route("/v3/certificates", get(wechat::certificates))
            .route("/v3/bill/tradebill", get(wechat::bill))
            .route("/v3/billdownload/file", get(wechat::bill_file))
            .route("/gateway.do", post(alipay::gateway).get(alipay::carried))
            .route("/bill/alipay", get(alipay::bill_file))
            .route("/cashier/{channel}/{number}", get(page::page).post(page::pay))
            .with_state(shared.clone());
        let open = stand::open(listener, router, "cashier");
        let payment = configuration(&origin);
        Ok(Cashier { address, origin, payment, shared, _open: open })
    }

    /// The files that the configuration names.
    pub fn keys(&self) -> KeyFiles {
        KeyFiles::kept(vec![
            ("merchant.pem", MERCHANT_KEY.to_vec()),
            ("apiv3.key", self.shared.apiv3_key.clone().into_bytes()),
            ("app-secret.key", self.shared.app_secret.clone().into_bytes()),
            ("wechat-public.pem", WECHAT_PUBLIC.to_vec()),
            ("alipay-public.pem", ALIPAY_PUBLIC.to_vec()),
        ])
    }

    /// Writes keys and a configuration file into a folder, for a server that runs as a process of its own.
    pub fn write_configuration(&self, folder: &Path) -> io::Result<PathBuf> {
        let keep = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, bytes)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            }
            Ok::<_, io::Error>(path)
        };
        let key = keep("merchant.pem", MERCHANT_KEY)?;
        let apiv3 = keep("apiv3.key", self.shared.apiv3_key.as_bytes())?;
        let (wechat, alipay) = (keep("wechat-public.pem", WECHAT_PUBLIC)?, keep("alipay-public.pem", ALIPAY_PUBLIC)?);
        let secret = keep("app-secret.key", self.shared.app_secret.as_bytes())?;
        let (key, apiv3, wechat, alipay) = (key.display(), apiv3.display(), wechat.display(), alipay.display());
        let secret = secret.display();
        let origin = &self.origin;
        let text = format!(
            "[[payment.channel]]\nkind = \"wechat\"\nmchid = \"{MCHID}\"\nappid = \"{APPID}\"\nserial = \"{MERCHANT_SERIAL}\"\n\
             key_file = \"{key}\"\napiv3_key_file = \"{apiv3}\"\nplatform_keys = {{ \"{SERIAL}\" = \"{wechat}\" }}\napi = \"{origin}\"\n\
             app_secret_file = \"{secret}\"\nauthorize = \"{origin}{AUTHORIZE}\"\ntoken = \"{origin}{TOKEN}\"\n\n\
             [[payment.channel]]\nkind = \"alipay\"\napp_id = \"{APP_ID}\"\nseller_id = \"{SELLER_ID}\"\n\
             key_file = \"{key}\"\nalipay_key_file = \"{alipay}\"\ngateway = \"{origin}/gateway.do\"\n"
        );
        keep("pay.toml", text.as_bytes())
    }

    /// Numbers of the orders that nobody has paid, as the channel has them.
    pub fn unpaid(&self, channel: Channel) -> Vec<String> {
        let orders = self.shared.orders();
        let open = orders.iter().filter(|((by, _), order)| *by == channel && order.paid.is_none());
        open.map(|((_, number), _)| number.clone()).collect()
    }

    /// Whether the channel was paid for an order.
    pub fn has(&self, channel: Channel, number: &str) -> bool {
        self.shared.orders().get(&(channel, number.to_owned())).is_some_and(|order| order.paid.is_some())
    }

    /// Pays an order as somebody with a phone would, and tells in this mood; whether there is such an order.
    pub async fn pay(&self, channel: Channel, number: &str, mood: Mood) -> bool {
        page::pay_and_tell(&self.shared, channel, number, mood).await
    }

    /// Pays what the window inside 微信 was called with (JSON), and tells in this mood; whether the call was rightly signed.
    pub async fn window(&self, call: &str, mood: Mood) -> bool {
        let call = serde_json::from_str(call).unwrap_or_default();
        inside::pays(&self.shared, &call, mood).await
    }

    /// From now on 微信支付's platform signs with another key, whose certificate it gives out.
    pub fn changes_its_key(&self) {
        self.shared.changed.store(true, Ordering::Relaxed);
    }

    /// What went back of an order, as the channel has it.
    pub fn refunded(&self, channel: Channel, number: &str) -> Fen {
        let orders = self.shared.orders();
        orders
            .get(&(channel, number.to_owned()))
            .map_or(Fen(0), |order| Fen(order.refunds.values().map(|fen| fen.0).sum()))
    }
}

/// Both channels, as a configuration file would name them.
fn configuration(origin: &str) -> Payment {
    Payment {
        channel: vec![
            PayChannel::Wechat(WechatPay {
                mchid: MCHID.into(),
                appid: APPID.into(),
                serial: MERCHANT_SERIAL.into(),
                key_file: "merchant.pem".into(),
                apiv3_key_file: "apiv3.key".into(),
                platform_keys: BTreeMap::from([(SERIAL.to_owned(), "wechat-public.pem".into())]),
                app_secret_file: Some("app-secret.key".into()),
                api: origin.to_owned(),
                backup: String::new(),
                authorize: format!("{origin}{AUTHORIZE}"),
                token: format!("{origin}{TOKEN}"),
            }),
            PayChannel::Alipay(AlipayPay {
                app_id: APP_ID.into(),
                seller_id: SELLER_ID.into(),
                key_file: "merchant.pem".into(),
                alipay_key_file: "alipay-public.pem".into(),
                gateway: format!("{origin}/gateway.do"),
            }),
        ],
    }
}

impl State {
    fn orders(&self) -> MutexGuard<'_, BTreeMap<(Channel, String), Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// 微信支付's platform as it signs now.
    fn wechat(&self) -> &platform::Wechat {
        if self.changed.load(Ordering::Relaxed) { &self.wechat_next } else { &self.wechat }
    }

    fn inside(&self) -> MutexGuard<'_, inside::Known> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number of digits that nobody has had.
    fn digits(&self) -> String {
        let number = u64::from_be_bytes(self.chance.bytes());
        format!("42{:018}", number % 1_000_000_000_000_000_000)
    }

    fn nonce(&self) -> String {
        hex::encode(self.chance.bytes::<16>())
    }

    /// Keeps an order; the same number again is the same order.
    fn keep(&self, channel: Channel, order: Order) -> String {
        let code = format!("{}/cashier/{}/{}", self.origin, channel.as_str(), order.number);
        self.orders().entry((channel, order.number.clone())).or_insert(order);
        code
    }
}

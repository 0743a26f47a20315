//! A server from its settings to its end.

use crate::bundle::Bundles;
use crate::live::Exchange;
use crate::pay::{Channels, work};
use crate::post::{self, Post};
use crate::routes::print::Printing;
use crate::routes::{self, portals::Portals};
use crate::serve::{Limits, serve};
use crate::shield::answers::origins;
use crate::state::App;
use crate::upkeep;
use app::again::ssr::Desk;
use app::kept::Shelf;
use app::signed_in::ssr::Site;
use documents::forms::{Places, Press, PressFault};
use records::Records;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Pictures and papers that are looked at at once: each may take a hundred megabytes for a moment.
const HEAVY_AT_ONCE: usize = 4;

/// What a server needs besides its records.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Origin under which people reach it.
    pub origin: String,
    /// Whether it offers the personas of demo mode.
    pub demo: bool,
    /// What browsers load.
    pub bundles: Bundles,
    /// How many connections at once.
    pub limits: Limits,
    /// Most streams of one person.
    pub streams_per_person: usize,
    /// Portals and identity providers that people may come from.
    pub portals: Portals,
    /// Channels that fees are paid by.
    pub channels: Channels,
    /// Ways by which messages leave the house.
    pub post: Post,
    /// Whether it walks its rounds: upkeep, what channels of payment are asked, messages that leave the house. Who walks
    /// them by hand says no, and nothing happens that nobody did.
    pub rounds: bool,
    /// Where fonts and templates of forms and tickets lie.
    pub printing: Places,
}

/// The server could not start; the text says why and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CannotStart(pub String);

/// A server that listens.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its requests reach.
    pub app: App,
    closing: CancellationToken,
    serving: JoinHandle<()>,
}

impl Running {
    /// Begins to serve on `listener`. `data` is the data folder.
    pub async fn start(
        records: Records,
        data: &Path,
        setup: Setup,
        listener: TcpListener,
    ) -> Result<Running, CannotStart> {
        let cannot = |what: &str, why: &dyn std::fmt::Display| CannotStart(format!("{what}: {why}"));
        let waiting_room = data.join("arriving");
        empty(&waiting_room).map_err(|why| cannot(&waiting_room.display().to_string(), &why))?;
        let press = Press::open(&setup.printing).map_err(|why| CannotStart(no_press(&why)))?;
        let printing = Printing::new(press);
        let address = listener.local_addr().map_err(|why| cannot("no address to listen on", &why))?;
        routes::pages_ready();
        let closing = CancellationToken::new();
        let exchange = Exchange::start(&records, closing.clone())
            .await
            .map_err(|why| cannot("the records do not answer", &why))?;
        let app = App {
            site: Site { origin: setup.origin.clone(), demo: setup.demo },
            records,
            desk: Desk::default(),
            shelf: Shelf::default(),
            bundles: setup.bundles,
            portals: setup.portals,
            channels: setup.channels,
            post: setup.post,
            exchange,
            streams_per_person: setup.streams_per_person,
            origins: origins(&setup.origin),
            waiting_room,
            heavy: Arc::new(Semaphore::new(HEAVY_AT_ONCE)),
            printing,
        };
        if setup.rounds {
            upkeep::start(&app, closing.clone());
            work::start(&app, closing.clone());
            post::work::start(&app, closing.clone());
        }
        let front = routes::Front::new(routes::router(&app), app.records.clone());
        let serving = tokio::spawn(serve(listener, front, setup.limits, closing.clone()));
        Ok(Running { address, app, closing, serving })
    }

    /// Ends it: no new connections, streams end, what has begun is finished.
    pub async fn stop(self) {
        self.closing.cancel();
        let _ = self.serving.await;
    }
}

/// Why nothing can be printed, and what to do.
fn no_press(why: &PressFault) -> String {
    let mend = match why {
        PressFault::FontsMissing { .. } => {
            "; install the Debian package fonts-noto-cjk, or name a folder by JIKAO_FONTS"
        }
        PressFault::TemplatesUnreadable { .. } => "; mend the folder that `templates` names, or leave it out",
    };
    format!("forms cannot be printed: {why}{mend}")
}

/// Uploads that were arriving when the last server ended are of no use to anybody.
fn empty(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)
}

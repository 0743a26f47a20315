//! What every request can reach.

use crate::bundle::Bundles;
use crate::live::Exchange;
use crate::pay::{Channels, work};
use crate::post::Post;
use crate::routes::portals::Portals;
use crate::routes::print::Printing;
use app::again::ssr::Desk;
use app::kept::Shelf;
use app::signed_in::ssr::{Bills, PayChannels, PostWays, Providers, Site};
use axum::extract::FromRef;
use domain::message::MessageKind;
use leptos::prelude::provide_context;
use records::Records;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The running installation; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The records.
    pub records: Records,
    /// Facts of the installation that cookies and links depend on.
    pub site: Site,
    /// Refused forms that are shown once more.
    pub desk: Desk,
    /// Forms that came after the login had ended.
    pub shelf: Shelf,
    /// What browsers load.
    pub bundles: Bundles,
    /// Portals and identity providers that people may come from.
    pub portals: Portals,
    /// Channels that fees are paid by.
    pub channels: Channels,
    /// Ways by which messages leave the house.
    pub post: Post,
    /// Live pages.
    pub exchange: Exchange,
    /// Most streams of one person.
    pub streams_per_person: usize,
    /// Origins whose forms are ours.
    pub origins: Arc<[String]>,
    /// Where uploads wait until they are whole.
    pub waiting_room: PathBuf,
    /// Uploads that are held in memory at once: pictures and papers are heavy to look at.
    pub heavy: Arc<Semaphore>,
    /// The press for forms and tickets.
    pub printing: Printing,
}

impl App {
    /// Puts into a Leptos context what pages and server functions ask for.
    pub fn provide(&self) {
        provide_context(self.records.clone());
        provide_context(self.site.clone());
        provide_context(Providers(self.portals.buttons()));
        let (offered, inside_wechat) = (self.channels.offered(), self.channels.inside_wechat());
        provide_context(PayChannels { offered, inside_wechat });
        provide_context(self.bills());
        let (codes, links) = (self.post.texts(MessageKind::SmsCode), self.post.texts(MessageKind::ConfirmAsked));
        provide_context(PostWays { open: self.post.open(), local: self.post.local(), codes, links });
        provide_context(self.desk.clone());
        provide_context(self.shelf.clone());
        provide_context(self.exchange.position().clone());
    }

    /// How pages ask for the bill of a day.
    fn bills(&self) -> Bills {
        let (records, channels) = (self.records.clone(), self.channels.clone());
        Bills(Arc::new(move |channel, day| {
            let (records, channels) = (records.clone(), channels.clone());
            Box::pin(async move {
                channels.bill(channel, day, work::now(&records)).await.map_err(|why| {
                    tracing::warn!(channel = channel.as_str(), "No bill of the day: {why}");
                })
            })
        }))
    }

    /// [`App::provide`] as a function that can be handed on.
    pub fn context(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let app = self.clone();
        move || app.provide()
    }
}

impl FromRef<App> for Bundles {
    fn from_ref(app: &App) -> Bundles {
        app.bundles.clone()
    }
}

//! What every request can reach.

use crate::bundle::Bundles;
use crate::live::Exchange;
use app::again::ssr::Desk;
use app::signed_in::ssr::Site;
use axum::extract::FromRef;
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
    /// What browsers load.
    pub bundles: Bundles,
    /// Live pages.
    pub exchange: Exchange,
    /// Origins whose forms are ours.
    pub origins: Arc<[String]>,
    /// Where uploads wait until they are whole.
    pub waiting_room: PathBuf,
    /// Uploads that are held in memory at once: pictures and papers are heavy to look at.
    pub heavy: Arc<Semaphore>,
}

impl App {
    /// Puts into a Leptos context what pages and server functions ask for.
    pub fn provide(&self) {
        provide_context(self.records.clone());
        provide_context(self.site.clone());
        provide_context(self.desk.clone());
        provide_context(self.exchange.position().clone());
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

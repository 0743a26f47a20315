//! The desk: reviewers, agencies, authorities.
//!
//! Two roots. [`OfficeApp`] is one application in the browser: what changes while it is looked at. [`OfficePages`] is
//! drawn by the server alone, with plain forms: what is opened, filled in and sent.

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod agencies;
pub mod case;
#[cfg(feature = "ssr")]
pub mod certificates;
pub mod charts;
#[cfg(feature = "ssr")]
pub mod collect;
#[cfg(feature = "ssr")]
pub mod counter;
pub mod dashboard;
#[cfg(feature = "ssr")]
pub mod day;
#[cfg(feature = "ssr")]
mod drawn;
pub mod frame;
pub mod keys;
#[cfg(feature = "ssr")]
pub mod knowing;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
pub mod money;
#[cfg(feature = "ssr")]
pub mod opinions;
pub mod parts;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod plans;
#[cfg(feature = "ssr")]
pub mod profiles;
pub mod queue;
#[cfg(feature = "ssr")]
pub mod rooms;
#[cfg(feature = "ssr")]
pub mod roster;
#[cfg(feature = "ssr")]
pub mod scores;
#[cfg(feature = "ssr")]
pub mod staff;

#[cfg(feature = "ssr")]
use crate::ui::NotFoundPage;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// Root of the pages that are taken over whole: queue, case, dashboard.
#[component]
pub fn OfficeApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <frame::Frame>
                <Routes fallback=frame::Elsewhere>
                    <Route path=path!("/office") view=queue::QueuePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/cases/:id") view=case::CasePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/dashboard") view=dashboard::DashboardPage ssr=SsrMode::Async/>
                </Routes>
            </frame::Frame>
        </Router>
    }
}

/// Root of the pages that the server draws.
#[cfg(feature = "ssr")]
#[component]
pub fn OfficePages() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <frame::Frame>
                <Routes fallback=|| view! { <main id="main" class="dash__b"><NotFoundPage/></main> }>
                    <Route path=path!("/office/cases/:id/opinions") view=opinions::OpinionsPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/opinions") view=opinions::OpinionDeskPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/counter") view=counter::CounterPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/messages") view=messages::MessagesPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/messages/notice") view=messages::notice::NoticePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/messages/templates") view=messages::templates::TemplatesPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/messages/endpoints") view=messages::endpoints::EndpointsPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/money") view=money::MoneyPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/money/fiscal") view=money::fiscal::FiscalPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/money/settlement") view=money::settlement::SettlementPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/bill") view=money::bill::PlanBillPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/money/day") view=money::DayPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/collect") view=collect::CollectPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans") view=plans::PlansPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/new") view=plans::editor::PlanEditPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id") view=plans::PlanHubPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/edit") view=plans::editor::PlanEditPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/filing") view=plans::filing::PlanFilingPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/change") view=plans::change::PlanChangePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/notices") view=plans::notices::PlanNoticesPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/cockpit") view=knowing::CockpitPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/reports") view=knowing::ReportsPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/reports/money") view=knowing::settlement::RegionSettlementPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/sampling") view=knowing::sampling::SamplingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/sampling/:id") view=knowing::sampling::SamplingPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/agencies") view=agencies::AgenciesPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/certificates") view=certificates::CertificatesPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/certificates/:id") view=certificates::CertificatePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/roster") view=roster::RosterPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/rooms") view=rooms::RoomsPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/plans/:id/day") view=day::DayPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/scores") view=scores::ScoresPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/staff") view=staff::StaffPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/people") view=people::PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/profiles") view=profiles::ProfilesPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/sign-in") view=account::SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/invite/:token") view=account::InvitePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/me") view=account::MePage ssr=SsrMode::Async/>
                </Routes>
            </frame::Frame>
        </Router>
    }
}

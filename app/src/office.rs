//! The desk: reviewers, agencies, authorities.

pub mod account;
pub mod case;
pub mod charts;
pub mod dashboard;
pub mod frame;
pub mod keys;
pub mod parts;
pub mod queue;
pub mod staff;

use crate::ui::NotFoundPage;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// Root of the pages under `/office`.
#[component]
pub fn OfficeApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <frame::Frame>
                <Routes fallback=|| view! { <main id="main" class="dash__b"><NotFoundPage/></main> }>
                    <Route path=path!("/office") view=queue::QueuePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/cases/:id") view=case::CasePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/dashboard") view=dashboard::DashboardPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/staff") view=staff::StaffPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/sign-in") view=account::SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/office/invite/:token") view=account::InvitePage ssr=SsrMode::Async/>
                    <Route path=path!("/office/me") view=account::MePage ssr=SsrMode::Async/>
                </Routes>
            </frame::Frame>
        </Router>
    }
}

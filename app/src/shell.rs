//! The HTML around every page. The server writes preload, integrity and nonce itself.

/// What the browser loads for one root: addresses under `/assets`, with their SHA-384 digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientBundle {
    /// The module that starts the page.
    pub js: Asset,
    /// The compiled code.
    pub wasm: Asset,
    /// The style sheet.
    pub css: Asset,
}

/// A file of the bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asset {
    /// Path with the hashed name.
    pub path: String,
    /// `sha384-…`.
    pub integrity: String,
}

/// Renders the document around a root.
#[cfg(feature = "ssr")]
pub mod ssr {
    use super::ClientBundle;
    use crate::signed_in::ssr::cookie;
    use crate::wording;
    use leptos::nonce::use_nonce;
    use leptos::prelude::*;
    use leptos_meta::MetaTags;

    /// The whole document: head, bundle of this root, body. `desk` is the dense look of the office; `since` is
    /// the position of the live stream before the page's data were read.
    pub fn document(bundle: &ClientBundle, desk: bool, since: i64, root: impl IntoView + 'static) -> impl IntoView {
        let mode = (cookie("mode").as_deref() == Some("large")).then_some("large");
        let theme = (cookie("theme").as_deref() == Some("dark")).then_some("dark");
        let density = desk.then_some("desk");
        let nonce = use_nonce().map(|nonce| nonce.to_string());
        let start = start(bundle, desk);
        // The desk is an application: its code is wanted at once. What a candidate came for is on the page already.
        let early = desk.then(|| {
            view! {
                <link
                    rel="preload"
                    href=bundle.wasm.path.clone()
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
            }
        });
        let alive = desk.then(|| view! { <script src="/login.js" nonce=nonce.clone() defer></script> });
        view! {
            <!DOCTYPE html>
            <html lang="zh-CN" data-mode=mode data-theme=theme data-density=density data-since=since>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                    <meta name="format-detection" content="telephone=no"/>
                    <meta name="theme-color" content="#0d5b73"/>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                    <link rel="stylesheet" href=bundle.css.path.clone() integrity=bundle.css.integrity.clone()/>
                    <link rel="modulepreload" href=bundle.js.path.clone() integrity=bundle.js.integrity.clone() nonce=nonce.clone()/>
                    {early}
                    <meta name="description" content=wording::DESCRIPTION/>
                    <MetaTags/>
                </head>
                <body>
                    {root.into_view()}
                    {alive}
                    <script type="module" nonce=nonce inner_html=start></script>
                </body>
            </html>
        }
    }

    /// The script that starts a root. A candidate's page is painted before its code is fetched: on a slow line the
    /// code would else compete with the style sheet. A page in the background has no paint to wait for.
    fn start(bundle: &ClientBundle, desk: bool) -> String {
        let (js, wasm) = (&bundle.js.path, &bundle.wasm.path);
        let when =
            if desk { "wake()" } else { "document.hidden ? wake() : requestAnimationFrame(() => setTimeout(wake))" };
        format!(
            "import init from '{js}'; const wake = () => init({{module_or_path: '{wasm}'}}).then(() => {{ const root = document.documentElement.dataset; root.js = ''; root.awake = 'yes'; }}); {when};"
        )
    }
}

//! Certificates as files: PDF for holders and desks, the sheet for the national query, credentials, the published keys
//! and revocations, and a page that proves codes without any network.

use super::print::{Ready, Way, viewer};
use super::sheets::{member, workbook};
use crate::shield::answers::Reader;
use crate::state::App;
use app::{Failure, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use documents::forms::CertificateSheet;
use domain::account::Viewer;
use domain::ids::PlanId;
use records::certificates;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The page that proves codes without network: everything it needs stands in it.
const OFFLINE: &str = include_str!("offline.html");
/// Its script, and its look; both are named by their digest in the policy of the page.
const OFFLINE_SCRIPT: &str = include_str!("offline.js");
const OFFLINE_STYLE: &str = include_str!("offline.css");
/// How long others may keep keys and revocations, in seconds.
const KEPT: &str = "public, max-age=300";

/// What is quickly answered.
pub fn router() -> Router<App> {
    Router::new()
        .route("/.well-known/certificate-keys.json", get(keys))
        .route("/.well-known/certificate-revocations.json", get(revocations))
        .route(paths::VERIFY_OFFLINE, get(offline))
        .route("/my/certificates/{id}/credential.json", get(credential_json))
        .route("/my/certificates/{id}/credential.jwt", get(credential_jwt))
}

/// What the press works on.
pub fn print_outs() -> Router<App> {
    Router::new()
        .route("/my/certificates/{id}/certificate.pdf", get(own_pdf))
        .route("/my/certificates/{id}/face.svg", get(own_picture))
        .route("/office/certificates/{id}/certificate.pdf", get(office_pdf))
        .route("/office/plans/{id}/certificates.pdf", get(plan_pdf))
        .route("/office/plans/{id}/certificates.xlsx", get(plan_sheet))
}

async fn own_pdf(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let way = Way { reader: Reader::of(&headers, "/my"), back: paths::my_certificate(&id) };
    way.finish(&app, one(&app, app.site.applicant_cookie(), &id, &headers)).await
}

async fn office_pdf(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let way = Way { reader: Reader::of(&headers, "/office"), back: paths::office_certificate(&id) };
    way.finish(&app, one(&app, app.site.staff_cookie(), &id, &headers)).await
}

async fn one(app: &App, cookie: &str, id: &str, headers: &HeaderMap) -> Result<Ready, Failure> {
    let viewer = viewer(app, cookie, headers).await?;
    let found = certificates::sheet(&app.records, &viewer, id, &app.site.origin).await;
    let found = found.map_err(|why| crate::failure(app, why))?;
    let now = app.records.now();
    let printed = app.printing.set(app, move |press| press.certificates(&[found.sheet], Some(now))).await?;
    Ok(Ready { pdf: printed.pdf, name: found.name })
}

async fn own_picture(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let viewer = viewer(&app, app.site.applicant_cookie(), &headers).await?;
        let found = certificates::sheet(&app.records, &viewer, &id, &app.site.origin).await;
        let found = found.map_err(|why| crate::failure(&app, why))?;
        app.printing.set(&app, move |press| press.certificate_picture(&found.sheet)).await
    };
    match made.await {
        Ok(picture) => served(Body::from(picture), "image/svg+xml", "private, no-store", None),
        Err(failure) => Reader::of(&headers, "/my").words(&app, crate::status_of(&failure), None),
    }
}

/// `?from=500`: at most 500 certificates, from this place on.
#[derive(Debug, Deserialize)]
struct From {
    #[serde(default)]
    from: usize,
}

async fn plan_pdf(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(place): Query<From>,
    headers: HeaderMap,
) -> Response<Body> {
    let back = id.parse().map_or_else(|_| paths::OFFICE.to_owned(), paths::plan_certificates);
    let way = Way { reader: Reader::of(&headers, "/office"), back };
    let outcome = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let found = certificates::sheets_of_plan(&app.records, &member, plan, place.from, &app.site.origin).await;
        let sheets: Vec<CertificateSheet> =
            found.map_err(|why| crate::failure(&app, why))?.into_iter().map(|one| one.sheet).collect();
        let now = app.records.now();
        let printed = app.printing.set(&app, move |press| press.certificates(&sheets, Some(now))).await?;
        Ok(Ready { pdf: printed.pdf, name: "证书.pdf".to_owned() })
    };
    way.finish(&app, outcome).await
}

async fn plan_sheet(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let table = certificates::rows(&app.records, &member, plan).await;
        let (title, headings, rows) = table.map_err(|why| crate::failure(&app, why))?;
        let made = tokio::task::spawn_blocking(move || {
            rosters::writing::table(&title, &Vec::new(), &headings, &rows).map_err(|why| why.to_string())
        });
        match made.await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(why)) => Err(crate::failure(&app, records::Error::Paper(why))),
            Err(why) => Err(crate::failure(&app, records::Error::Paper(why.to_string()))),
        }
    };
    match made.await {
        Ok(bytes) => workbook(bytes, "证书数据上报表.xlsx"),
        Err(failure) => Reader::of(&headers, "/office").words(&app, crate::status_of(&failure), None),
    }
}

async fn credential_json(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    match credential(&app, &id, &headers).await {
        Ok((credential, _)) => {
            let text = serde_json::to_string_pretty(&credential).unwrap_or_default();
            served(Body::from(text), "application/vc+json", "private, no-store", Some("certificate.json"))
        }
        Err(failure) => Reader::of(&headers, "/my").words(&app, crate::status_of(&failure), None),
    }
}

async fn credential_jwt(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    match credential(&app, &id, &headers).await {
        Ok((_, token)) => served(Body::from(token), "application/vc+jwt", "private, no-store", Some("certificate.jwt")),
        Err(failure) => Reader::of(&headers, "/my").words(&app, crate::status_of(&failure), None),
    }
}

async fn credential(app: &App, id: &str, headers: &HeaderMap) -> Result<(Value, String), Failure> {
    let Viewer::Applicant { id: holder, .. } = viewer(app, app.site.applicant_cookie(), headers).await? else {
        return Err(Failure::NotFound);
    };
    let made = certificates::credential(&app.records, holder, id, &app.site.origin).await;
    made.map_err(|why| crate::failure(app, why))
}

/// The keys that sign certificates, the newest first (RFC 7517, RFC 8037).
async fn keys(State(app): State<App>) -> Response<Body> {
    let text = json!({ "keys": jwks(&app) }).to_string();
    open_to_all(served(Body::from(text), "application/json", KEPT, None))
}

fn jwks(app: &App) -> Vec<Value> {
    let jwk = |(id, public): (String, [u8; 32])| json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id, "x": URL_SAFE_NO_PAD.encode(public) });
    certificates::keys(&app.records).into_iter().map(jwk).collect()
}

/// Revoked numbers with their days, newest first.
async fn revocations(State(app): State<App>) -> Response<Body> {
    match certificates::revoked(&app.records).await {
        Ok(list) => {
            let list: Vec<Value> =
                list.into_iter().map(|(number, day)| json!({ "number": number, "revoked_on": day })).collect();
            let text = json!({
                "id": format!("{}/.well-known/certificate-revocations.json", app.site.origin),
                "type": "1EdTechRevocationList",
                "updated": domain::time::official_moment(app.records.now()),
                "revokedCredential": list,
            });
            open_to_all(served(Body::from(text.to_string()), "application/json", KEPT, None))
        }
        Err(why) => crate::refused(&app, why),
    }
}

/// One file with script, look, keys and revocations in it: to be kept on a phone, and opened where there is no network.
async fn offline(State(app): State<App>) -> Response<Body> {
    let list = match certificates::revoked(&app.records).await {
        Ok(list) => list,
        Err(why) => return crate::refused(&app, why),
    };
    let agencies = match records::agencies::list(&app.records).await {
        Ok(list) => list,
        Err(why) => return crate::refused(&app, why),
    };
    let facts = json!({
        "keys": jwks(&app),
        "revoked": list.into_iter().map(|(number, day)| (number, day.to_string())).collect::<std::collections::BTreeMap<_, _>>(),
        "agencies": agencies.into_iter().map(|one| (one.filing_code, one.name)).collect::<std::collections::BTreeMap<_, _>>(),
        "updated": domain::time::official_moment(app.records.now()),
        "verify": format!("{}{}", app.site.origin, paths::VERIFY),
    });
    // A name with `</script>` in it ends nothing.
    let facts = facts.to_string().replace('<', "\\u003c");
    let page =
        OFFLINE.replace("/*style*/", OFFLINE_STYLE).replace("/*script*/", OFFLINE_SCRIPT).replace("{facts}", &facts);
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        digest(OFFLINE_SCRIPT),
        digest(OFFLINE_STYLE)
    );
    let mut answer = served(Body::from(page), "text/html; charset=utf-8", "no-cache", None);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}

/// Other sites' scripts may read what is published for everybody.
fn open_to_all(mut answer: Response<Body>) -> Response<Body> {
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

fn served(body: Body, kind: &'static str, caching: &'static str, name: Option<&'static str>) -> Response<Body> {
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Some(Ok(name)) = name.map(|name| HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    answer
}

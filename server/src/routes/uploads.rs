//! Photos, evidence and signatures on their way in.

use super::preferences::see;
use super::spool::{Arrived, Kinds, Received, receive, receive_kinds};
use crate::shield::answers::{Reader, json};
use crate::state::App;
use app::again::ssr::back_with;
use app::signed_in::ssr::cookie_in;
use app::{Failure, failure::from_records, paths};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use domain::account::Viewer;
use domain::ids::{AccountId, ApplicationId};
use domain::page::wizard::FileKept;
use domain::paper::PaperFault;
use domain::profile::Step;
use domain::refusal::{FileRefused, Refusal, SignatureRefusal, UploadRefusal};
use leptos::prelude::Owner;
use records::applications;
use serde::Serialize;
use serde_json::json as value;

/// Heaviest picture that is looked at: what a phone's camera makes, with room to spare.
pub(super) const PICTURE_BYTES: u64 = 25 * 1024 * 1024;
/// Heaviest paper that is looked at; the plan's own limit is smaller and has its own words.
const PAPER_BYTES: u64 = 32 * 1024 * 1024;
/// Heaviest signature: a few strokes as PNG.
const SIGNATURE_BYTES: u64 = 512 * 1024;

/// `POST /upload/{id}/photo`: `photo` the picture to use, `original` the chosen one.
pub async fn photo(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let way = Way::of(&request, |id| paths::step(id, Step::Photo), &id);
    let outcome = async {
        let (account, id) = whose(&app, &way, &id).await?;
        let mut files = form(&app, request, PICTURE_BYTES).await?;
        let original = take(&mut files, "original");
        let used = take(&mut files, "photo").or_else(|| files.pop()).ok_or(Refusal::from(UploadRefusal::NoFile))?;
        let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        let upload = applications::PhotoUpload {
            used: used.read().await?,
            original: match &original {
                Some(original) => original.read().await?,
                None => Vec::new(),
            },
            file_name: original.as_ref().map_or(&used.name, |original| &original.name).clone(),
        };
        applications::keep_photo(&app.records, account, id, upload).await.map_err(from_records)
    };
    way.finish(&app, outcome).await
}

/// Where somebody wants to go on after an upload.
#[derive(serde::Deserialize)]
struct Onward {
    /// A path of this site.
    #[serde(default)]
    next: String,
}

/// `POST /upload/profile/photo?next=`: `photo` the picture that is kept for all applications.
pub async fn profile_photo(State(app): State<App>, request: Request) -> Response<Body> {
    let headers = request.headers().clone();
    let next = Query::<Onward>::try_from_uri(request.uri()).map(|Query(onward)| onward.next).unwrap_or_default();
    let next = if paths::is_ours(&next) { format!("?next={}", paths::encode(&next)) } else { String::new() };
    let page = format!("{}{next}", paths::PROFILE_PHOTO);
    let mut way = Way { reader: Reader::of(&headers, "/upload"), headers, page };
    let outcome = async {
        let token = cookie_in(&way.headers, app.site.applicant_cookie());
        let viewer = records::logins::viewer(&app.records, token.as_deref()).await.map_err(from_records)?;
        let Viewer::Applicant { id: account, .. } = viewer else { return Err(Failure::SignInNeeded) };
        let file = form(&app, request, PICTURE_BYTES).await?.pop().ok_or(Refusal::from(UploadRefusal::NoFile))?;
        let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        let upload =
            applications::PhotoUpload { used: file.read().await?, original: Vec::new(), file_name: file.name.clone() };
        records::accounts::photo::keep(&app.records, account, upload).await.map_err(from_records)
    }
    .await;
    if outcome.is_ok() {
        way.page.push_str(if next.is_empty() { "?done=kept" } else { "&done=kept" });
    }
    way.finish(&app, async { outcome }).await
}

/// The step whose list a file was chosen in.
#[derive(serde::Deserialize)]
struct ChosenAt {
    /// Its word in addresses.
    at: String,
}

/// `POST /upload/{id}/documents/{requirement}?at=`: any number of `file`. Each is judged by itself: what is refused is named,
/// with the reason, and the others are kept.
pub async fn documents(
    State(app): State<App>,
    Path((id, requirement)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    let anchor = format!("#doc-{}", paths::encode(&requirement));
    let at = Query::<ChosenAt>::try_from_uri(request.uri()).ok().and_then(|Query(chosen)| Step::from_slug(&chosen.at));
    let way = Way::of(&request, |id| paths::step(id, at.unwrap_or(Step::Form)) + &anchor, &id);
    let outcome = async {
        let (account, id) = whose(&app, &way, &id).await?;
        let mut form = multipart(request).await?;
        let files = receive_kinds(&app, &mut form, PAPER_BYTES, Kinds::Each).await?.files;
        if files.is_empty() {
            return Err(Refusal::from(UploadRefusal::NoFile).into());
        }
        let alone = files.len() == 1;
        let (mut kept, mut names, mut refused) = (Vec::with_capacity(files.len()), Vec::new(), Vec::new());
        for file in files {
            match add(&app, account, id, &requirement, &file).await {
                Ok(one) => {
                    names.push(file.name.clone());
                    kept.push(one);
                }
                Err(Failure::Refused(why)) if !alone && is_of_the_file(&why) => {
                    refused.push(FileRefused { name: file.name.clone(), why: Box::new(why) });
                }
                Err(other) => return Err(other),
            }
        }
        match refused.is_empty() {
            true => Ok(kept),
            false => Err(Refusal::from(UploadRefusal::Partly { refused, kept: names }).into()),
        }
    };
    way.finish(&app, outcome).await
}

async fn add(
    app: &App,
    account: AccountId,
    id: ApplicationId,
    requirement: &str,
    file: &Arrived,
) -> Result<FileKept, Failure> {
    if file.bytes > PAPER_BYTES {
        // It is not here whole, so its rule has not seen it; what it says of weight is the rule's all the same.
        let draft = applications::draft(&app.records, account, id).await.map_err(from_records)?;
        let rule = draft.profile.document.iter().find(|wanted| wanted.key == requirement);
        let allowed =
            rule.and_then(|wanted| wanted.file.most_bytes()).map_or(PAPER_BYTES, |most| most.min(PAPER_BYTES));
        return Err(Refusal::Paper(vec![PaperFault::BytesMax { measured: file.bytes, allowed }]).into());
    }
    let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
    let bytes = file.read().await?;
    applications::add_file(&app.records, account, id, requirement, &file.name, bytes).await.map_err(from_records)
}

/// Whether another file may be taken where this one was refused.
fn is_of_the_file(why: &Refusal) -> bool {
    !matches!(why, Refusal::Upload(UploadRefusal::NotOpen | UploadRefusal::UnknownDocument))
}

/// `POST /upload/{id}/signature`: a signature drawn on this screen.
pub async fn signature(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let way = Way::of(&request, |id| paths::step(id, Step::Sign), &id);
    let outcome = async {
        let (account, id) = whose(&app, &way, &id).await?;
        // Whose it is comes before what it is: others learn nothing about a draft that is not theirs.
        applications::draft(&app.records, account, id).await.map_err(from_records)?;
        let png = drawn(&app, request).await?;
        applications::sign(&app.records, account, id, png).await.map_err(from_records)
    };
    way.finish(&app, outcome).await
}

/// `POST /sign/{token}/signature`: a signature drawn on the phone that followed the link. The link is the
/// proof: it works once, for a few minutes.
pub async fn signature_by_link(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response<Body> {
    let page = paths::sign_by_link(&token);
    let way = Way { reader: Reader::of(request.headers(), "/sign"), headers: request.headers().clone(), page };
    let outcome = async {
        let png = drawn(&app, request).await?;
        applications::sign_by_link(&app.records, &token, png).await.map_err(from_records)
    };
    way.finish(&app, outcome).await
}

pub(super) async fn drawn(app: &App, request: Request) -> Result<Vec<u8>, Failure> {
    let mut form = multipart(request).await?;
    let Received { mut files, ticked, .. } = receive(app, &mut form, SIGNATURE_BYTES).await?;
    let file = files.pop().ok_or(Refusal::from(SignatureRefusal::Empty))?;
    // A signature without the pledge signs nothing.
    if !ticked.iter().any(|name| name == "agreed") {
        return Err(Refusal::from(SignatureRefusal::NotAgreed).into());
    }
    file.read().await
}

/// The files of a multipart form.
pub(super) async fn form(app: &App, request: Request, limit: u64) -> Result<Vec<Arrived>, Failure> {
    let mut form = multipart(request).await?;
    receive(app, &mut form, limit).await.map(|received| received.files)
}

async fn multipart(request: Request) -> Result<Multipart, Failure> {
    Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)
}

pub(super) fn take(files: &mut Vec<Arrived>, field: &str) -> Option<Arrived> {
    let at = files.iter().position(|file| file.field == field)?;
    Some(files.swap_remove(at))
}

/// The signed-in candidate and the application that the address names.
async fn whose(app: &App, way: &Way, id: &str) -> Result<(AccountId, ApplicationId), Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    let token = cookie_in(&way.headers, app.site.applicant_cookie());
    match records::logins::viewer(&app.records, token.as_deref()).await.map_err(from_records)? {
        Viewer::Applicant { id: account, .. } => Ok((account, id)),
        _ => Err(Failure::SignInNeeded),
    }
}

/// How the answer goes back: to the page's script as `{"ok": …}` or, with a status of refusal, as the failure
/// itself; to a browser without script by a redirect to the page.
pub(super) struct Way {
    pub(super) reader: Reader,
    pub(super) headers: HeaderMap,
    pub(super) page: String,
}

impl Way {
    fn of(request: &Request, page: impl FnOnce(ApplicationId) -> String, id: &str) -> Way {
        Way {
            reader: Reader::of(request.headers(), "/upload"),
            headers: request.headers().clone(),
            page: id.parse().map_or_else(|_| paths::MINE.to_owned(), page),
        }
    }

    /// Runs the upload where incidents and refused forms can be written down, and words its outcome.
    pub(super) async fn finish<T: Serialize>(
        &self,
        app: &App,
        outcome: impl Future<Output = Result<T, Failure>>,
    ) -> Response<Body> {
        let owner = Owner::new();
        owner.with(|| app.provide());
        let outcome = owner.with(|| leptos::reactive::computed::ScopedFuture::new(outcome)).await;
        let answer = match (self.reader, outcome) {
            (Reader::Script, Ok(kept)) => json(StatusCode::OK, &value!({ "ok": kept })),
            (Reader::Script, Err(failure)) => json(crate::status_of(&failure), &failure),
            (_, Ok(_)) => see(&self.page, paths::MINE),
            (_, Err(Failure::NotFound)) => self.reader.words(app, StatusCode::NOT_FOUND, None),
            (_, Err(failure)) => {
                // What went wrong stands on top of the page: nobody is led past it.
                let page = self.page.split('#').next().unwrap_or_default();
                see(&owner.with(|| back_with(&failure, page, Vec::new())), paths::MINE)
            }
        };
        owner.cleanup();
        answer
    }
}

//! What browsers load, read once at start and served from memory: hashed names, kept for a year.

use app::shell::{Asset, ClientBundle};
use axum::body::Body;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use base64::Engine;
use bytes::Bytes;
use sha2::{Digest, Sha256, Sha384};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that is served to anybody.
#[derive(Debug, Clone)]
pub struct Bundles {
    /// Bundle of the public pages and the candidates.
    pub applicant: ClientBundle,
    /// Bundle of the desk.
    pub office: ClientBundle,
    files: Arc<HashMap<String, Served>>,
}

/// The bundle cannot be served; the text says what is missing and how to make it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoBundle(String);

#[derive(Debug)]
struct Served {
    content_type: &'static str,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    /// Hashed names never change their content; others are asked for again by their tag.
    tag: Option<HeaderValue>,
}

impl Bundles {
    /// Reads `dist/applicant`, `dist/office` and the public folder.
    pub fn read(dist: &Path, public: &Path) -> Result<Bundles, NoBundle> {
        let mut files = HashMap::new();
        let applicant = read_root(dist, "applicant", &mut files)?;
        let office = read_root(dist, "office", &mut files)?;
        for path in list(public)? {
            let name = file_name(&path);
            files.insert(format!("/{name}"), serve(&path, false)?);
        }
        Ok(Bundles { applicant, office, files: Arc::new(files) })
    }

    /// Addresses of the public files outside `/assets`.
    pub fn public_paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(|path| !path.starts_with("/assets/"))
    }

    fn answer(&self, path: &str, headers: &HeaderMap) -> Response<Body> {
        let Some(file) = self.files.get(path) else {
            return status(StatusCode::NOT_FOUND);
        };
        if let (Some(tag), Some(known)) = (&file.tag, headers.get(header::IF_NONE_MATCH))
            && tag == known
        {
            return status(StatusCode::NOT_MODIFIED);
        }
        let (body, encoding) = match (&file.brotli, &file.gzip) {
            (Some(brotli), _) if accepts(headers, "br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts(headers, "gzip") => (gzip, Some("gzip")),
            _ => (&file.plain, None),
        };
        let mut answer = Response::new(Body::from(body.clone()));
        let out = answer.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(encoding) = encoding {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        let caching = match &file.tag {
            None => "public, max-age=31536000, immutable",
            Some(tag) => {
                out.insert(header::ETAG, tag.clone());
                "public, max-age=3600"
            }
        };
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        // A worker asks for what it keeps by its own policy, not by that of a page.
        if path.ends_with("-worker.js") {
            out.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; connect-src 'self'"),
            );
        }
        answer
    }
}

/// `GET /assets/{*path}`.
pub async fn asset(
    State(bundles): State<Bundles>,
    UrlPath(path): UrlPath<String>,
    headers: HeaderMap,
) -> Response<Body> {
    bundles.answer(&format!("/assets/{path}"), &headers)
}

/// `GET` of a public file.
pub async fn public(State(bundles): State<Bundles>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    bundles.answer(uri.path(), &headers)
}

fn status(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

/// Whether the client takes this encoding (`br;q=0` says no).
pub(crate) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|offer| {
            let (name, quality) = offer.split_once(';').unwrap_or((offer, ""));
            let refused = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
            name.trim().eq_ignore_ascii_case(encoding) && !refused
        })
}

fn read_root(dist: &Path, root: &str, files: &mut HashMap<String, Served>) -> Result<ClientBundle, NoBundle> {
    let folder = dist.join(root);
    let mut bundle = ClientBundle::default();
    if folder.is_dir() {
        for path in list(&folder)? {
            let name = file_name(&path);
            let address = format!("/assets/{root}/{name}");
            let place = match path.extension().and_then(|extension| extension.to_str()) {
                Some("js") => &mut bundle.js,
                Some("wasm") => &mut bundle.wasm,
                Some("css") => &mut bundle.css,
                _ => continue,
            };
            if !place.path.is_empty() {
                return Err(NoBundle(format!(
                    "{} holds two builds at once: run `make bundle` again",
                    folder.display()
                )));
            }
            let served = serve(&path, true)?;
            let digest = base64::engine::general_purpose::STANDARD.encode(Sha384::digest(&served.plain));
            *place = Asset { path: address.clone(), integrity: format!("sha384-{digest}") };
            files.insert(address, served);
        }
    }
    let missing: Vec<&str> = [("script", &bundle.js), ("wasm", &bundle.wasm), ("style sheet", &bundle.css)]
        .into_iter()
        .filter(|(_, asset)| asset.path.is_empty())
        .map(|(what, _)| what)
        .collect();
    if missing.is_empty() {
        return Ok(bundle);
    }
    Err(NoBundle(format!(
        "{} has no {}: build it with `make bundle` (node frontend/build.mjs), or name another folder by JIKAO_DIST",
        folder.display(),
        missing.join(", ")
    )))
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, NoBundle> {
    let unreadable = |why: std::io::Error| NoBundle(format!("{}: cannot be read: {why}", folder.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_file() && !matches!(path.extension().and_then(|extension| extension.to_str()), Some("br" | "gz")) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn serve(path: &Path, hashed: bool) -> Result<Served, NoBundle> {
    let read = |path: &Path| std::fs::read(path).map(Bytes::from);
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        read(Path::new(&name)).ok()
    };
    let plain = read(path).map_err(|why| NoBundle(format!("{}: cannot be read: {why}", path.display())))?;
    let digest = format!("\"{}\"", &hex::encode(Sha256::digest(&plain))[..16]);
    let tag = (!hashed).then(|| HeaderValue::from_str(&digest).ok()).flatten();
    Ok(Served { content_type: content_type(path), brotli: beside(".br"), gzip: beside(".gz"), plain, tag })
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        Some("webmanifest" | "json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let (dist, public) = (root.path().join("dist"), root.path().join("public"));
        for name in ["applicant", "office"] {
            std::fs::create_dir_all(dist.join(name)).unwrap();
            for (file, text) in [("a-1.js", "js"), ("a-1_bg.wasm", "wasm"), ("a-2.css", "css"), ("a-1.js.br", "br")] {
                std::fs::write(dist.join(name).join(file), text).unwrap();
            }
        }
        std::fs::create_dir_all(&public).unwrap();
        std::fs::write(public.join("robots.txt"), "User-agent: *").unwrap();
        (root, dist, public)
    }

    fn asking(encoding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding))])
    }

    #[test]
    fn hashed_files_are_found_and_kept_for_a_year() {
        let (_root, dist, public) = folder();
        let bundles = Bundles::read(&dist, &public).unwrap();
        assert_eq!(bundles.applicant.js.path, "/assets/applicant/a-1.js");
        assert!(bundles.office.wasm.integrity.starts_with("sha384-"));
        let answer = bundles.answer("/assets/applicant/a-1.js", &asking("gzip, br"));
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let plain = bundles.answer("/assets/applicant/a-1.js", &asking("br;q=0"));
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        assert_eq!(bundles.answer("/assets/applicant/../a-1.js", &asking("br")).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn public_files_are_asked_for_again_by_their_tag() {
        let (_root, dist, public) = folder();
        let bundles = Bundles::read(&dist, &public).unwrap();
        let first = bundles.answer("/robots.txt", &HeaderMap::new());
        let tag = first.headers()[header::ETAG].clone();
        let again = bundles.answer("/robots.txt", &HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn a_missing_bundle_is_a_clear_sentence() {
        let (_root, dist, public) = folder();
        std::fs::remove_file(dist.join("office/a-1_bg.wasm")).unwrap();
        let why = Bundles::read(&dist, &public).unwrap_err().to_string();
        assert!(why.contains("office") && why.contains("wasm") && why.contains("make bundle"), "{why}");
    }
}

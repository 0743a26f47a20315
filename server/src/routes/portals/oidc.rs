//! OpenID Connect: discovery, code flow with PKCE, state and nonce; only what the provider signed is believed.

use super::claims;
use super::client::{Client as Http, Silent};
use super::secret::Secret;
use crate::config::Oidc;
use chrono::{DateTime, Utc};
use domain::account::WayRefusal;
use domain::time::Timestamp;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use records::ways::arrival::Arrival;
use records::ways::visit::Visit;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::{Arc, PoisonError, RwLock};

/// How long a discovery document with its keys is believed, in milliseconds.
const BELIEVED_MS: i64 = 10 * 60_000;
/// Longest since an identity was signed, in seconds: it is fetched at once.
const SIGNED_WITHIN: i64 = 10 * 60;

/// Claims beyond the standard's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Further {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Further {}

type Answer = StandardTokenResponse<
    IdTokenFields<
        Further,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type Relying = Client<
    Further,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider of OpenID Connect, with what was asked of it before.
#[derive(Debug)]
pub struct Provider {
    settings: Oidc,
    issuer: IssuerUrl,
    secret: Option<Secret>,
    redirect: RedirectUrl,
    http: Http,
    discovered: RwLock<Option<(i64, Arc<CoreProviderMetadata>)>>,
}

impl Provider {
    /// A provider by its settings; `back` is our address that people come back to.
    pub fn new(settings: Oidc, secret: Option<Secret>, back: String) -> Result<Provider, String> {
        let origins = std::iter::once(settings.issuer.as_str()).chain(settings.hosts.iter().map(String::as_str));
        Ok(Provider {
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(|why| why.to_string())?,
            redirect: RedirectUrl::new(back).map_err(|why| why.to_string())?,
            http: Http::new(origins).map_err(|why| why.to_string())?,
            secret,
            settings,
            discovered: RwLock::new(None),
        })
    }

    /// Where the browser goes.
    pub async fn login_address(&self, visit: &Visit, now: Timestamp) -> Result<String, WayRefusal> {
        let client = self.client(now).await?;
        let (state, nonce, verifier) = (visit.state(), visit.nonce(), PkceCodeVerifier::new(visit.verifier()));
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        Ok(request.url().0.into())
    }

    /// Whose code it is.
    pub async fn whose(&self, code: &str, visit: &Visit, now: Timestamp) -> Result<Arrival, WayRefusal> {
        let client = self.client(now).await?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|why| self.told(&why.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(visit.verifier()))
            .request_async(&self.http)
            .await
            .map_err(|why| match why {
                // A code that is used, too old or somebody else's.
                RequestTokenError::ServerResponse(refused)
                    if *refused.error() == CoreErrorResponseType::InvalidGrant =>
                {
                    WayRefusal::Expired
                }
                RequestTokenError::ServerResponse(refused) => self.told(&format!("refused: {}", refused.error())),
                RequestTokenError::Request(why) => self.told(&why.to_string()),
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    self.told("an answer that cannot be read")
                }
            })?;
        let signed = answer.id_token().ok_or_else(|| self.told("an answer without an identity"))?;
        let moment = instant(now);
        let skew = i64::from(self.settings.clock_skew);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ASYMMETRIC)
            .set_time_fn(move || moment - chrono::TimeDelta::seconds(skew))
            .set_issue_time_verifier_fn(move |issued| {
                let age = (moment - issued).num_seconds();
                if age < -skew || age > SIGNED_WITHIN + skew { Err("issued at another time".into()) } else { Ok(()) }
            });
        let identity = signed.claims(&verifier, &Nonce::new(visit.nonce())).map_err(|why| self.forged(&why))?;
        if let Some(expected) = identity.access_token_hash() {
            let algorithm = signed.signing_alg().map_err(|why| self.forged(&why))?;
            let key = signed.signing_key(&verifier).map_err(|why| self.forged(&why))?;
            let actual =
                AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(|why| self.forged(&why))?;
            if actual != *expected {
                return Err(WayRefusal::Forged);
            }
        }
        let mut said = object(identity);
        // Some providers tell the particulars only when asked once more.
        if let Ok(question) = client.user_info(answer.access_token().clone(), Some(identity.subject().clone())) {
            let more: Result<UserInfoClaims<Further, CoreGenderClaim>, _> = question.request_async(&self.http).await;
            match more {
                // What was signed stands above what was merely said.
                Ok(more) => {
                    for (claim, value) in object(&more) {
                        said.entry(claim).or_insert(value);
                    }
                }
                Err(why) => tracing::warn!(provider = %self.settings.key, "No further particulars: {}", kind_of(&why)),
            }
        }
        claims::read(&self.settings.claims, &self.settings.key, &said)
    }

    async fn client(&self, now: Timestamp) -> Result<Relying, WayRefusal> {
        let metadata = self.discover(now).await?;
        let secret = self.secret.as_ref().map(|secret| ClientSecret::new(secret.text().to_owned()));
        Ok(Client::from_provider_metadata((*metadata).clone(), ClientId::new(self.settings.client_id.clone()), secret)
            .set_redirect_uri(self.redirect.clone()))
    }

    /// The discovery document and the keys, remembered for a while.
    async fn discover(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, WayRefusal> {
        let known = self.discovered.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, metadata)) = known
            && (now.0 - at).abs() < BELIEVED_MS
        {
            return Ok(metadata);
        }
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(|why| self.told(&format!("discovery: {}", kind_of(&why))))?;
        let metadata = Arc::new(metadata);
        *self.discovered.write().unwrap_or_else(PoisonError::into_inner) = Some((now.0, metadata.clone()));
        Ok(metadata)
    }

    fn told(&self, why: &str) -> WayRefusal {
        tracing::warn!(provider = %self.settings.key, "A provider did not answer as it should: {why}");
        WayRefusal::Unreachable
    }

    /// The keys may have changed meanwhile: next time they are fetched anew.
    fn forged(&self, why: &(dyn std::error::Error + 'static)) -> WayRefusal {
        *self.discovered.write().unwrap_or_else(PoisonError::into_inner) = None;
        tracing::warn!(provider = %self.settings.key, "An identity was refused: {}", kind_of(why));
        WayRefusal::Forged
    }
}

/// What everybody can check and only the provider can make; a shared secret signs nothing here.
const ASYMMETRIC: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

fn instant(now: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(now.0).unwrap_or_default()
}

fn object(claims: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(said)) => said,
        _ => Map::new(),
    }
}

/// The kind of an error without its particulars, which may hold what a person is called.
fn kind_of(why: &(dyn std::error::Error + 'static)) -> String {
    let silent = std::iter::successors(Some(why), |why| why.source()).find_map(|why| why.downcast_ref::<Silent>());
    match silent {
        Some(silent) => silent.to_string(),
        None => why.to_string().split([':', ';']).next().unwrap_or_default().chars().take(80).collect(),
    }
}

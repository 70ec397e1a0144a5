//! Sends requests with the platform's `fetch`, which pages, workers and Node
//! all have.
//!
//! **Invariant:** the token is asked for at each request and goes into its one
//! header only; no redirect is followed, no cookie sent, nothing cached.

use super::drive::Driver;
use crate::host::Answer;
use crate::host::Headers;
use crate::host::Request;
use crate::host::Response;
use crate::host::Scheme;
use crate::host::Token;
use js_sys::Array;
use js_sys::Function;
use js_sys::Promise;
use js_sys::Reflect;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::RequestCache;
use web_sys::RequestCredentials;
use web_sys::RequestInit;
use web_sys::RequestRedirect;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Promise;
}

/// Sends a request. Never fails: what goes wrong is an answer.
pub async fn send(request: Request, driver: &Driver) -> Response {
    let Some(token) = ask(&driver.token).await else {
        // As if the host had refused a token that is not there.
        return Response::Answered(Answer { status: 401, headers: Headers::default(), body: Vec::new() });
    };
    driver.sent.set(Some(token.fingerprint()));
    match exchange(&request, &token, driver.scheme).await {
        Ok(response) => token.hide_in(response),
        Err(_) => Response::Failed,
    }
}

/// Asks for the token; none if there is none that could be sent.
pub async fn ask(token: &Function) -> Option<Token> {
    let given = token.call0(&JsValue::UNDEFINED).ok()?;
    let given = JsFuture::from(Promise::resolve(&given)).await.ok()?;
    Token::new(&given.as_string()?)
}

async fn exchange(request: &Request, token: &Token, scheme: Scheme) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_redirect(RequestRedirect::Manual);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    let headers = web_sys::Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let (name, value) = token.header(scheme);
    headers.set(name, &value)?;
    init.set_headers(&headers);
    if let Some(body) = &request.body {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    let answer = JsFuture::from(global_fetch(&request.url, &init)).await?;
    let answer: web_sys::Response = answer.unchecked_into();
    let kind = Reflect::get(&answer, &JsValue::from_str("type"))?.as_string();
    if kind.as_deref() == Some("opaqueredirect") || (300..304).contains(&answer.status()) {
        return Ok(Response::Redirected);
    }
    let body = JsFuture::from(answer.array_buffer()?).await?;
    let entries = js_sys::Array::from(&answer.headers());
    let headers = entries.iter().filter_map(|entry| {
        let entry: Array = entry.unchecked_into();
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    });
    let (status, headers) = (answer.status(), headers.collect());
    Ok(Response::Answered(Answer { status, headers, body: Uint8Array::new(&body).to_vec() }))
}

//! Where tokens go and where they never do.

use crate::host::drive::run;
use crate::host::fake::Fake;
use crate::host::fake::Kind;
use crate::host::fake::files;
use crate::host::fake::reply;
use hedgerow::host::AddressProblem;
use hedgerow::host::Answer;
use hedgerow::host::Headers;
use hedgerow::host::Response;
use hedgerow::host::Scheme;
use hedgerow::host::Token;
use hedgerow::host::azure::Azure;
use hedgerow::host::bitbucket::Bitbucket;
use hedgerow::host::github::GitHub;
use serde_json::json;

#[test]
fn a_token_shows_itself_in_its_header_only() {
    let token = Token::new(" marked-secret-4711\n").unwrap();
    assert!(!format!("{token:?} {:#?}", Some(&token)).contains("4711"));
    assert_eq!(token.header(Scheme::Bearer), ("authorization", "Bearer marked-secret-4711".into()));
}

#[test]
fn a_token_goes_as_its_host_wants_it() {
    let header = |text: &str, scheme| Token::new(text).unwrap().header(scheme).1;
    assert_eq!(header("repository-token", Scheme::Pair), "Bearer repository-token");
    assert_eq!(header("ann@example.com:secret", Scheme::Pair), "Basic YW5uQGV4YW1wbGUuY29tOnNlY3JldA==");
    assert_eq!(header("personal", Scheme::Password), "Basic OnBlcnNvbmFs");
    assert_eq!(header("signed.for.awhile", Scheme::Password), "Bearer signed.for.awhile");
}

#[test]
fn what_cannot_be_a_header_is_no_token() {
    for text in ["", " \n", "two words", "line\nline", "ümlaut"] {
        assert!(Token::new(text).is_none(), "{text:?}");
    }
}

#[test]
fn a_host_that_repeats_the_token_does_not_spread_it() {
    let token = Token::new("marked-secret-4711").unwrap();
    let echo = reply(401, vec![], &json!({"message": "bad token marked-secret-4711"}));
    let Response::Answered(answer) = token.hide_in(echo) else { panic!() };
    assert_eq!(answer.body, br#"{"message":"bad token [token]"}"#);
    let data = reply(200, vec![], &json!({"text": "marked-secret-4711"}));
    assert_eq!(token.hide_in(data.clone()), data);
    // Whole, by half, and as the header carries it.
    let pair = Token::new("ann@example.com:marked-secret-4711").unwrap();
    for scheme in [Scheme::Pair, Scheme::Password, Scheme::Bearer] {
        let (_, header) = pair.header(scheme);
        let echo = reply(400, vec![], &json!({"message": [header, "x marked-secret-4711 x"]}));
        let Response::Answered(answer) = pair.hide_in(echo) else { panic!() };
        let text = String::from_utf8(answer.body).unwrap();
        assert!(!text.contains("4711") && !text.contains("bWFya2Vk") && !text.contains("NDcxM"), "{text}");
    }
    let odd = Response::Answered(Answer { status: 500, headers: Headers::default(), body: vec![0xff, 0xfe] });
    assert_eq!(pair.hide_in(odd.clone()), odd);
}

#[test]
fn requests_leave_the_core_without_any_token() {
    // The hosts in memory assert that no request carries an authorization header.
    for kind in Kind::ALL {
        let mut fake = Fake::new(kind, files(&[("a.yaml", "a: 1\n")]));
        run(&mut fake, |host, wire| async move { host.bootstrap(&wire, None).await.unwrap() });
        assert!(!fake.log.is_empty());
    }
    assert_eq!(Kind::GitHub.host().scheme(), Scheme::Bearer);
}

#[test]
fn tokens_are_sent_to_safe_addresses_only() {
    let problem = |address: &str| GitHub::new(Some(address), "acme/fabric").unwrap_err();
    assert_eq!(problem("http://github.example.com"), AddressProblem::NotSecure);
    assert_eq!(problem("http://127.0.0.1.example.com"), AddressProblem::NotSecure);
    assert_eq!(problem("http://localhost.example.com:80"), AddressProblem::NotSecure);
    assert_eq!(problem("ftp://127.0.0.1"), AddressProblem::NotSecure);
    assert_eq!(problem("github.com"), AddressProblem::NotSecure);
    assert_eq!(problem("https://user@github.com"), AddressProblem::NotPlain);
    assert_eq!(problem("https:///x"), AddressProblem::NotPlain);
    assert_eq!(problem("https://github.com?x"), AddressProblem::NotPlain);
    for bad in ["http://x.example.com", "https://user@x.example.com", "https://x.example.com?y"] {
        assert!(Bitbucket::new(Some(bad), "acme/fabric").is_err(), "{bad}");
        assert!(Azure::new(Some(bad), "acme/fabric").is_err(), "{bad}");
    }
    for good in ["http://127.0.0.1:4000", "http://[::1]:80/x", "http://localhost", "https://ghe.example.com"]
    {
        assert!(GitHub::new(Some(good), "acme/fabric").is_ok(), "{good}");
    }
}

#[test]
fn a_repository_is_an_owner_and_a_name() {
    for bad in ["", "acme", "acme/", "/fabric", "acme/fabric/x", "acme/..", "ac me/fabric", "acme/fab?ric"] {
        assert_eq!(GitHub::new(None, bad).unwrap_err(), AddressProblem::Repository, "{bad}");
    }
}

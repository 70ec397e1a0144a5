//! Every row of every host's table of failures, and what is in no row.

use crate::host::fake::Kind;
use crate::host::fake::reply;
use hedgerow::host::Answer;
use hedgerow::host::Failure;
use hedgerow::host::Headers;
use hedgerow::host::Place;
use hedgerow::host::Response;
use hedgerow::host::Row;
use hedgerow::host::Sent;
use hedgerow::host::Trouble;
use hedgerow::host::classify as classify_by;
use hedgerow::host::github::FAILURES;
use serde_json::Value;
use serde_json::json;

const NOW_MS: u64 = 1_800_000_000_000;

fn classify(response: &Response, now_ms: u64) -> Failure {
    classify_by(FAILURES, response, now_ms)
}

/// An answer that a row is for, and none before it by its words.
fn example(row: &Row) -> Response {
    let status = row.status.0;
    let nothing = json!({"message": ""});
    let fault =
        |kind: &str, message: &str| json!({"data": null, "errors": [{"type": kind, "message": message}]});
    match row.place {
        Place::Status => reply(status, vec![], &nothing),
        Place::Header(name) => reply(status, vec![(name, "1".to_owned())], &nothing),
        Place::HeaderIs(name, value) => reply(status, vec![(name, value.to_owned())], &nothing),
        Place::Message(start) => reply(status, vec![], &json!({"message": format!("{start} and more")})),
        Place::Says(words) if status == 200 => reply(status, vec![], &fault("", &format!("So: {words}."))),
        Place::Says(words) => reply(status, vec![], &json!({"message": format!("So: {words}.")})),
        Place::Type(kind) => reply(status, vec![], &fault(kind, "words that are in no row")),
    }
}

#[test]
fn every_row_means_what_it_says() {
    for kind in Kind::ALL {
        let table = kind.host().failures();
        for row in table {
            let found = classify_by(table, &example(row), NOW_MS);
            assert_eq!(found.trouble, row.means, "{kind:?} {row:?}");
        }
    }
}

#[test]
fn what_is_in_no_row_is_unknown_and_never_a_refusal() {
    let unknown = [
        reply(403, vec![], &json!({"message": "A sentence of tomorrow"})),
        reply(422, vec![], &json!({"message": "Validation Failed"})),
        reply(418, vec![], &Value::Null),
        reply(200, vec![], &json!({"data": null, "errors": [{"type": "NEW_TYPE", "message": "?"}]})),
        reply(200, vec![], &json!({"errors": ["a fault that is only text", 7]})),
        Response::Answered(Answer { status: 400, headers: Headers::default(), body: b"<html>".to_vec() }),
    ];
    for (kind, response) in
        Kind::ALL.iter().flat_map(|kind| unknown.iter().map(move |response| (kind, response)))
    {
        let failure = classify_by(kind.host().failures(), response, NOW_MS);
        assert_eq!(failure.trouble, Trouble::Unknown, "{kind:?} {response:?}");
        assert!(matches!(Sent::failed(failure), Sent::Unknown(_)));
    }
}

#[test]
fn a_lost_answer_of_a_write_is_an_unknown_outcome() {
    for response in [Response::Failed, reply(502, vec![], &Value::Null)] {
        assert!(matches!(Sent::failed(classify(&response, NOW_MS)), Sent::Unknown(_)));
    }
}

#[test]
fn a_late_loser_may_be_told_that_it_has_no_right() {
    let forbidden = json!({"errors": [{"type": "FORBIDDEN", "message": "The branch could not be updated"}]});
    assert!(matches!(Sent::failed(classify(&reply(200, vec![], &forbidden), NOW_MS)), Sent::MaybeMoved(_)));
    let right = json!({"errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by personal access token"}]});
    assert!(matches!(Sent::failed(classify(&reply(200, vec![], &right), NOW_MS)), Sent::Refused(_)));
}

#[test]
fn the_end_of_a_wait_is_a_point_in_time() {
    let limited = |headers: Vec<(&'static str, &str)>| {
        let headers = headers.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        classify(&reply(403, headers, &json!({"message": "API rate limit exceeded for user"})), NOW_MS)
            .until_ms
    };
    assert_eq!(limited(vec![("retry-after", "30")]), Some(NOW_MS + 30_000));
    let reset = (NOW_MS / 1000 + 900).to_string();
    let used_up = vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.as_str())];
    assert_eq!(limited(used_up), Some(NOW_MS + 900_000));
    assert_eq!(limited(vec![("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", reset.as_str())]), None);
    assert_eq!(limited(vec![]), None);
}

#[test]
fn long_words_of_a_host_are_cut() {
    let failure = classify(&reply(418, vec![], &json!({"message": "ä".repeat(5000)})), NOW_MS);
    assert_eq!(failure.message.chars().count(), 300);
}

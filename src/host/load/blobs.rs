//! Reads contents in batches whose size follows how the host copes.

use crate::host::Host;
use crate::host::capability::Capabilities;
use crate::host::http::encode;
use crate::host::machine::Progress;
use crate::host::machine::Ticket;
use crate::host::machine::Wire;
use crate::host::outcome::Failure;
use crate::host::outcome::Trouble;
use crate::host::outcome::Want;
use crate::order::Map;
use crate::order::Set;
use crate::plan::Contents;
use crate::plan::ObjectId;
use std::collections::VecDeque;

/// A batch that takes longer is too big.
const SLOW_MS: u64 = 6000;
/// A batch that takes less may grow.
const QUICK_MS: u64 = 2000;
/// Batches that may fail in a row before blobs are read one by one.
const FAILED_BATCHES: u32 = 4;
/// Times that one blob is asked for.
const TRIES: u32 = 3;
/// The longest wait for an allowance within a load.
const PATIENCE_MS: u64 = 5 * 60 * 1000;

/// Reads the contents of blobs. Each is taken only if it has its id; whatever
/// a batch leaves out or gets wrong is asked for by itself.
pub(super) async fn fetch(
    host: &Host,
    wire: &Wire,
    commit: ObjectId,
    wants: Vec<Want>,
    contents: &mut Contents,
) -> Result<(), Failure> {
    if wants.is_empty() {
        return Ok(());
    }
    let mut load = Load::new(host, wants);
    wire.show(Progress::Files { done: 0, total: load.total });
    loop {
        load.post(host, wire, commit);
        if load.under_way.is_empty() {
            return Ok(());
        }
        let tickets: Set<Ticket> = load.under_way.keys().copied().collect();
        let (ticket, response) = wire.any(&tickets).await;
        let Some(Sent { asked, at_ms }) = load.under_way.remove(&ticket) else { continue };
        let now_ms = wire.now_ms();
        let pause = match asked {
            Asked::Batch(wants) => {
                let answer = host.batch_answer(&response, now_ms);
                load.batch(wants, answer, Time { now_ms, took_ms: now_ms.saturating_sub(at_ms) }, contents)?
            }
            Asked::One(want) => load.one(want, host.blob_answer(response, now_ms), now_ms, contents)?,
        };
        wire.show(Progress::Files { done: load.total - load.left(), total: load.total });
        match pause {
            Pause::None => {}
            Pause::For(ms) => wire.wait(ms).await,
            Pause::Until(until_ms) => {
                wire.show(Progress::Waiting { until_ms });
                wire.wait(until_ms.saturating_sub(now_ms)).await;
            }
        }
    }
}

enum Asked {
    Batch(Vec<Want>),
    One(Want),
}

struct Sent {
    asked: Asked,
    at_ms: u64,
}

struct Time {
    now_ms: u64,
    took_ms: u64,
}

enum Pause {
    None,
    For(u64),
    Until(u64),
}

struct Load {
    total: usize,
    /// Still to be read in batches.
    queue: VecDeque<Want>,
    /// Still to be read one by one.
    single: VecDeque<Want>,
    tries: Map<ObjectId, u32>,
    under_way: Map<Ticket, Sent>,
    size: usize,
    largest: usize,
    /// What the paths of a batch may add up to.
    bytes: usize,
    concurrency: usize,
    failed: u32,
}

impl Load {
    fn new(host: &Host, wants: Vec<Want>) -> Load {
        let can = host.capabilities();
        Load {
            total: wants.len(),
            queue: wants.into(),
            single: VecDeque::new(),
            tries: Map::new(),
            under_way: Map::new(),
            size: can.batch_files,
            largest: can.batch_files,
            bytes: can.batch_bytes,
            concurrency: can.concurrency,
            failed: 0,
        }
    }

    fn left(&self) -> usize {
        let under_way = self.under_way.values().map(|sent| match &sent.asked {
            Asked::Batch(wants) => wants.len(),
            Asked::One(_) => 1,
        });
        self.queue.len() + self.single.len() + under_way.sum::<usize>()
    }

    /// Sends as many requests as may be under way.
    fn post(&mut self, host: &Host, wire: &Wire, commit: ObjectId) {
        while self.under_way.len() < self.concurrency {
            let asked = if let Some(want) = self.single.pop_front() {
                Asked::One(want)
            } else if !self.queue.is_empty() {
                Asked::Batch(self.next_batch())
            } else {
                return;
            };
            let request = match &asked {
                Asked::Batch(wants) => host.batch_request(commit, wants),
                Asked::One(want) => host.blob_request(commit, want),
            };
            self.under_way.insert(wire.post(request), Sent { asked, at_ms: wire.now_ms() });
        }
    }

    /// Takes what fits into one batch; one file always does.
    fn next_batch(&mut self) -> Vec<Want> {
        let mut bytes = 0usize;
        let fits = self.queue.iter().take(self.size).take_while(|want| {
            let is_first = bytes == 0;
            bytes += encode(&want.path).len() + Capabilities::PATH_BYTES;
            is_first || bytes <= self.bytes
        });
        let count = fits.count();
        self.queue.drain(..count).collect()
    }

    fn batch(
        &mut self,
        wants: Vec<Want>,
        answer: Result<Vec<(ObjectId, Vec<u8>)>, Failure>,
        time: Time,
        contents: &mut Contents,
    ) -> Result<Pause, Failure> {
        match answer {
            Ok(blobs) => {
                let mut left: Map<ObjectId, Want> = wants.into_iter().map(|want| (want.id, want)).collect();
                for (id, bytes) in blobs {
                    if left.contains_key(&id) && contents.add_verified(id, bytes) {
                        left.remove(&id);
                    }
                }
                self.single.extend(left.into_values());
                self.failed = 0;
                if time.took_ms > SLOW_MS {
                    self.shrink();
                } else if time.took_ms < QUICK_MS {
                    self.size = (self.size + self.size.div_ceil(2)).min(self.largest);
                }
                Ok(Pause::None)
            }
            Err(failure) if failure.trouble == Trouble::Limited => {
                wants.into_iter().rev().for_each(|want| self.queue.push_front(want));
                pause(failure, time.now_ms)
            }
            Err(failure) if is_passing(failure.trouble) => {
                self.failed += 1;
                if self.failed >= FAILED_BATCHES || wants.len() == 1 {
                    self.single.extend(wants);
                    self.single.extend(self.queue.drain(..));
                } else {
                    wants.into_iter().rev().for_each(|want| self.queue.push_front(want));
                }
                self.shrink();
                Ok(Pause::None)
            }
            Err(failure) => Err(failure),
        }
    }

    fn one(
        &mut self,
        want: Want,
        answer: Result<Vec<u8>, Failure>,
        now_ms: u64,
        contents: &mut Contents,
    ) -> Result<Pause, Failure> {
        let failure = match answer {
            Ok(bytes) => {
                if contents.add_verified(want.id, bytes) {
                    return Ok(Pause::None);
                }
                Failure::new(Trouble::Wrong, "the content of a file does not fit its id")
            }
            Err(failure) => failure,
        };
        if failure.trouble == Trouble::Limited {
            self.single.push_front(want);
            return pause(failure, now_ms);
        }
        let tries = self.tries.entry(want.id).or_default();
        *tries += 1;
        if *tries >= TRIES || !is_passing(failure.trouble) {
            return Err(failure);
        }
        let wait_ms = 500 << *tries;
        self.single.push_back(want);
        Ok(Pause::For(wait_ms))
    }

    fn shrink(&mut self) {
        self.size = (self.size / 2).max(1);
    }
}

/// Says whether asking again, or for less, may help.
fn is_passing(trouble: Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Host | Trouble::Unreachable | Trouble::Wrong | Trouble::Unknown | Trouble::Unsupported
    )
}

/// Waits for an allowance unless that takes too long.
fn pause(failure: Failure, now_ms: u64) -> Result<Pause, Failure> {
    match failure.until_ms.unwrap_or(now_ms + 60_000) {
        until_ms if until_ms <= now_ms + PATIENCE_MS => Ok(Pause::Until(until_ms)),
        _ => Err(failure),
    }
}

//! Doing jobs, some at once, and keeping each outcome as soon as it is there.

use super::jobs::{Job, Outcome, Watch};
use super::scope::Scope;
use super::state::State;
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

pub use hebbit::run::Control;

/// Between two looks at the clock and at Ctrl-C.
const LOOK: Duration = Duration::from_millis(200);
/// How long a job that was asked to stop may take.
const GRACE: Duration = Duration::from_secs(3);

/// Where a table stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// Jobs done, those of earlier calls included.
    pub done: usize,
    /// Jobs in all.
    pub jobs: usize,
    /// Part of the work that is done, 0 to 1, of what this call has to do.
    pub part: f64,
    /// Jobs at work.
    pub now: Vec<String>,
}

/// A job to do, and how far it is.
struct Task {
    job: Job,
    watch: Watch,
    cost: f64,
    /// Jobs of its key: rows may share a control.
    copies: usize,
}

type Event = (usize, Option<Result<Option<Outcome>>>);

/// Does every job that `state` does not hold yet, `threads` at a time. `look` is told how it stands some times a second and may
/// stop it. Returns whether everything is done.
///
/// # Errors
/// The first job that fails, or a state that cannot be written.
pub fn run(
    all: &[Job],
    scope: &Arc<Scope>,
    state: &mut State,
    (kernels, threads): (AnyKernels, usize),
    look: &mut dyn FnMut(&Standing) -> Control,
) -> Result<bool> {
    let tasks = Arc::new(missing(all, scope, state)?);
    let done = all.len() - tasks.iter().map(|task| task.copies).sum::<usize>();
    let next = Arc::new(AtomicUsize::new(0));
    let (send, events) = channel::<Event>();
    // Not scoped: a float network cannot be stopped amid its samples, and the process need not wait for it.
    for _ in 0..threads.clamp(1, tasks.len().max(1)) {
        let (tasks, next, scope, send) = (tasks.clone(), next.clone(), scope.clone(), send.clone());
        thread::spawn(move || work(&tasks, &next, &scope, kernels, &send));
    }
    drop(send);
    let mut standing = Standing { done, jobs: all.len(), ..Standing::default() };
    let mut working = BTreeSet::new();
    let total: f64 = tasks.iter().map(|task| task.cost).sum();
    loop {
        match events.recv_timeout(LOOK) {
            Ok((i, None)) => drop(working.insert(i)),
            Ok((i, Some(outcome))) => {
                working.remove(&i);
                if let Some(outcome) = outcome? {
                    state.keep(&tasks[i].job, scope, outcome)?;
                    standing.done += tasks[i].copies;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let work: f64 = tasks.iter().map(|task| task.cost * task.watch.part()).sum();
        standing.part = if total > 0.0 { work / total } else { 1.0 };
        standing.now = working.iter().map(|&i| tasks[i].job.name()).collect();
        if look(&standing) == Control::Stop {
            next.store(tasks.len(), Ordering::Relaxed);
            tasks.iter().for_each(|task| task.watch.stop());
            while let Ok((i, event)) = events.recv_timeout(GRACE) {
                if let Some(Ok(Some(outcome))) = event {
                    state.keep(&tasks[i].job, scope, outcome)?;
                }
            }
            return Ok(false);
        }
    }
    Ok(true)
}

/// Jobs that are not done; of those with equal keys, one.
fn missing(all: &[Job], scope: &Scope, state: &State) -> Result<Vec<Task>> {
    let (mut places, mut tasks) = (BTreeMap::new(), Vec::<Task>::new());
    for job in all {
        if state.outcome(job, scope)?.is_some() {
            continue;
        }
        let at = *places.entry(job.key(scope)?).or_insert(tasks.len());
        if at == tasks.len() {
            tasks.push(Task { job: *job, watch: Watch::default(), cost: job.cost(scope), copies: 0 });
        }
        tasks[at].copies += 1;
    }
    Ok(tasks)
}

fn work(tasks: &[Task], next: &AtomicUsize, scope: &Scope, kernels: AnyKernels, send: &Sender<Event>) {
    while let Some((i, task)) = tasks.get(next.load(Ordering::Relaxed)).and_then(|_| {
        let i = next.fetch_add(1, Ordering::Relaxed);
        tasks.get(i).map(|task| (i, task))
    }) {
        let outcome = send.send((i, None)).ok().map(|()| task.job.run(scope, kernels, &task.watch));
        task.watch.at(1, 1);
        if outcome.is_none_or(|outcome| send.send((i, Some(outcome))).is_err()) {
            return;
        }
    }
}

//! A lane: one kind of work off the interface thread, of which only the newest counts.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::UserError;

/// Wakes whoever polls: the window repaints.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What a job asks whether anybody still wants its answer.
#[derive(Clone)]
pub struct Cancel {
    newest: Arc<AtomicU64>,
    generation: u64,
}

impl Cancel {
    /// Whether something newer was asked, or the user gave up.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.newest.load(Ordering::Relaxed) != self.generation
    }
}

/// What a lane is asked to do, on its own thread.
type Ask<T> = Box<dyn FnOnce(&Cancel) -> Result<T, UserError> + Send>;

struct Job<T> {
    /// It waits until then, and a newer one may take its place.
    not_before: Instant,
    generation: u64,
    topic: u64,
    work: Ask<T>,
}

struct Answer<T> {
    generation: u64,
    topic: u64,
    result: Result<T, UserError>,
}

/// The place where the next job waits; a newer one takes it.
struct Waiting<T> {
    job: Mutex<Option<Job<T>>>,
    came: Condvar,
    closed: AtomicBool,
}

/// One kind of work, done one at a time on its own thread; what waits is replaced by what is
/// newer, and the last answer stays until the next is there.
///
/// Answers carry the generation and the topic (page, data, context) they were asked for: one
/// of another topic is dropped; an older one of the same topic is shown until the newest is
/// there, so that a drag is followed even where an answer takes longer than an event.
pub struct Lane<T> {
    wake: Wake,
    waiting: Arc<Waiting<T>>,
    answers: Receiver<Answer<T>>,
    sender: Sender<Answer<T>>,
    newest: Arc<AtomicU64>,
    topic: u64,
    answered: u64,
    asked_at: Option<Instant>,
    value: Option<Arc<T>>,
    error: Option<UserError>,
    started: bool,
}

impl<T: Send + Sync + 'static> Lane<T> {
    /// A lane without work; its thread starts with the first.
    #[must_use]
    pub fn new(wake: Wake) -> Self {
        let (sender, answers) = channel();
        Self {
            wake,
            waiting: Arc::new(Waiting {
                job: Mutex::new(None),
                came: Condvar::new(),
                closed: AtomicBool::new(false),
            }),
            answers,
            sender,
            newest: Arc::new(AtomicU64::new(0)),
            topic: 0,
            answered: 0,
            asked_at: None,
            value: None,
            error: None,
            started: false,
        }
    }

    /// Asks for an answer about `topic`.
    pub fn ask(
        &mut self,
        topic: u64,
        work: impl FnOnce(&Cancel) -> Result<T, UserError> + Send + 'static,
    ) {
        self.ask_after(Duration::ZERO, topic, work);
    }

    /// Asks for an answer about `topic`, to be worked out once nothing newer was asked for
    /// `pause`; it counts as on its way until then.
    pub fn ask_after(
        &mut self,
        pause: Duration,
        topic: u64,
        work: impl FnOnce(&Cancel) -> Result<T, UserError> + Send + 'static,
    ) {
        if !self.started {
            self.started = self.start();
        }
        let generation = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.topic = topic;
        self.asked_at.get_or_insert_with(Instant::now);
        let job = Job {
            not_before: Instant::now() + pause,
            generation,
            topic,
            work: Box::new(work),
        };
        *lock(&self.waiting.job) = Some(job);
        self.waiting.came.notify_one();
    }

    /// Gives up what is asked and keeps the last answer.
    pub fn cancel(&mut self) {
        *lock(&self.waiting.job) = None;
        self.answered = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.asked_at = None;
    }

    /// Forgets the last answer, and gives up what is asked.
    pub fn clear(&mut self) {
        self.cancel();
        self.value = None;
        self.error = None;
    }

    /// Takes in what has been answered; says whether there was anything.
    pub fn poll(&mut self) -> bool {
        let mut news = false;
        while let Ok(answer) = self.answers.try_recv() {
            if answer.topic != self.topic || answer.generation <= self.answered {
                continue;
            }
            self.answered = answer.generation;
            news = true;
            match answer.result {
                Ok(value) => {
                    self.value = Some(Arc::new(value));
                    self.error = None;
                }
                Err(error) => self.error = Some(error),
            }
            if !self.is_busy() {
                self.asked_at = None;
            }
        }
        news
    }

    /// The last answer, also while a newer one is on its way.
    #[must_use]
    pub fn value(&self) -> Option<&Arc<T>> {
        self.value.as_ref()
    }

    /// What went wrong with what was asked last.
    #[must_use]
    pub fn error(&self) -> Option<&UserError> {
        self.error.as_ref()
    }

    /// Whether an answer is on its way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.answered < self.newest.load(Ordering::Relaxed)
    }

    /// For how long the answer has been on its way, in milliseconds; 0 when none is.
    #[must_use]
    pub fn waiting_ms(&self) -> u64 {
        let since = self.asked_at.filter(|_| self.is_busy());
        since.map_or(0, |at| at.elapsed().as_millis() as u64)
    }

    fn start(&self) -> bool {
        let waiting = Arc::clone(&self.waiting);
        let newest = Arc::clone(&self.newest);
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let work = move || {
            while let Some(job) = next(&waiting) {
                let cancel = Cancel {
                    newest: Arc::clone(&newest),
                    generation: job.generation,
                };
                // A fault in one job must not leave the window waiting for ever.
                let result = catch_unwind(AssertUnwindSafe(|| (job.work)(&cancel)));
                let answer = Answer {
                    generation: job.generation,
                    topic: job.topic,
                    result: result.unwrap_or_else(|_| Err(fault())),
                };
                if sender.send(answer).is_err() {
                    return;
                }
                wake();
            }
        };
        std::thread::Builder::new()
            .name("endcap-lane".to_owned())
            .spawn(work)
            .is_ok()
    }
}

impl<T> Drop for Lane<T> {
    fn drop(&mut self) {
        // A job that asks is told to stop; the thread ends by itself.
        self.newest.fetch_add(1, Ordering::Relaxed);
        self.waiting.closed.store(true, Ordering::Relaxed);
        *lock(&self.waiting.job) = None;
        self.waiting.came.notify_all();
    }
}

/// The next job; `None` when the lane is closed.
fn next<T>(waiting: &Waiting<T>) -> Option<Job<T>> {
    let mut job = lock(&waiting.job);
    loop {
        if waiting.closed.load(Ordering::Relaxed) {
            return None;
        }
        let now = Instant::now();
        if let Some(job) = job.take_if(|job| job.not_before <= now) {
            return Some(job);
        }
        let pause = job.as_ref().map(|job| job.not_before - now);
        job = match pause {
            Some(pause) => {
                let waited = waiting.came.wait_timeout(job, pause);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => {
                let waited = waiting.came.wait(job);
                waited.unwrap_or_else(PoisonError::into_inner)
            }
        };
    }
}

fn fault() -> UserError {
    UserError::unreadable("this could not be worked out: a fault of the program")
        .hint("what you edited is kept; the log says where it happened")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn lane() -> (Lane<u32>, Receiver<()>) {
        let (woken, wakes) = channel();
        let woken = Mutex::new(woken);
        let wake: Wake = Arc::new(move || {
            let _ = lock(&woken).send(());
        });
        (Lane::new(wake), wakes)
    }

    /// A job that has not begun would only be replaced by the next.
    fn wait_until_begun(lane: &Lane<u32>) {
        while lock(&lane.waiting.job).is_some() {
            std::thread::yield_now();
        }
    }

    fn wait(lane: &mut Lane<u32>, wakes: &Receiver<()>) {
        while lane.is_busy() {
            wakes.recv_timeout(Duration::from_secs(10)).unwrap();
            lane.poll();
        }
    }

    /// 1. Of what waits only the newest is done, and its answer is the one that stays.
    #[test]
    fn the_newest_question_is_the_one_answered() {
        let (mut lane, wakes) = lane();
        let (go, gate) = channel::<()>();
        lane.ask(1, move |_| {
            gate.recv().unwrap();
            Ok(0)
        });
        wait_until_begun(&lane);
        for answer in 1..=50 {
            lane.ask(1, move |_| Ok(answer));
        }
        go.send(()).unwrap();
        wait(&mut lane, &wakes);
        assert_eq!(lane.value().map(|value| **value), Some(50));
    }

    /// 4. What is asked with a pause waits for the pause, counts as on its way, and is replaced
    ///    by what is asked meanwhile.
    #[test]
    fn a_question_with_a_pause_is_replaced_by_the_next_and_then_answered() {
        let (mut lane, wakes) = lane();
        let long = Duration::from_secs(600);
        lane.ask_after(long, 1, |_| Ok(1));
        assert!(lane.is_busy());
        let asked = Instant::now();
        let pause = Duration::from_millis(20);
        lane.ask_after(pause, 1, |_| Ok(2));
        wait(&mut lane, &wakes);
        assert!(asked.elapsed() >= pause);
        assert_eq!(lane.value().map(|value| **value), Some(2));
        lane.ask_after(long, 1, |_| Ok(3));
        lane.ask(1, |_| Ok(4));
        wait(&mut lane, &wakes);
        assert_eq!(lane.value().map(|value| **value), Some(4));
    }

    /// 2. An answer about another topic is dropped, and the value before it stays.
    #[test]
    fn an_answer_about_another_page_is_dropped() {
        let (mut lane, wakes) = lane();
        lane.ask(1, |_| Ok(1));
        wait(&mut lane, &wakes);
        let (go, gate) = channel::<()>();
        lane.ask(1, move |_| {
            gate.recv().unwrap();
            Ok(2)
        });
        wait_until_begun(&lane);
        let (go_on, second_gate) = channel::<()>();
        lane.ask(2, move |_| {
            second_gate.recv().unwrap();
            Ok(3)
        });
        go.send(()).unwrap();
        wakes.recv_timeout(Duration::from_secs(10)).unwrap();
        lane.poll();
        assert_eq!(lane.value().map(|value| **value), Some(1));
        go_on.send(()).unwrap();
        wait(&mut lane, &wakes);
        assert_eq!(lane.value().map(|value| **value), Some(3));
    }

    /// 3. A job that is given up is told so, and an error keeps the last answer.
    #[test]
    fn a_cancelled_job_sees_it_and_an_error_keeps_the_last_answer() {
        let (mut lane, wakes) = lane();
        lane.ask(1, |_| Ok(7));
        wait(&mut lane, &wakes);
        let (seen, saw) = channel();
        lane.ask(1, move |cancel| {
            while !cancel.is_cancelled() {
                std::thread::yield_now();
            }
            seen.send(()).unwrap();
            Ok(8)
        });
        lane.cancel();
        // Cancelled before or after it began: either way it is not waited for.
        assert!(!lane.is_busy());
        lane.ask(1, |_| Err(UserError::bad_input("no")));
        wait(&mut lane, &wakes);
        assert_eq!(lane.value().map(|value| **value), Some(7));
        assert_eq!(lane.error().map(|error| error.summary.as_str()), Some("no"));
        drop(saw);
    }
}

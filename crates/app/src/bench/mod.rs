//! The works that speed is measured by, each over a demo retailer of any size: the same
//! engine, the same conditions, the same documents as everywhere else.
//!
//! A work is repeated, each time with another shopper or block of shoppers; what is timed is the
//! work alone, after a warm-up. Its digest is a hash of all answers, and is the same where every
//! product is looked at one by one ([`Bench::plain`]).

mod clock;
pub mod conditions;
mod data;
mod learned;
mod many;
mod one;

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::UserError;

/// A work that speed is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// One shopper, the whole catalogue, rules compiled.
    OneWarm,
    /// The same just after one rule changed.
    OneEdit,
    /// One shopper, one department.
    OnePage,
    /// Many shoppers, the whole catalogue, under two rule sets.
    Many,
    /// The same after a rule changed.
    ManyEdit,
    /// Vectors of shoppers and products, trained from orders.
    Vectors,
    /// The best 24 of all products for each shopper, by such vectors alone.
    Top,
    /// Many conditions, the whole catalogue.
    Conditions,
}

/// What to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    /// The work.
    pub work: Work,
    /// Products of the retailer.
    pub products: usize,
    /// Shoppers of the retailer, and of a block.
    pub shoppers: usize,
    /// Threads that share the work.
    pub threads: usize,
    /// Whether every product is looked at one by one and sorted in full, with nothing kept.
    pub plain: bool,
    /// The demo retailer that it is done on.
    pub snapshot: PathBuf,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Measured {
    /// Milliseconds of processor time of all threads, one a repetition.
    pub cpu_ms: Vec<f64>,
    /// Milliseconds on the wall, one a repetition.
    pub wall_ms: Vec<f64>,
    /// SHA-256 of all answers, in hexadecimal digits.
    pub digest: String,
    /// Megabytes (2^20 bytes) that the process had in memory after the work, where the system
    /// tells.
    pub resident_mb: Option<f64>,
    /// The most that it ever had.
    pub peak_mb: Option<f64>,
}

/// Opens the retailer and does the work.
///
/// # Errors
/// A snapshot that cannot be read, a retailer without products or shoppers, threads that cannot be started.
pub fn bench(bench: &Bench) -> Result<Measured, UserError> {
    if bench.products == 0 || bench.shoppers == 0 || bench.threads == 0 {
        let summary = "a bench needs at least one product, one shopper and one thread";
        return Err(UserError::bad_input(summary));
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(bench.threads)
        .build()
        .map_err(|error| UserError::bad_input(format!("cannot start threads: {error}")))?;
    // Whoever opens the retailer does the work, so that memory that opening took serves it, too.
    let data = || data::Data::open(&bench.snapshot);
    pool.install(|| match bench.work {
        Work::Vectors | Work::Top => learned::run(bench),
        Work::Conditions => {
            let data = data()?;
            let given = conditions::Given::new(&data.retailer, data.taken_at)?;
            Ok(conditions::conditions_over_products(&given, bench.plain))
        }
        Work::OneWarm => one::warm(&data()?, bench.plain),
        Work::OneEdit => one::edit(&data()?, bench.plain),
        Work::OnePage => one::page(&data()?, bench.plain),
        Work::Many => many::whole(&data()?, bench.plain),
        Work::ManyEdit => many::edit(&data()?, bench.plain),
    })
}

/// Times of repetitions, and the digest of their answers.
#[derive(Default)]
struct Record {
    cpu_ms: Vec<f64>,
    wall_ms: Vec<f64>,
    digest: Sha256,
}

impl Record {
    /// Does a repetition and times it.
    fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = clock::Started::now();
        let result = work();
        let (cpu, wall) = started.elapsed_ms();
        self.cpu_ms.push(cpu);
        self.wall_ms.push(wall);
        result
    }

    /// Adds an answer to the digest.
    fn add(&mut self, answer: &impl serde::Serialize) -> Result<(), UserError> {
        let text = serde_json::to_vec(answer)
            .map_err(|error| UserError::bad_input(format!("an answer is no JSON: {error}")))?;
        self.digest.update((text.len() as u64).to_le_bytes());
        self.digest.update(text);
        Ok(())
    }

    fn finish(self) -> Measured {
        let digest = self.digest.finalize();
        Measured {
            cpu_ms: self.cpu_ms,
            wall_ms: self.wall_ms,
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            resident_mb: clock::memory_mb("VmRSS:"),
            peak_mb: clock::memory_mb("VmHWM:"),
        }
    }
}

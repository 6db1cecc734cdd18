//! Works over what is learnt from orders: training vectors, and the best of all products for
//! everybody.

use endcap_learn::parts::Als;
use endcap_learn::{DIMENSIONS, History, ItemVectors, Orders, Quantised, Scored, Watch};
use endcap_store::Snapshot;
use rayon::prelude::*;
use sha2::Digest;

use super::{Bench, Measured, Record, Work};
use crate::UserError;

/// How often vectors are solved for.
const ITERATIONS: usize = 15;

/// Slots of a home page.
const SLOTS: usize = 24;

/// Repetitions that are timed.
const REPETITIONS: usize = 3;

/// The seed of the vectors that [`Work::Top`] asks.
const SEED: u64 = 1;

const NOTHING: Quantised = Quantised {
    values: [0; DIMENSIONS],
    scale: 0.0,
};

pub(super) fn run(bench: &Bench) -> Result<Measured, UserError> {
    let orders = orders(bench)?;
    match bench.work {
        Work::Top => top(bench, &orders),
        _ => vectors(&orders),
    }
}

fn orders(bench: &Bench) -> Result<Orders, UserError> {
    let snapshot = Snapshot::open(&bench.snapshot)?;
    let until = snapshot.meta().taken_at.timestamp_micros();
    Ok(Orders::new(&snapshot.order_columns()?, until))
}

/// Trains anew each time, from another start.
fn vectors(orders: &Orders) -> Result<Measured, UserError> {
    let mut record = Record::default();
    for repetition in 0..REPETITIONS as u64 {
        let als = record.time(|| Als::of(orders, ITERATIONS, repetition, Watch::nobody()))?;
        for product in 0..orders.products().len() as u32 {
            let numbers = als.product(product).iter();
            numbers.for_each(|number| record.digest.update(number.to_le_bytes()));
        }
    }
    Ok(record.finish())
}

/// Each time for another block of shoppers.
fn top(bench: &Bench, orders: &Orders) -> Result<Measured, UserError> {
    let als = Als::of(orders, ITERATIONS, SEED, Watch::nobody())?;
    let sold = orders.products().len();
    let vector = |product: usize| Quantised::new(als.product(product as u32));
    // What nobody ever bought is like nothing.
    let unsold = std::iter::repeat_n(NOTHING, bench.products.saturating_sub(sold));
    let items = (0..sold).map(vector).chain(unsold);
    let items = ItemVectors::new(items.map(|vector| (vector, 0.0)));
    let shoppers: Vec<Quantised> = (0..orders.shoppers().len())
        .into_par_iter()
        .map(|shopper| {
            Quantised::new(&als.shopper(&History::of(orders, shopper, orders.last_at())))
        })
        .collect();
    drop(als);
    let mut record = Record::default();
    let block = bench.shoppers.min(shoppers.len()).max(1);
    let mut blocks = shoppers.chunks(block).cycle();
    for _ in 0..REPETITIONS {
        let asked = blocks.next().unwrap_or_default();
        let answers: Vec<Vec<Scored>> = record.time(|| {
            if bench.plain {
                let plainly = |shopper| items.top_plainly(shopper, SLOTS);
                asked.par_iter().map(plainly).collect()
            } else {
                items.top(asked, SLOTS)
            }
        });
        for scored in answers.iter().flatten() {
            record.digest.update(scored.row.to_le_bytes());
            record.digest.update(scored.score.to_le_bytes());
        }
    }
    Ok(record.finish())
}

#[cfg(test)]
mod tests {
    //! 1. The best for everybody are those of the plain way, at any number of threads.
    //! 2. Vectors are the same at any number of threads.

    use super::*;
    use crate::bench::bench;
    use crate::{DemoSize, make_demo};

    fn digest(work: Work, threads: usize, plain: bool) -> String {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("small.endcap");
        let size = DemoSize {
            products: 700,
            shoppers: 300,
            order_lines: 4500,
        };
        make_demo(size, 1, &snapshot, |_| ()).unwrap();
        let small = Bench {
            work,
            products: 700,
            shoppers: 300,
            threads,
            plain,
            snapshot,
        };
        bench(&small).unwrap().digest
    }

    #[test]
    fn the_best_for_everybody_are_those_of_the_plain_way() {
        let plain = digest(Work::Top, 1, true);
        assert_eq!(digest(Work::Top, 1, false), plain);
        assert_eq!(digest(Work::Top, 2, false), plain);
    }

    #[test]
    fn vectors_are_the_same_at_any_number_of_threads() {
        let one = digest(Work::Vectors, 1, false);
        assert_eq!(digest(Work::Vectors, 3, false), one);
    }
}

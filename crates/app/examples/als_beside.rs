//! How well vectors by alternating least squares tell the last order of every shopper of a
//! snapshot, and what training them takes; and the same orders in two files, for another program
//! to be held beside it.
//!
//! `cargo run --release -p endcap-app --example als_beside FILE [KNOWN.csv LATER.csv]`; a file that
//! is not there is made, of 100,000 products, 100,000 shoppers and 1,500,000 order lines. Known are
//! shopper, product and number of orders, later are shopper and product; by number from 0.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example prints what it measures"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use cpu_time::ProcessTime;
use endcap_app::{DemoSize, make_demo};
use endcap_learn::evaluate::Evaluation;
use endcap_learn::parts::Als;
use endcap_learn::{HeldOut, Orders, Split, Watch};
use endcap_store::Snapshot;

const ITERATIONS: usize = 15;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = PathBuf::from(args.next().expect("a file"));
    if !path.exists() {
        let size = DemoSize {
            products: 100_000,
            shoppers: 100_000,
            order_lines: 1_500_000,
        };
        make_demo(size, 1, &path, |_| ()).unwrap();
    }
    let snapshot = Snapshot::open(&path).unwrap();
    let until = snapshot.meta().taken_at.timestamp_micros();
    let orders = Orders::new(&snapshot.order_columns().unwrap(), until);
    drop(snapshot);
    let held = HeldOut::new(&orders, Split::LastOrder);
    if let (Some(known), Some(later)) = (args.next(), args.next()) {
        let mut known = BufWriter::new(File::create(known).unwrap());
        for shopper in 0..held.known.shoppers().len() {
            let baskets = held.known.of(shopper).map(|order| held.known.basket(order));
            let mut products: Vec<u32> = baskets.flatten().copied().collect();
            products.sort_unstable();
            for same in products.chunk_by(|a, b| a == b) {
                writeln!(known, "{shopper},{},{}", same[0], same.len()).unwrap();
            }
        }
        let mut later = BufWriter::new(File::create(later).unwrap());
        for case in &held.cases {
            for (product, _) in held.truth(case) {
                writeln!(later, "{},{product}", case.shopper).unwrap();
            }
        }
    }
    let started = ProcessTime::now();
    let als = Als::of(&held.known, ITERATIONS, 1, Watch::nobody()).unwrap();
    println!(
        "{} shoppers, {} products, {} lines: {:.2} s of processor time",
        orders.shoppers().len(),
        orders.products().len(),
        held.known.line_count(),
        started.elapsed().as_secs_f64()
    );
    let evaluation = Evaluation::new(&held, 1).unwrap();
    let figures = evaluation.of(&als, false, Watch::nobody()).unwrap();
    for (name, of) in [("all", figures.all), ("new", figures.new)] {
        println!(
            "{name}: NDCG@10 {:.4} ({:.4} to {:.4}), Recall@20 {:.4}, {} cases",
            of.ndcg_10.mean, of.ndcg_10.low, of.ndcg_10.high, of.recall_20.mean, of.cases
        );
    }
}

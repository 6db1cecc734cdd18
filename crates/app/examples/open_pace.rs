//! How long it takes to open a snapshot, from the file to a retailer that can rank with the
//! model of its orders, and how much memory its columns take.
//!
//! `cargo run --release -p endcap-app --example open_pace FILE [PRODUCTS ORDER_LINES]`; a file
//! that is not there is made, of 100,000 products and 1,000,000 order lines.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example prints what it measures"
)]

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use endcap_app::{DemoSize, RankCommand, Workspace, make_demo};

/// How often the file is opened.
const TIMES: usize = 9;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = PathBuf::from(args.next().expect("a file"));
    let mut number = |else_: u64| args.next().map_or(else_, |text| text.parse().unwrap());
    let (products, order_lines) = (number(100_000), number(1_000_000));
    if !path.exists() {
        let size = DemoSize {
            products: products as usize,
            shoppers: products as usize,
            order_lines: order_lines as usize,
        };
        make_demo(size, 1, &path, |_| ()).unwrap();
    }
    let (mut times, mut stages) = (Vec::new(), Vec::new());
    for time in 0..TIMES {
        let start = Instant::now();
        let mut reached: Vec<(&str, Duration)> = Vec::new();
        let opened = Workspace::open_with(&path, &mut |stage| {
            let name = stage.sentence();
            if reached.last().is_none_or(|(last, _)| *last != name) {
                reached.push((name, start.elapsed()));
            }
            ControlFlow::Continue(())
        });
        let workspace = opened.unwrap();
        times.push(start.elapsed());
        stages.push(reached);
        if time + 1 == TIMES {
            let rules = Workspace::compile(&Workspace::relevance_alone()).unwrap();
            workspace.slate(&rules, &RankCommand::default()).unwrap();
            told(&workspace);
        }
    }
    let median = {
        let mut places: Vec<usize> = (0..TIMES).collect();
        places.sort_by_key(|place| times[*place]);
        places[TIMES / 2]
    };
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let worst = times.iter().max().unwrap();
    println!(
        "opening: first {:.0} ms, median {:.0} ms, worst {:.0} ms",
        ms(times[0]),
        ms(times[median]),
        ms(*worst)
    );
    for (name, at) in &stages[median] {
        println!("  {:7.0} ms  {name}", ms(*at));
    }
}

/// How much memory the columns take.
fn told(workspace: &Workspace) {
    let products = workspace.retailer.len();
    let bytes = workspace.retailer.heap_bytes();
    let each = |bytes: usize| bytes as f64 / products as f64;
    println!(
        "{products} products: columns {:.1} bytes each, texts {:.1}",
        each(bytes.of_columns()),
        each(bytes.text)
    );
    for (name, bytes) in &bytes.columns {
        println!("  {:7.1}  {name}", each(*bytes));
    }
}

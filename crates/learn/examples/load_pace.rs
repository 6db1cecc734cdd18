//! How long it takes to load a model from its file: `cargo run --release -p endcap-learn --example
//! load_pace FILE`, where FILE is what `endcap train` wrote.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example prints what it measures"
)]

use std::time::Instant;

use endcap_learn::Artifact;

/// How often the file is loaded.
const TIMES: usize = 11;

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let mut times: Vec<[f64; 2]> = (0..TIMES)
        .map(|_| {
            let start = Instant::now();
            let bytes = std::fs::read(&path).unwrap();
            let read = start.elapsed();
            let artifact = Artifact::from_bytes(bytes).unwrap();
            let all = start.elapsed();
            assert!(!artifact.model().is_empty());
            [read, all].map(|time| time.as_secs_f64() * 1000.0)
        })
        .collect();
    times.sort_by(|a, b| a[1].total_cmp(&b[1]));
    let artifact = Artifact::from_bytes(std::fs::read(&path).unwrap()).unwrap();
    println!(
        "{} products, {} shoppers, {:.1} MB",
        artifact.model().len(),
        artifact.model().shoppers(),
        std::fs::metadata(&path).unwrap().len() as f64 / f64::from(1 << 20)
    );
    for (name, place) in [("least", 0), ("median", TIMES / 2), ("most", TIMES - 1)] {
        let [read, all] = times[place];
        println!("{name}: {all:.0} ms, of which reading {read:.0} ms");
    }
}

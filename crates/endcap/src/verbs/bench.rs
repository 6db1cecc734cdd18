//! `bench`: how fast this machine does the engine's works.

use endcap_app::bench::{Bench, bench};
use serde_json::json;

use crate::args::BenchArgs;
use crate::screen::{Exit, Outcome, Screen};

pub(crate) fn run(args: &BenchArgs, screen: &mut Screen) -> Outcome {
    let bar = screen.progress();
    bar.set_message("making the retailer, then measuring");
    let measured = bench(Bench {
        work: args.work.into(),
        products: args.products as usize,
        shoppers: args.shoppers as usize,
        threads: args.threads as usize,
        plain: args.plain,
    });
    bar.finish_and_clear();
    let measured = measured?;
    if args.json {
        screen.json(&json!(measured))?;
        return Ok(Exit::Agrees);
    }
    let s = if measured.cpu_ms.len() == 1 { "" } else { "s" };
    writeln!(screen, "{} repetition{s}", measured.cpu_ms.len())?;
    writeln!(screen, "processor  {}", spread(&measured.cpu_ms))?;
    writeln!(screen, "wall       {}", spread(&measured.wall_ms))?;
    if let Some(resident) = measured.resident_mb {
        writeln!(screen, "memory     {resident:.0} MB")?;
    }
    writeln!(screen, "digest     {}", measured.digest)?;
    Ok(Exit::Agrees)
}

/// The middle of some times, and how far they spread.
fn spread(times_ms: &[f64]) -> String {
    let mut sorted = times_ms.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.first(), sorted.get(sorted.len() / 2), sorted.last()) {
        (Some(least), Some(middle), Some(most)) => {
            format!("{middle:.3} ms ({least:.3} to {most:.3})")
        }
        _ => "not measured".to_owned(),
    }
}

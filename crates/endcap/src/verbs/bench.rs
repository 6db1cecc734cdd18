//! `bench`: how fast this machine does the engine's works.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use endcap_app::bench::{Bench, Work, bench};
use serde_json::json;

use crate::args::BenchArgs;
use crate::screen::{Exit, Failure, Outcome, Screen};

/// Order lines of each shopper, and where orders are learnt from; and the most there are.
const LINES_A_SHOPPER: u32 = 30;
const LINES_LEARNT_FROM: u32 = 15;
const MOST_LINES: u32 = 5_000_000;

pub(crate) fn run(args: &BenchArgs, screen: &mut Screen) -> Outcome {
    let bar = screen.progress();
    bar.set_message("making the retailer, then measuring");
    let work = Work::from(args.work);
    let shoppers = args.shoppers.unwrap_or(match work {
        Work::Vectors => args.products,
        _ => 1_000,
    });
    let made = args.data.is_none();
    let made = made.then(|| MadeDemo::for_work(work, args.products, shoppers));
    let made = made.transpose()?;
    let snapshot = args.data.as_ref().or(made.as_ref().map(|made| &made.0));
    let measured = bench(&Bench {
        work,
        products: args.products as usize,
        shoppers: shoppers as usize,
        threads: args.threads as usize,
        plain: args.plain,
        snapshot: snapshot.cloned().unwrap_or_default(),
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
    if let Some((resident, peak)) = measured.resident_mb.zip(measured.peak_mb) {
        writeln!(screen, "memory     {resident:.0} MB, at most {peak:.0} MB")?;
    }
    writeln!(screen, "digest     {}", measured.digest)?;
    Ok(Exit::Agrees)
}

/// A snapshot of a demo retailer that is there as long as it is measured with. Another process
/// makes it, so that what that takes is not measured as memory of this one.
struct MadeDemo(PathBuf);

impl MadeDemo {
    fn for_work(work: Work, products: u32, shoppers: u32) -> Result<Self, Failure> {
        let (shoppers, lines) = match work {
            // Vectors need as many shoppers as products to be worth anything.
            Work::Vectors | Work::Top => (shoppers.max(products), LINES_LEARNT_FROM),
            _ => (shoppers, LINES_A_SHOPPER),
        };
        let lines = shoppers.saturating_mul(lines).min(MOST_LINES);
        let name = format!("endcap-bench-{}.endcap", std::process::id());
        let made = Self(std::env::temp_dir().join(name));
        let failed = |why: String| {
            let summary = format!("cannot make a demo retailer to measure with: {why}");
            Failure::from(endcap_app::UserError::unreadable(summary))
        };
        let numbers = [products, shoppers.min(1_000_000), lines].map(|number| number.to_string());
        let [products, shoppers, lines] = &numbers;
        let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
        let status = Command::new(program)
            .args(["demo", "--products", products, "--shoppers", shoppers])
            .args(["--order-lines", lines, "--into"])
            .arg(Path::new(&made.0))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .map_err(|error| failed(error.to_string()))?;
        if status.success() {
            Ok(made)
        } else {
            Err(failed("what was to make it failed".to_owned()))
        }
    }
}

impl Drop for MadeDemo {
    fn drop(&mut self) {
        // Whoever cleans up the folder for temporary files does it otherwise.
        let _ = std::fs::remove_file(&self.0);
    }
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

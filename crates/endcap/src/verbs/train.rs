//! `endcap train` and `endcap drift`: a model to rank by, and whether it still fits.

use endcap_app::{Drift, DriftTo, Trained, TrainingReport, Trial, Verdict};
use serde_json::json;

use super::evaluate::short;
use crate::args::{DriftArgs, TrainArgs};
use crate::interrupt::Interrupt;
use crate::screen::{Exit, Failure, Outcome, Screen};

/// What the blend weighs most that is printed.
const WEIGHTS: usize = 5;

/// Shifts that are printed.
const SHIFTS: usize = 8;

pub(crate) fn run(args: &TrainArgs, screen: &mut Screen) -> Outcome {
    let bar = screen.progress();
    let interrupt = Interrupt::listen();
    let trained = endcap_app::train(&args.snapshot, args.out.as_deref(), args.seed, &|doing| {
        bar.set_message(doing.to_owned());
        interrupt.asks()
    });
    bar.finish_and_clear();
    let trained = trained?;
    if args.json {
        screen.json(&json!(trained))?;
    } else {
        print(&trained, screen)?;
    }
    let megabytes = trained.bytes as f64 / f64::from(1 << 20);
    screen.aside(&format!(
        "wrote {}, {megabytes:.1} MB",
        trained.path.display()
    ))?;
    Ok(Exit::Agrees)
}

fn print(trained: &Trained, screen: &mut Screen) -> Result<(), Failure> {
    let TrainingReport {
        trained_on,
        trial,
        weights,
        ..
    } = &trained.report;
    let day = |micros| {
        let at = chrono::DateTime::from_timestamp_micros(micros);
        at.map_or_else(String::new, |at| at.format("%Y-%m-%d").to_string())
    };
    writeln!(
        screen,
        "trained on {} orders of {} lines, {} shoppers and {} products, from {} to {}, in {:.1} s",
        trained_on.orders,
        trained_on.lines,
        trained_on.shoppers,
        trained_on.products,
        day(trained_on.first_at_micros),
        day(trained_on.last_at_micros),
        trained.train_secs
    )?;
    match trial {
        Some(trial) => print_trial(trial, &day(trial.since_micros), screen)?,
        None => writeln!(
            screen,
            "Nobody ordered both in the last week and before: it is not tried."
        )?,
    }
    for (head, side) in [("products bought before", 0), ("new products", 1)] {
        let mut most: Vec<(&str, f64)> = weights
            .iter()
            .map(|(name, weights)| (name.as_str(), weights[side]))
            .collect();
        most.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
        let most = most.iter().take(WEIGHTS);
        let most: Vec<String> = most
            .map(|(name, weight)| format!("{name} {weight:+.2}"))
            .collect();
        writeln!(screen, "weighs most for {head}: {}", most.join("; "))?;
    }
    Ok(())
}

fn print_trial(trial: &Trial, since: &str, screen: &mut Screen) -> Result<(), Failure> {
    screen.head(&format!(
        "\nthe week from {since}, told by a model of what came before"
    ))?;
    let mut table = screen.table();
    table.set_header([
        "",
        "shoppers",
        "recall@10",
        "ndcg@10",
        "95% of it",
        "coverage",
    ]);
    for (name, figures) in [
        ("all products", &trial.all),
        ("new to the shopper", &trial.new),
    ] {
        let ndcg = figures.ndcg_10;
        table.add_row([
            name.to_owned(),
            figures.cases.to_string(),
            short(figures.recall_10.mean),
            short(ndcg.mean),
            format!("{} to {}", short(ndcg.low), short(ndcg.high)),
            short(figures.coverage_10),
        ]);
    }
    writeln!(screen, "{table}")?;
    let calibration = &trial.calibration;
    writeln!(
        screen,
        "expected {} of the first 24 in the next order, came true {}; error {:.1}% ({:.1}% by chance)",
        short(calibration.expected),
        short(calibration.observed),
        100.0 * calibration.error,
        100.0 * calibration.chance
    )
}

pub(crate) fn drift(args: &DriftArgs, screen: &mut Screen) -> Outcome {
    let to = match (&args.other, &args.data) {
        (Some(other), _) => DriftTo::Model(other.clone()),
        (None, data) => DriftTo::Snapshot(data.clone().unwrap_or_default()),
    };
    let bar = screen.progress();
    let interrupt = Interrupt::listen();
    let drift = endcap_app::drift(&args.model, &to, &|doing| {
        bar.set_message(doing.to_owned());
        interrupt.asks()
    });
    bar.finish_and_clear();
    let drift = drift?;
    if args.json {
        screen.json(&json!(drift))?;
    } else {
        print_drift(&drift, screen)?;
    }
    Ok(match drift.verdict {
        Verdict::Retrain => Exit::Differs,
        Verdict::Steady | Verdict::Watch | Verdict::TooFew => Exit::Agrees,
    })
}

fn print_drift(drift: &Drift, screen: &mut Screen) -> Result<(), Failure> {
    writeln!(screen, "{}", drift.why)?;
    if drift.shifts.is_empty() {
        return Ok(());
    }
    let mut table = screen.table();
    table.set_header(["what", "index", ""]);
    for shift in drift.shifts.iter().take(SHIFTS) {
        let (index, said) = match shift.index {
            None => (String::new(), "too few values"),
            Some(index) if index > 0.25 => (short(index), "shifted"),
            Some(index) if index >= 0.1 => (short(index), "watch"),
            Some(index) => (short(index), "steady"),
        };
        table.add_row([shift.of.clone(), index, said.to_owned()]);
    }
    writeln!(screen, "\n{table}")?;
    if let Some(latest) = &drift.latest {
        let mut table = screen.table();
        table.set_header([
            "a week",
            "shoppers",
            "ndcg@10",
            "95% of it",
            "expected",
            "came true",
        ]);
        for (name, trial) in [("when trained", &latest.then), ("the latest", &latest.now)] {
            let ndcg = trial.all.ndcg_10;
            table.add_row([
                name.to_owned(),
                trial.all.cases.to_string(),
                short(ndcg.mean),
                format!("{} to {}", short(ndcg.low), short(ndcg.high)),
                short(trial.calibration.expected),
                short(trial.calibration.observed),
            ]);
        }
        writeln!(screen, "\n{table}")?;
    }
    screen.faint(
        "index: population stability; below 0.1 steady, to 0.25 to be watched, above it shifted",
    )
}

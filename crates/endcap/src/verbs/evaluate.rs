//! `endcap evaluate`: how well the models tell what shoppers buy next.

use std::path::PathBuf;

use endcap_app::{
    Calibration, EvaluateOn, Evaluated, Figures, HoldOut, ModelFigures, Reference, evaluate,
};
use serde_json::json;

use crate::args::EvaluateArgs;
use crate::interrupt::Interrupt;
use crate::screen::{Exit, Failure, Outcome, Screen};

pub(crate) fn run(args: &EvaluateArgs, screen: &mut Screen) -> Outcome {
    let on = match (&args.protocol, &args.snapshot) {
        (Some(name), _) => EvaluateOn::Protocol(
            name.clone(),
            args.data.clone().unwrap_or(PathBuf::from(".")),
        ),
        (None, Some(snapshot)) => EvaluateOn::Snapshot(snapshot.clone()),
        (None, None) => EvaluateOn::Demo,
    };
    let hold_out = match args.since {
        Some(at) => HoldOut::Since(at),
        None if args.last_order => HoldOut::LastOrder,
        None => HoldOut::LastWeeks,
    };
    let bar = screen.progress();
    let interrupt = Interrupt::listen();
    let evaluated = evaluate(&on, hold_out, args.seed, &|doing| {
        bar.set_message(doing.to_owned());
        interrupt.asks()
    });
    bar.finish_and_clear();
    let evaluated = evaluated?;
    if args.json {
        screen.json(&json!(evaluated))?;
        return Ok(Exit::Agrees);
    }
    print(&evaluated, screen)?;
    Ok(Exit::Agrees)
}

fn print(evaluated: &Evaluated, screen: &mut Screen) -> Result<(), Failure> {
    writeln!(
        screen,
        "{} shoppers, {} products; {} orders of {} lines known; the later orders of {} shoppers told",
        evaluated.shoppers,
        evaluated.products,
        evaluated.known_orders,
        evaluated.known_lines,
        evaluated.cases
    )?;
    writeln!(screen, "trained in {:.1} s", evaluated.train_secs)?;
    screen.head("\nall products")?;
    let references = &evaluated.references;
    print_figures(
        evaluated,
        |model| &model.all,
        |reference| Some(reference.at_10),
        screen,
    )?;
    screen.head("\nproducts new to the shopper")?;
    print_figures(
        evaluated,
        |model| &model.new,
        |reference| reference.new_at_10,
        screen,
    )?;
    if !references.is_empty() {
        screen.faint("reference: what plain models reach on the same protocol")?;
    }
    let Some(blend) = evaluated.models.last() else {
        return Ok(());
    };
    print_groups(
        "by orders known",
        blend
            .by_orders
            .iter()
            .map(|(orders, figures)| (*orders, figures)),
        screen,
    )?;
    let segments = blend.by_segment.iter().map(|(k, v)| (k.as_str(), v));
    print_groups("by segment", segments, screen)?;
    if let Some(calibration) = &blend.calibration {
        print_calibration(calibration, screen)?;
    }
    Ok(())
}

/// A row a model, and one a reference that has figures.
fn print_figures(
    evaluated: &Evaluated,
    figures: impl Fn(&ModelFigures) -> &Figures,
    at_10: impl Fn(&Reference) -> Option<[f64; 2]>,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let mut table = screen.table();
    table.set_header([
        "model",
        "recall@10",
        "ndcg@10",
        "95% of it",
        "recall@20",
        "ndcg@20",
        "hit rate@10",
        "mrr",
        "coverage",
        "novelty, bits",
    ]);
    for model in &evaluated.models {
        let of = figures(model);
        let ndcg = of.ndcg_10;
        table.add_row([
            model.model.clone(),
            short(of.recall_10.mean),
            short(ndcg.mean),
            format!("{} to {}", short(ndcg.low), short(ndcg.high)),
            short(of.recall_20.mean),
            short(of.ndcg_20.mean),
            short(of.hit_rate_10.mean),
            short(of.reciprocal_rank.mean),
            short(of.coverage_10),
            format!("{:.1}", of.novelty_10.mean),
        ]);
    }
    for reference in &evaluated.references {
        if let Some([recall, ndcg]) = at_10(reference) {
            let name = format!("reference: {}", reference.model);
            let figures = [short(recall), short(ndcg)];
            table.add_row([name].into_iter().chain(figures));
        }
    }
    writeln!(screen, "{table}")
}

/// What the blend does for some shoppers.
fn print_groups<'g>(
    head: &str,
    groups: impl Iterator<Item = (&'g str, &'g Figures)>,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let mut table = screen.table();
    table.set_header([head, "shoppers", "recall@10", "ndcg@10", "95% of it"]);
    for (group, figures) in groups {
        let ndcg = figures.ndcg_10;
        table.add_row([
            group.to_owned(),
            figures.cases.to_string(),
            short(figures.recall_10.mean),
            short(ndcg.mean),
            format!("{} to {}", short(ndcg.low), short(ndcg.high)),
        ]);
    }
    if table.row_count() > 0 {
        writeln!(screen, "\n{table}")?;
    }
    Ok(())
}

fn print_calibration(calibration: &Calibration, screen: &mut Screen) -> Result<(), Failure> {
    screen.head("\nprobability that the next order contains a product, top 24 of each shopper")?;
    writeln!(
        screen,
        "expected {}, came true {}; calibration error {:.1}% of that ({:.1}% by chance alone); \
         Brier skill {}",
        short(calibration.expected),
        short(calibration.observed),
        100.0 * calibration.error,
        100.0 * calibration.chance,
        short(calibration.brier_skill)
    )?;
    let mut table = screen.table();
    table.set_header(["tenth", "expected", "came true"]);
    for (bin, (expected, observed)) in calibration.bins.iter().enumerate() {
        table.add_row([(bin + 1).to_string(), short(*expected), short(*observed)]);
    }
    writeln!(screen, "{table}")
}

pub(super) fn short(share: f64) -> String {
    format!("{share:.3}")
}

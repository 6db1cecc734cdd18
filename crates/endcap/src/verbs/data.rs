//! Verbs over snapshots: `import`, `export`, `demo`.

use std::path::Path;

use endcap_app::{DemoSize, Stage, Workspace};
use serde_json::json;

use crate::args::{DemoArgs, ExportArgs, ImportArgs};
use crate::interrupt::Interrupt;
use crate::screen::{Exit, Failure, Outcome, Screen};

/// Order lines of a demo retailer for each of its shoppers, and the most it has.
const LINES_A_SHOPPER: usize = 30;
const MOST_LINES: usize = 5_000_000;

/// Opens a snapshot, or the demo retailer without one.
pub(super) fn open_data(data: Option<&Path>, screen: &mut Screen) -> Result<Workspace, Failure> {
    let Some(path) = data else {
        return Ok(Workspace::demo()?);
    };
    let bar = screen.progress();
    bar.set_message(format!("opening {}", path.display()));
    let workspace = Workspace::open(path);
    bar.finish_and_clear();
    let workspace = workspace?;
    if let Some(refused) = &workspace.model_refused {
        screen.aside(refused)?;
    } else if workspace.has_trained_model() {
        screen.aside(&format!("relevance: {}", workspace.relevance_from()))?;
    }
    Ok(workspace)
}

pub(crate) fn import(args: &ImportArgs, screen: &mut Screen) -> Outcome {
    let bar = screen.progress();
    let interrupt = Interrupt::listen();
    let report = endcap_app::import(
        &args.dir,
        args.mapping.as_deref(),
        &args.into,
        args.strict,
        &mut |progress| {
            let doing = match progress.stage {
                Stage::Reading => "reading",
                Stage::Mapping => "mapping",
                Stage::Writing => "writing",
            };
            bar.set_message(match progress.rows {
                0 => format!("{doing} {}", progress.name),
                rows => format!("{doing} {}, {rows} done", progress.name),
            });
            interrupt.asks()
        },
    );
    bar.finish_and_clear();
    let report = match report {
        Err(error) if args.json => {
            screen.json(&json!({"error": error.summary, "problems": error.problems}))?;
            return Ok(Failure::code(&error));
        }
        report => report?,
    };
    if args.json {
        screen.json(&json!(report))?;
    } else {
        writeln!(screen, "{}", report.to_string().trim_end())?;
    }
    screen.aside(&format!("wrote {}", args.into.display()))?;
    Ok(Exit::Agrees)
}

pub(crate) fn export(args: &ExportArgs, screen: &mut Screen) -> Outcome {
    let report = endcap_app::export(&args.snapshot, &args.dir)?;
    for file in &report.files {
        let s = if file.rows == 1 { "" } else { "s" };
        let path = args.dir.join(&file.file);
        writeln!(screen, "{}: {} row{s}", path.display(), file.rows)?;
    }
    Ok(Exit::Agrees)
}

pub(crate) fn demo(args: &DemoArgs, screen: &mut Screen) -> Outcome {
    let shoppers = args.shoppers as usize;
    let size = DemoSize {
        products: args.products as usize,
        shoppers,
        order_lines: args
            .order_lines
            .map_or((shoppers * LINES_A_SHOPPER).min(MOST_LINES), |lines| {
                lines as usize
            }),
    };
    let bar = screen.progress();
    bar.set_message("making products, shoppers and orders");
    let made = endcap_app::make_demo(size, args.seed, &args.into, |progress| {
        bar.set_message(format!(
            "writing row {} of {}",
            progress.done, progress.total
        ));
    });
    bar.finish_and_clear();
    made?;
    writeln!(
        screen,
        "{}: {} products, {} shoppers, {} order lines, seed {}",
        args.into.display(),
        size.products,
        size.shoppers,
        size.order_lines,
        args.seed
    )?;
    Ok(Exit::Agrees)
}

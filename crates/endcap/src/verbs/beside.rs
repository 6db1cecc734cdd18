//! `endcap beside`: what stands beside a product, as orders tell.

use std::collections::BTreeMap;

use comfy_table::{Cell, CellAlignment};
use endcap_app::{Beside, BesideKind};
use serde_json::json;

use super::data::open_data;
use crate::args::BesideArgs;
use crate::screen::{Exit, Failure, Outcome, Screen};

pub(crate) fn run(args: &BesideArgs, screen: &mut Screen) -> Outcome {
    let workspace = open_data(args.data.as_deref(), screen)?;
    let all = [
        (BesideKind::Complements, "complements", "goes with it"),
        (BesideKind::Similar, "similar", "is like it"),
        (
            BesideKind::Substitutes,
            "substitutes",
            "could stand in for it",
        ),
    ];
    let asked = args.kind.map(BesideKind::from);
    let kinds = all
        .into_iter()
        .filter(|(kind, ..)| asked.is_none_or(|asked| asked == *kind));
    let mut found = Vec::new();
    for (kind, name, what) in kinds {
        found.push((name, what, workspace.beside(&args.sku, kind)?));
    }
    if args.json {
        let by_name: BTreeMap<&str, &Vec<Beside>> = found
            .iter()
            .map(|(name, _, found)| (*name, found))
            .collect();
        screen.json(&json!(by_name))?;
        return Ok(Exit::Agrees);
    }
    for (at, (_, what, found)) in found.iter().enumerate() {
        if at > 0 {
            writeln!(screen)?;
        }
        screen.head(&format!("What {what}"))?;
        print(found, workspace.retailer.currency(), screen)?;
    }
    Ok(Exit::Agrees)
}

fn print(found: &[Beside], currency: &str, screen: &mut Screen) -> Result<(), Failure> {
    if found.is_empty() {
        return writeln!(screen, "Nothing that orders would tell.");
    }
    let mut table = screen.table();
    table.set_header(["sku", "product", currency, "why"]);
    for beside in found {
        let price = Cell::new(format!("{:.2}", beside.price)).set_alignment(CellAlignment::Right);
        table.add_row([
            Cell::new(&beside.sku),
            Cell::new(&beside.title),
            price,
            Cell::new(&beside.reason),
        ]);
    }
    writeln!(screen, "{table}")
}

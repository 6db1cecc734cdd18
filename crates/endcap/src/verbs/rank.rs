//! `endcap rank`: a slate as a table that a merchandiser reads.

use std::collections::BTreeMap;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableStyle};
use endcap_app::{
    CompiledRules, ProductFacts, RankCommand, RankView, RuleSet, Slot, Source, Workspace,
    note_sentence, read_rules, reason_phrase,
};
use serde_json::{Value, json};

use super::why;
use crate::args::RankArgs;
use crate::screen::{Exit, Failure, Outcome, Screen};

/// What the program shows without a verb: a page of the demo retailer where many rules meet.
const SHOWCASE_PAGE: &str = "grocery/beverages/coffee";
const SHOWCASE_SLOTS: u32 = 12;

pub(crate) fn run(args: &RankArgs, screen: &mut Screen) -> Outcome {
    let (workspace, rules) = open(args, screen)?;
    let command = RankCommand {
        shopper: args.shopper.clone(),
        placement: args.placement.map(Into::into),
        page: args.page.clone(),
        store: args.store.clone(),
        channel: args.channel.clone(),
        at: args.at,
        slots: args.slots,
        query: args.query.clone(),
        anchor: args.anchor.clone(),
        cart: args.cart.clone(),
        sort: args.sort.into(),
        filter: args.filter.clone(),
    };
    if let Some(sku) = &args.why {
        let why = workspace.why(&rules, &command, sku)?;
        if args.json {
            screen.json(&json!(why))?;
        } else {
            why::print(&why, workspace.retailer.currency(), screen)?;
        }
        return Ok(Exit::Agrees);
    }
    let view = workspace.rank(&rules, &command)?;
    if args.json {
        screen.json(&in_json(&view))?;
    } else {
        print(&view, screen)?;
    }
    Ok(Exit::Agrees)
}

/// Ranks a page of the demo retailer for its most loyal shopper, and explains the first slot.
pub(crate) fn showcase(screen: &mut Screen) -> Outcome {
    let workspace = Workspace::demo()?;
    let rules = Workspace::compile(&Workspace::demo_rules())?;
    let command = RankCommand {
        shopper: workspace.most_loyal_shopper().map(str::to_owned),
        page: Some(SHOWCASE_PAGE.to_owned()),
        slots: SHOWCASE_SLOTS,
        ..RankCommand::default()
    };
    let view = workspace.rank(&rules, &command)?;
    print(&view, screen)?;
    if let Some(first) = view.answer.slots.first() {
        let why = workspace.why(&rules, &command, &first.sku)?;
        writeln!(screen)?;
        why::print(&why, workspace.retailer.currency(), screen)?;
    }
    screen.aside("\nThis is the demo retailer. `endcap --help` lists what else there is.")?;
    Ok(Exit::Agrees)
}

fn open(args: &RankArgs, screen: &mut Screen) -> Result<(Workspace, CompiledRules), Failure> {
    let workspace = match &args.data {
        Some(path) => {
            let bar = screen.progress();
            bar.set_message(format!("opening {}", path.display()));
            let workspace = Workspace::open(path);
            bar.finish_and_clear();
            workspace?
        }
        None => Workspace::demo()?,
    };
    let rules: RuleSet = match (&args.rules, &args.data) {
        (Some(path), _) => read_rules(path)?,
        (None, None) => Workspace::demo_rules(),
        (None, Some(_)) => {
            screen.aside("no --rules: ranked by relevance alone")?;
            Workspace::relevance_alone()
        }
    };
    let rules = Workspace::compile(&rules)?;
    Ok((workspace, rules))
}

fn in_json(view: &RankView) -> Value {
    let products: BTreeMap<&str, &ProductFacts> = view
        .answer
        .slots
        .iter()
        .map(|slot| slot.sku.as_str())
        .zip(&view.products)
        .collect();
    json!({
        "request": view.request,
        "answer": view.answer,
        "products": products,
        "currency": view.currency,
    })
}

fn print(view: &RankView, screen: &mut Screen) -> Result<(), Failure> {
    screen.head(&title(view))?;
    if view.answer.suppressed.is_some() {
        writeln!(
            screen,
            "Nothing is shown: the shopper did not agree to email."
        )?;
        return Ok(());
    }
    if view.answer.slots.is_empty() {
        writeln!(screen, "No product may be shown here.")?;
    } else {
        let mut table = table(screen);
        table.set_header(
            [
                "", "product", "brand", "price", "margin", "stock", "score", "moved by",
            ]
            .map(Cell::new),
        );
        for (slot, facts) in view.answer.slots.iter().zip(&view.products) {
            table.add_row(row(slot, facts));
        }
        for column in [0, 3, 4, 5, 6] {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        writeln!(screen, "{}", table.trim_fmt())?;
    }
    print_figures(view, screen)?;
    for note in &view.answer.notes {
        writeln!(screen, "{}", note_sentence(note))?;
    }
    Ok(())
}

fn title(view: &RankView) -> String {
    let request = &view.request;
    let what = match (&request.query, &request.page, &request.anchor) {
        (Some(query), ..) => format!("\"{query}\""),
        (None, Some(page), _) => page.clone(),
        (None, None, Some(anchor)) => format!("beside {anchor}"),
        (None, None, None) => request.placement.name().to_owned(),
    };
    let who = request
        .customer
        .as_ref()
        .map_or("a shopper nobody knows".to_owned(), |customer| {
            let of = if customer.segments.is_empty() {
                String::new()
            } else {
                format!(" ({})", customer.segments.join(", "))
            };
            format!("{}{of}", customer.id)
        });
    let store = request
        .store
        .as_ref()
        .map_or(String::new(), |store| format!(", {store}"));
    let at = request.at.format("%Y-%m-%d %H:%M %:z");
    format!(
        "{what} for {who}: {}{store}, {at}, prices in {}",
        request.channel, view.currency
    )
}

fn row(slot: &Slot, facts: &ProductFacts) -> Vec<Cell> {
    let quote = &facts.quote;
    let own = if quote.private_label { " *" } else { "" };
    let was = if quote.price < quote.list_price {
        format!("{:.2} (was {:.2})", quote.price, quote.list_price)
    } else {
        format!("{:.2}", quote.price)
    };
    vec![
        Cell::new(slot.slot),
        Cell::new(format!("{} · {}", facts.title, slot.sku)),
        Cell::new(format!("{}{own}", facts.brand.as_deref().unwrap_or("–"))),
        Cell::new(was),
        Cell::new(format!("{:.1}%", quote.margin * 100.0)),
        Cell::new(quote.stock),
        Cell::new(format!("{:.3}", slot.score)),
        Cell::new(moved_by(slot)),
    ]
}

/// How far a product is from its organic place, and which rules brought it here.
fn moved_by(slot: &Slot) -> String {
    let rule = slot.rule.as_deref().unwrap_or_default();
    let mut by: Vec<String> = match slot.source {
        Source::Ranked => Vec::new(),
        Source::Fallback => vec!["fallback".to_owned()],
        source => vec![format!("{} {rule}", source.name())],
    };
    let factors = slot
        .factors
        .iter()
        .flatten()
        .filter(|factor| factor.factor != 1.0);
    by.extend(factors.map(|factor| format!("{} ×{:.2}", factor.rule, factor.factor)));
    let moved = match slot.organic_rank.flatten() {
        None => "new".to_owned(),
        Some(organic) if organic > slot.slot => format!("▲{}", organic - slot.slot),
        Some(organic) if organic < slot.slot => format!("▼{}", slot.slot - organic),
        Some(_) => "=".to_owned(),
    };
    if by.is_empty() {
        moved
    } else {
        format!("{moved} {}", by.join(", "))
    }
}

fn print_figures(view: &RankView, screen: &mut Screen) -> Result<(), Failure> {
    if let Some(Some(metrics)) = &view.answer.metrics {
        let percent = |share: f64| format!("{:.0}%", share * 100.0);
        let currency = &view.currency;
        writeln!(
            screen,
            "margin {:.2} {currency} and revenue {:.2} {currency} per 1,000 purchase chances · \
             relevance kept {} · private label {} · overridden {} · moved {} · out-of-stock \
             demand {} · {} brands",
            metrics.margin_per_1k,
            metrics.revenue_per_1k,
            percent(metrics.relevance_kept),
            percent(metrics.private_label_share),
            percent(metrics.override_rate),
            percent(metrics.moved_rate),
            percent(metrics.out_of_stock_demand),
            metrics.brands
        )?;
    }
    let mut reasons: BTreeMap<_, usize> = BTreeMap::new();
    for reason in view.answer.ineligible.iter().flat_map(BTreeMap::values) {
        *reasons.entry(*reason).or_default() += 1;
    }
    if !reasons.is_empty() {
        let counts: Vec<String> = reasons
            .iter()
            .map(|(reason, count)| format!("{count} {}", reason_phrase(*reason)))
            .collect();
        writeln!(screen, "not shown: {}", counts.join(", "))?;
    }
    if view.products.iter().any(|facts| facts.quote.private_label) {
        screen.faint("* private label")?;
    }
    Ok(())
}

/// A table as wide as the terminal, or as wide as it likes where there is none.
pub(super) fn table(screen: &Screen) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    if let Some(width) = screen.width() {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    table
}

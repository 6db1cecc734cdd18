//! `endcap rank`: a slate as a table that a merchandiser reads.

use std::collections::BTreeMap;

use comfy_table::{Cell, CellAlignment, ColumnConstraint};
use endcap_app::{
    CompiledRules, Metrics, ProductFacts, RankCommand, RankView, RuleSet, Slot, Sort, Source, Who,
    Workspace, note_sentence, reason_phrase,
};
use serde_json::{Value, json};

use super::data::open_data;
use super::documents::rules;
use super::why;
use crate::args::RankArgs;
use crate::screen::{Exit, Failure, Outcome, Screen};

/// What the program shows without a verb: a page of the demo retailer where many rules meet.
const TOUR_PAGE: &str = "grocery/beverages/coffee";
const TOUR_SLOTS: u32 = 12;

/// Columns of a terminal below which a slate leaves out brand and stock.
const NARROW: u16 = 120;

/// Traits of a shopper that a title names.
const TRAITS: usize = 4;

pub(crate) fn run(args: &RankArgs, screen: &mut Screen) -> Outcome {
    let (workspace, rules) = open(args, screen)?;
    let command = RankCommand {
        who: match &args.persona {
            Some(words) => Who::Persona(workspace.persona(words)?),
            None => Who::of(args.shopper.as_deref()),
        },
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
pub(crate) fn tour(screen: &mut Screen) -> Outcome {
    let workspace = Workspace::demo()?;
    let rules = Workspace::compile(&Workspace::demo_rules())?;
    let command = RankCommand {
        who: Who::of(workspace.most_loyal_shopper()),
        page: Some(TOUR_PAGE.to_owned()),
        slots: TOUR_SLOTS,
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
    let workspace = open_data(args.data.as_deref(), screen)?;
    let rules: RuleSet = match (&args.rules, &args.data) {
        (Some(path), _) => rules(path)?,
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
        "metrics_without_rules": view.organic_metrics,
        "currency": view.currency,
    })
}

fn print(view: &RankView, screen: &mut Screen) -> Result<(), Failure> {
    screen.head(&title(view))?;
    for warning in &view.warnings {
        writeln!(screen, "{warning}")?;
    }
    if view.answer.suppressed.is_some() {
        let who = match view.request.customer {
            Some(_) => "the shopper did not agree to email",
            None => "nobody is known who agreed to email",
        };
        writeln!(screen, "Nothing is shown: {who}.")?;
        return Ok(());
    }
    if view.answer.slots.is_empty() {
        writeln!(screen, "No product may be shown here.")?;
    } else {
        print_slots(view, screen)?;
    }
    let mut reasons: BTreeMap<_, usize> = BTreeMap::new();
    for reason in view.answer.ineligible.iter().flat_map(BTreeMap::values) {
        *reasons.entry(*reason).or_default() += 1;
    }
    let counts = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {}", reason_phrase(*reason)));
    if !reasons.is_empty() {
        writeln!(
            screen,
            "Not shown: {}.",
            counts.collect::<Vec<_>>().join(", ")
        )?;
    }
    for note in &view.answer.notes {
        writeln!(screen, "{}", note_sentence(note))?;
    }
    print_figures(view, screen)
}

fn title(view: &RankView) -> String {
    let request = &view.request;
    let what = match (&request.query, request.page.as_deref(), &request.anchor) {
        (Some(query), ..) => format!("\"{query}\""),
        (None, Some(""), _) => "the whole catalogue".to_owned(),
        (None, Some(page), _) => page.to_owned(),
        (None, None, Some(anchor)) => format!("beside {anchor}"),
        (None, None, None) => request.placement.name().to_owned(),
    };
    let who = match &request.customer {
        None => "a shopper nobody knows".to_owned(),
        Some(customer) => {
            let known = customer.tier.iter().chain(&customer.segments);
            let mut known: Vec<&str> = known.map(String::as_str).collect();
            let more = known.len().saturating_sub(TRAITS);
            known.truncate(TRAITS);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            let traits = if known.is_empty() {
                String::new()
            } else {
                format!(" ({}{more})", known.join(", "))
            };
            format!("{}{traits}", customer.id)
        }
    };
    let store = request
        .store
        .as_ref()
        .map_or(String::new(), |store| format!(", {store}"));
    format!(
        "{what} for {who}: {}{store}, {}, prices in {}",
        request.channel, view.local_time, view.currency
    )
}

fn print_slots(view: &RankView, screen: &mut Screen) -> Result<(), Failure> {
    let is_narrow = screen.width().is_some_and(|width| width < NARROW);
    let is_sorted = view.request.sort != Sort::Recommended;
    let columns = [
        Column::new("", Align::Right, true),
        Column::new("product", Align::Left, true),
        Column::new("brand", Align::Left, !is_narrow),
        Column::new("price", Align::Right, true),
        Column::new("margin", Align::Right, true),
        Column::new("stock", Align::Right, !is_narrow),
        // A shopper's own order is not by score.
        Column::new("score", Align::Right, !is_sorted),
        Column::new("moved by", Align::Left, true),
    ];
    let mut table = screen.table();
    table.set_header(columns.iter().map(|column| Cell::new(column.head)));
    for (slot, facts) in view.answer.slots.iter().zip(&view.products) {
        table.add_row(row(slot, facts, view.organic_slots.get(&slot.sku).copied()));
    }
    for (column, shown) in columns.iter().zip(table.column_iter_mut()) {
        if column.align == Align::Right {
            shown.set_cell_alignment(CellAlignment::Right);
        }
        if !column.is_shown {
            shown.set_constraint(ColumnConstraint::Hidden);
        }
    }
    writeln!(screen, "{}", table.trim_fmt())?;
    if view.products.iter().any(|facts| facts.quote.private_label) {
        screen.faint("* private label")?;
    }
    Ok(())
}

#[derive(PartialEq)]
enum Align {
    Left,
    Right,
}

struct Column {
    head: &'static str,
    align: Align,
    is_shown: bool,
}

impl Column {
    fn new(head: &'static str, align: Align, is_shown: bool) -> Self {
        Self {
            head,
            align,
            is_shown,
        }
    }
}

fn row(slot: &Slot, facts: &ProductFacts, organic_slot: Option<u32>) -> Vec<Cell> {
    let quote = &facts.quote;
    let brand = match (facts.brand.as_deref(), quote.private_label) {
        (Some(brand), true) => format!("{brand} *"),
        (Some(brand), false) => brand.to_owned(),
        (None, true) => "*".to_owned(),
        (None, false) => String::new(),
    };
    let price = if quote.price < quote.list_price {
        format!("{:.2} (was {:.2})", quote.price, quote.list_price)
    } else {
        format!("{:.2}", quote.price)
    };
    // One line a product, whatever its title holds.
    let title = facts.title.split_whitespace().collect::<Vec<_>>().join(" ");
    vec![
        Cell::new(slot.slot),
        Cell::new(format!("{title} · {}", slot.sku)),
        Cell::new(brand),
        Cell::new(price),
        Cell::new(format!("{:.1}%", quote.margin * 100.0)),
        Cell::new(quote.stock),
        Cell::new(format!("{:.3}", slot.score)),
        Cell::new(moved_by(slot, organic_slot)),
    ]
}

/// How far a product is from its slot without rules, and which rules brought it here.
fn moved_by(slot: &Slot, organic_slot: Option<u32>) -> String {
    let rule = slot.rule.as_deref().unwrap_or_default();
    let moved = match organic_slot {
        None => "new".to_owned(),
        Some(organic) if organic > slot.slot => format!("▲{}", organic - slot.slot),
        Some(organic) if organic < slot.slot => format!("▼{}", slot.slot - organic),
        Some(_) => "=".to_owned(),
    };
    let source = match slot.source {
        Source::Ranked => None,
        Source::Fallback => Some("fallback".to_owned()),
        source => Some(format!("{} {rule}", source.name())),
    };
    let factors = slot
        .factors
        .iter()
        .flatten()
        .filter(|factor| factor.factor != 1.0);
    let factors = factors.map(|factor| format!("{} ×{:.2}", factor.rule, factor.factor));
    let by: Vec<String> = source.into_iter().chain(factors).collect();
    format!("{moved} {}", by.join(", "))
}

/// The figures of the slate beside those of the slate without rules.
fn print_figures(view: &RankView, screen: &mut Screen) -> Result<(), Failure> {
    let (Some(Some(with)), Some(without)) = (&view.answer.metrics, &view.organic_metrics) else {
        return Ok(());
    };
    let currency = &view.currency;
    let mut table = screen.table();
    table.set_header(["", "with rules", "without"]);
    let mut figure = |name: &str, unit: Unit, value: fn(&Metrics) -> f64| {
        table.add_row([
            name.to_owned(),
            unit.say(value(with)),
            unit.say(value(without)),
        ]);
    };
    figure(
        &format!("margin per 1,000 views, {currency}"),
        Unit::Money,
        |m| m.margin_per_1k,
    );
    figure(
        &format!("revenue per 1,000 views, {currency}"),
        Unit::Money,
        |m| m.revenue_per_1k,
    );
    figure("relevance kept", Unit::Share, |m| m.relevance_kept);
    figure("private label", Unit::Share, |m| m.private_label_share);
    figure("out-of-stock demand", Unit::Share, |m| {
        m.out_of_stock_demand
    });
    figure("brands", Unit::Count, |m| f64::from(m.brands));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(screen, "\n{}", table.trim_fmt())?;
    let (overridden, moved) = (
        Unit::Share.say(with.override_rate),
        Unit::Share.say(with.moved_rate),
    );
    writeln!(
        screen,
        "Rules had a hand in {overridden} of the slots; {moved} show another product."
    )?;
    screen.faint(
        "Money is expected from 1,000 views of a slot, upper slots seen more, if each viewer's \
         next order came from here.",
    )
}

/// How a figure is written.
#[derive(Clone, Copy)]
enum Unit {
    Money,
    Share,
    Count,
}

impl Unit {
    fn say(self, value: f64) -> String {
        match self {
            Self::Money => format!("{value:.2}"),
            Self::Share if value > 1.0 => "over 100%".to_owned(),
            Self::Share => format!("{:.0}%", value * 100.0),
            Self::Count => value.to_string(),
        }
    }
}

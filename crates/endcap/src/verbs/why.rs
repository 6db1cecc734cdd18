//! `endcap rank --why`: the whole path of one product.

use comfy_table::{Cell, CellAlignment};
use endcap_app::{Why, note_sentence, reason_phrase};

use crate::screen::{Failure, Screen};

pub(crate) fn print(why: &Why, currency: &str, screen: &mut Screen) -> Result<(), Failure> {
    screen.head(&format!("Why {} · {}", why.title, why.sku))?;
    writeln!(screen, "{}", verdict(why))?;
    if why.candidate && why.passes_filter && why.fails.is_empty() {
        writeln!(screen, "It is a candidate and passes every test.")?;
    }
    writeln!(screen, "{}", price(why, currency))?;
    for note in &why.notes {
        writeln!(screen, "{}", note_sentence(note))?;
    }
    writeln!(screen)?;
    screen.head("Score")?;
    print_score(why, screen)?;
    if !why.rules.is_empty() {
        writeln!(screen)?;
        screen.head("Rules in force, and the slot with each one off")?;
        print_rules(why, screen)?;
    }
    if !why.cures.is_empty() {
        writeln!(screen)?;
        screen.head("What it would take")?;
        for cure in &why.cures {
            writeln!(screen, "- {}", cure.sentence)?;
        }
    }
    Ok(())
}

fn verdict(why: &Why) -> String {
    let organic = match why.organic_rank {
        Some(rank) => format!("{rank}{} without rules", ordinal(rank)),
        None => "not ranked without rules".to_owned(),
    };
    if why.cures.iter().any(|cure| cure.code == "suppressed") {
        return "Nothing is shown: nobody is known here who agreed to email.".to_owned();
    }
    match (&why.slot, why.fails.first()) {
        (Some(slot), _) => {
            let by = match &slot.rule {
                Some(rule) => format!("{}, by {rule}", slot.source.name()),
                None => slot.source.name().to_owned(),
            };
            format!("Slot {} ({by}); {organic}.", slot.slot)
        }
        (None, Some(_)) => {
            let reasons: Vec<_> = why
                .fails
                .iter()
                .map(|reason| reason_phrase(*reason))
                .collect();
            format!("Not on the slate: {}.", reasons.join(", "))
        }
        (None, None) => {
            let place = match why.rank {
                Some(rank) => format!("{rank}{} of the candidates, ", ordinal(rank)),
                None => "no candidate, ".to_owned(),
            };
            format!("Not on the slate: {place}{organic}.")
        }
    }
}

fn price(why: &Why, currency: &str) -> String {
    let was = if why.price < why.list_price {
        let by = why.promotions.join(", ");
        format!(
            " (regular {:.2}; promotions in force: {by})",
            why.list_price
        )
    } else {
        String::new()
    };
    format!(
        "Price {:.2} {currency}{was}, margin {:.1}%, {} in stock.",
        why.price,
        why.margin * 100.0,
        why.stock
    )
}

fn print_score(why: &Why, screen: &mut Screen) -> Result<(), Failure> {
    let mut sums = screen.table();
    for part in &why.contributions {
        sums.add_row([
            Cell::new(part.signal.name().replace('_', " ")),
            Cell::new(format!("{:.3}", part.value)),
            Cell::new(format!("× {}", part.weight)),
            Cell::new(format!("{:+.3}", part.points)),
        ]);
    }
    sums.add_row([
        "base".to_owned(),
        String::new(),
        String::new(),
        format!("{:.3}", why.base),
    ]);
    for factor in &why.factors {
        let times = format!("× {:.2}", factor.factor);
        sums.add_row([factor.rule.clone(), String::new(), times, String::new()]);
    }
    sums.add_row([
        "score".to_owned(),
        String::new(),
        String::new(),
        format!("{:.3}", why.score),
    ]);
    for column in 1..=3 {
        if let Some(column) = sums.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    Ok(writeln!(screen, "{}", sums.trim_fmt())?)
}

fn print_rules(why: &Why, screen: &mut Screen) -> Result<(), Failure> {
    let now = why.slot.as_ref().map(|slot| slot.slot);
    let slot = |slot: Option<u32>| slot.map_or("off the slate".to_owned(), |n| format!("slot {n}"));
    let mut rules = screen.table();
    // What changes its slot first.
    let mut by_effect: Vec<_> = why.rules.iter().collect();
    by_effect.sort_by_key(|rule| (rule.slot == now, !rule.touches));
    for rule in by_effect {
        let without = if rule.slot == now {
            "no change".to_owned()
        } else {
            slot(rule.slot)
        };
        let touches = if rule.touches { "touches it" } else { "" };
        rules.add_row([rule.rule.as_str(), rule.kind, touches, without.as_str()]);
    }
    Ok(writeln!(screen, "{}", rules.trim_fmt())?)
}

fn ordinal(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

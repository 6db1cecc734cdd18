//! The strip of figures: the draft's slate against live's.

use egui::Ui;
use endcap_app::{Delta, Figure, FigureValue, Tone};
use endcap_look::{Direction, figure_strip_ui};

use crate::Format;

/// Draws the strip.
pub(super) fn figures_ui(ui: &mut Ui, format: &Format, figures: &[Figure]) {
    let shown: Vec<endcap_look::Figure> = figures
        .iter()
        .map(|figure| {
            let value = figure
                .value
                .map_or_else(|| "–".to_owned(), |value| said(format, value));
            let mut help = figure.help.to_owned();
            if let Some(live) = figure.live {
                help.push_str(&format!(" Live: {}.", said(format, live)));
            }
            let shown = endcap_look::Figure::new(&figure.label, value).help(help);
            match figure.delta {
                Some(delta) => shown.delta(change(format, figure, delta)),
                None => shown,
            }
        })
        .collect();
    figure_strip_ui(ui, &shown);
}

fn said(format: &Format, value: FigureValue) -> String {
    match value {
        FigureValue::Money(amount) => format.money_whole(amount),
        // A tenth tells where nearly everything or nearly nothing is meant.
        FigureValue::Percent(share) if (0.1..0.9).contains(&share) => format.percent(share, 0),
        FigureValue::Percent(share) => format.percent(share, 1),
        FigureValue::Count(count) => format.count(i64::from(count)),
    }
}

fn change(format: &Format, figure: &Figure, delta: Delta) -> endcap_look::Delta {
    let direction = match delta.sign() {
        1 => Direction::Up,
        -1 => Direction::Down,
        _ => Direction::Same,
    };
    let tone = match figure.tone() {
        Tone::Good => endcap_look::Tone::Good,
        Tone::Bad => endcap_look::Tone::Bad,
        Tone::Neutral => endcap_look::Tone::Neutral,
    };
    let text = match delta {
        Delta::Share(share) => format!("{} vs live", format.percent(share.abs(), 1)),
        Delta::Points(points) => format.points(points.abs()),
        Delta::Count(count) => format.count(count.abs()),
    };
    endcap_look::Delta::new(direction, tone, text)
}

//! The figures of a slate against those of the live one.

use endcap_vocab::Metrics;

use super::Slate;

/// One figure of the strip.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// A stable name.
    pub id: &'static str,
    /// As a merchandiser says it.
    pub label: String,
    /// Of the draft's slate; none where it is empty.
    pub value: Option<FigureValue>,
    /// Of the live slate; none where it is empty.
    pub live: Option<FigureValue>,
    /// How far the draft is from live; none where one of them is not there.
    pub delta: Option<Delta>,
    /// Which way is better.
    pub better: Better,
    /// What it means, its formula and its unit.
    pub help: &'static str,
}

/// The value of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FigureValue {
    /// In the currency of the slate.
    Money(f64),
    /// A share: 0.31 is 31%.
    Percent(f64),
    /// How many.
    Count(u32),
}

/// How far a figure is from live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Delta {
    /// Of money, as a share of live: 0.061 is 6.1%. None can be said where live is 0.
    Share(f64),
    /// Of a share, in percentage points: 0.09 is 9 points.
    Points(f64),
    /// Of a count.
    Count(i64),
}

impl Delta {
    /// Below 0 for less than live, 0 where the difference is less than is shown: a tenth.
    #[must_use]
    pub fn sign(self) -> i32 {
        let tenths = match self {
            Self::Share(delta) | Self::Points(delta) => (delta * 1000.0).round(),
            Self::Count(delta) => delta as f64,
        };
        if tenths > 0.0 {
            1
        } else if tenths < 0.0 {
            -1
        } else {
            0
        }
    }
}

/// Which way a figure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More.
    Up,
    /// Less.
    Down,
    /// That depends on what is wanted.
    Neither,
}

/// How a change of a figure is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Better than live.
    Good,
    /// Worse than live.
    Bad,
    /// The same, or neither.
    Neutral,
}

impl Figure {
    /// How its change is to be seen.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match (self.delta.map_or(0, Delta::sign), self.better) {
            (1, Better::Up) | (-1, Better::Down) => Tone::Good,
            (-1, Better::Up) | (1, Better::Down) => Tone::Bad,
            _ => Tone::Neutral,
        }
    }
}

/// One figure: how it is called, how it is read off a slate, and what it means.
struct Kind {
    id: &'static str,
    label: &'static str,
    value: fn(&Metrics) -> FigureValue,
    better: Better,
    help: &'static str,
}

const KINDS: [Kind; 6] = [
    Kind {
        id: "margin_per_1k",
        label: "Margin per 1k views",
        value: |metrics| FigureValue::Money(metrics.margin_per_1k),
        better: Better::Up,
        help: "What 1,000 looks at a slot of this slate are expected to earn, in the catalogue's \
               currency, where a look is a chance that the shopper's next order holds the \
               product: 1,000 × Σ attention × purchase × (price − unit cost) / Σ attention. \
               Attention is 1 / log2(slot + 1); purchase is the model's probability of purchase.",
    },
    Kind {
        id: "relevance_kept",
        label: "Relevance kept",
        value: |metrics| FigureValue::Percent(metrics.relevance_kept),
        better: Better::Up,
        help: "How much of the expected purchases of the best possible slate this one keeps, in \
               percent: Σ attention × purchase here, divided by the same sum over the eligible \
               products in order of purchase. A pin from another page can lift it over 100%.",
    },
    Kind {
        id: "private_label_share",
        label: "Private label share",
        value: |metrics| FigureValue::Percent(metrics.private_label_share),
        better: Better::Up,
        help: "The share of the shopper's attention that own brands get, in percent: \
               Σ attention over slots with private label / Σ attention over all slots, \
               where attention is 1 / log2(slot + 1).",
    },
    Kind {
        id: "override_rate",
        label: "Overridden slots",
        value: |metrics| FigureValue::Percent(metrics.override_rate),
        better: Better::Neither,
        help: "The share of the slots in which a rule had a hand, in percent of the slots \
               filled: a rule placed the product, a boost or bury changed its score, or it would \
               not be here at all without rules.",
    },
    Kind {
        id: "out_of_stock_demand",
        label: "Out-of-stock demand",
        value: |metrics| FigureValue::Percent(metrics.out_of_stock_demand),
        better: Better::Down,
        help: "Of the slots as they would be if everything were in stock, the share whose \
               product has too few units, in percent of the slots filled.",
    },
    Kind {
        id: "brands",
        label: "Brands in top",
        value: |metrics| FigureValue::Count(metrics.brands),
        better: Better::Up,
        help: "How many different brands stand on this slate; products without a brand do not \
               count.",
    },
];

/// The figures of the draft's slate against those of the live one.
pub(super) fn figures(draft: &Slate, live: &Slate) -> Vec<Figure> {
    let figure = |kind: &Kind| {
        let of = |slate: &Slate| slate.answer.metrics.as_ref()?.as_ref().map(kind.value);
        let (value, live) = (of(draft), of(live));
        let label = if kind.id == "brands" {
            format!("{} {}", kind.label, draft.request.slots)
        } else {
            kind.label.to_owned()
        };
        Figure {
            id: kind.id,
            label,
            value,
            live,
            delta: value.zip(live).and_then(|(value, live)| delta(value, live)),
            better: kind.better,
            help: kind.help,
        }
    };
    KINDS.iter().map(figure).collect()
}

fn delta(value: FigureValue, live: FigureValue) -> Option<Delta> {
    match (value, live) {
        (FigureValue::Money(value), FigureValue::Money(live)) if value == live => {
            Some(Delta::Share(0.0))
        }
        (FigureValue::Money(value), FigureValue::Money(live)) => {
            // Against a loss, less of it is more.
            (live != 0.0).then(|| Delta::Share((value - live) / live.abs()))
        }
        (FigureValue::Percent(value), FigureValue::Percent(live)) => {
            Some(Delta::Points(value - live))
        }
        (FigureValue::Count(value), FigureValue::Count(live)) => {
            Some(Delta::Count(i64::from(value) - i64::from(live)))
        }
        _ => None,
    }
}

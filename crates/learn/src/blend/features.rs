//! What the blend looks at: a shopper's candidates, each with its features.

use std::ops::Range;

use crate::history::{HALF_LIVES_DAYS, History, Past};
use crate::parts::{Parts, dot};
use crate::sparse::Scores;

/// Candidates that a part may name, beside everything bought before.
const EACH: usize = 100;

/// Collaborative parts that have scores for few products; ALS, which has one for each, comes last.
const FEW: usize = 3;

/// What is looked at, by name.
pub(crate) const NAMES: [&str; COUNT] = [
    "bought, by 15 days",
    "bought, by 30 days",
    "bought, by 60 days",
    "bought, by 120 days",
    "bought, by 240 days",
    "times bought",
    "share of orders",
    "share of orders, log",
    "share of orders, lately",
    "share of orders, lately, log",
    "days since bought",
    "how due",
    "how often, with decay (TIFU)",
    "how often, with decay, log",
    "popularity, by 14 days",
    "popularity, by 28 days",
    "popularity, by 90 days",
    "popularity",
    "orders of the shopper",
    "days since the last order",
    "orders a day",
    "lines of the shopper",
    "different products of the shopper",
    "share of orders, lately, log × orders",
    "how often, with decay, log × orders",
    "similar products × orders",
    "EASE × orders",
    "TIFU-KNN × orders",
    "ALS × orders",
    "similar products",
    "similar products, log",
    "EASE",
    "EASE, log",
    "TIFU-KNN",
    "TIFU-KNN, log",
    "ALS",
    "ALS, log",
];

pub(crate) const COUNT: usize = 37;

/// How many features tell of a product bought before; they come first.
const OWN: usize = 14;

/// What is told of the shopper.
pub(crate) const SHOPPER: Range<usize> = OWN + 4..OWN + 9;

/// Where the features of parts begin, two a part.
const PARTS: usize = OWN + 15;

/// One number a name of [`NAMES`].
pub(crate) type Features = [f32; COUNT];

/// What kind of purchase it would be; each has weights of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of a product bought before.
    Again,
    /// Of one that was not.
    New,
}

/// A product that a shopper may buy next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) product: u32,
    pub(crate) kind: Kind,
    pub(crate) features: Features,
}

/// Room to work in, one a thread.
pub(crate) struct Room {
    /// Of the parts that have scores for few products.
    scores: [Scores; FEW],
}

impl Room {
    pub(crate) fn new(products: usize) -> Self {
        Self {
            scores: std::array::from_fn(|_| Scores::new(products)),
        }
    }
}

/// The products that a shopper may buy next, ascending: those bought before and those that a
/// part or popularity puts first.
pub(crate) fn candidates(parts: &Parts, history: &History, room: &mut Room) -> Vec<Candidate> {
    let mut products: Vec<u32> = history.past.iter().map(|past| past.product).collect();
    let popular = parts.popularity.ranked();
    products.extend(&popular[..popular.len().min(EACH)]);
    let mut largest = [0.0_f32; FEW + 1];
    let scored = parts.collaborative().into_iter().zip(&mut room.scores);
    for ((part, scores), largest) in scored.zip(&mut largest) {
        scores.clear();
        part.score(history, scores);
        products.extend(scores.best_unsorted(EACH));
        *largest = scores.largest();
    }
    let likes = parts.als.shopper(history);
    let matched = |product: u32| dot(&likes, parts.als.product(product));
    let best = parts.als.best_unsorted(&likes, EACH);
    largest[FEW] = best
        .iter()
        .map(|product| matched(*product))
        .fold(0.0, f32::max);
    products.extend(best);
    products.sort_unstable();
    products.dedup();
    let shopper = of_shopper(history);
    let often = history.past.iter().map(|past| past.frequency);
    let most = often.fold(f32::MIN_POSITIVE, f32::max);
    let candidate = |product: u32| {
        let past = history.find(product);
        let kind = match past {
            Some(_) => Kind::Again,
            None => Kind::New,
        };
        let mut features = shopper;
        if let Some(past) = past {
            features[..OWN].copy_from_slice(&of_past(past, history, most));
        }
        let popularity = parts.popularity.shares(product);
        features[OWN..OWN + 4].copy_from_slice(&popularity.map(|share| (share + 1e-5).ln()));
        for (part, largest) in largest.into_iter().enumerate() {
            let score = match room.scores.get(part) {
                Some(scores) => scores.get(product),
                None => matched(product),
            };
            let score = score / largest.max(1e-9);
            features[PARTS + 2 * part] = score;
            features[PARTS + 1 + 2 * part] = (score.max(0.0) + 0.01).ln();
        }
        // The more orders a shopper made, the more its own purchases tell of it.
        let orders = features[OWN + 4];
        features[OWN + 9] = features[9] * orders;
        features[OWN + 10] = features[13] * orders;
        for part in 0..=FEW {
            features[OWN + 11 + part] = features[PARTS + 2 * part] * orders;
        }
        Candidate {
            product,
            kind,
            features,
        }
    };
    products.into_iter().map(candidate).collect()
}

/// What is the same for all products of a shopper.
pub(crate) fn of_shopper(history: &History) -> Features {
    let mut features = [0.0; COUNT];
    if !history.is_empty() {
        let (orders, lines) = (history.orders as f32, history.lines as f32);
        features[OWN + 4] = orders.ln();
        features[OWN + 5] = history.last_days.ln_1p();
        features[OWN + 6] = (orders / (history.first_days + 30.0)).ln();
        features[OWN + 7] = lines.ln();
        features[OWN + 8] = (history.past.len() as f32 / lines).ln();
    }
    features
}

/// What is known of a product bought before.
pub(crate) fn of_past(past: &Past, history: &History, most: f32) -> [f32; OWN] {
    let mut features = [0.0; OWN];
    for (feature, faded) in features.iter_mut().zip(past.faded) {
        *feature = (4.0 * faded).ln_1p();
    }
    let times = past.times as f32;
    let share = times / history.orders as f32;
    let lately = past.share(history);
    features[HALF_LIVES_DAYS.len()] = times.ln_1p();
    features[6] = share;
    features[7] = (share + 0.02).ln();
    features[8] = lately;
    features[9] = (lately + 0.02).ln();
    features[10] = past.last_days.ln_1p();
    let due = |days: f32| ((past.last_days + 7.0) / (days + 7.0)).ln();
    features[11] = past.interval_days().map_or(0.0, due).clamp(-3.0, 3.0);
    let often = past.frequency / most;
    features[12] = often;
    features[13] = (often + 0.02).ln();
    features
}

//! A second reading of the ranking semantics, product by product with plain loops, against
//! which the engine is held. Whoever changes it looks at the specification only, never at
//! the engine. Sections are those of ranking.md.

mod condition;
mod scope;
mod shown;
mod slate;

use std::collections::BTreeSet;

use endcap_vocab::{
    Answer, Case, Metrics, Note, NoteKind, Placement, Slot, Sort, Source, Suppressed,
};

use shown::Variant;
use slate::{Placed, Slate};

/// Section 8: the answer to a case that every check accepts.
pub fn answer(case: &Case) -> Answer {
    let request = &case.request;
    if lacks_email_consent(case) {
        return Answer {
            slots: Vec::new(),
            ineligible: request.explain.then(Default::default),
            notes: Vec::new(),
            suppressed: Some(Suppressed::NoEmailConsent),
            metrics: request.explain.then_some(None),
        };
    }
    let slate = Slate::build(
        case,
        Variant {
            rules: &case.rule_set.rules,
            tests_stock: true,
        },
    );
    let organic = Slate::build(
        case,
        Variant {
            rules: &[],
            tests_stock: true,
        },
    );
    let mut notes = notes_of_request(case);
    notes.extend(slate.notes.iter().cloned());
    let mut answer = Answer {
        slots: slots(&slate, &organic, request.explain),
        ineligible: None,
        notes,
        suppressed: None,
        metrics: None,
    };
    if request.explain {
        let candidates = slate.shown.iter().filter(|shown| shown.is_candidate);
        let reasons =
            candidates.filter_map(|shown| Some((shown.product.sku.clone(), shown.fails?)));
        answer.ineligible = Some(reasons.collect());
        answer.metrics = Some(metrics(case, &slate, &organic));
    }
    answer
}

/// Section 3, its last sentence.
fn lacks_email_consent(case: &Case) -> bool {
    let request = &case.request;
    let is_email = request.channel == "email" || request.placement == Placement::Email;
    let consent = request
        .customer
        .as_ref()
        .map(|customer| customer.consent.email);
    is_email && consent != Some(true)
}

fn notes_of_request(case: &Case) -> Vec<Note> {
    let request = &case.request;
    let mut notes = Vec::new();
    if scope::personal(request).is_none() {
        notes.push(Note::new(NoteKind::PersonalSignalsOff));
    }
    if request.sort != Sort::Recommended {
        notes.push(Note::new(NoteKind::SortedByShopper));
    }
    let mut noted: Vec<&String> = Vec::new();
    for sku in request.candidates.iter().flatten() {
        let known = case
            .catalog
            .products
            .iter()
            .any(|product| product.sku == *sku);
        if !known && !noted.contains(&sku) {
            noted.push(sku);
            notes.push(Note::new(NoteKind::UnknownCandidate).sku(sku));
        }
    }
    notes
}

fn slots(slate: &Slate, organic: &Slate, explain: bool) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (index, placed) in slate.filled().into_iter().enumerate() {
        let shown = &slate.shown[placed.index];
        let mut slot = Slot {
            slot: index as u32 + 1,
            sku: shown.product.sku.clone(),
            score: shown.score,
            source: placed.source,
            rule: placed.rule.map(str::to_owned),
            organic_rank: None,
            overridden: None,
            base: shown.base,
            contributions: None,
            factors: None,
        };
        if explain {
            let rank = organic
                .order
                .iter()
                .position(|other| *other == placed.index);
            slot.organic_rank = Some(rank.map(|rank| rank as u32 + 1));
            slot.overridden = Some(is_overridden(slate, organic, placed));
            slot.contributions = Some(shown.contributions.clone());
            slot.factors = Some(shown.factors.clone());
        }
        slots.push(slot);
    }
    slots
}

fn is_overridden(slate: &Slate, organic: &Slate, placed: Placed) -> bool {
    let by_rule = matches!(
        placed.source,
        Source::Pin | Source::Substitute | Source::Reserve | Source::Quota
    );
    let factors = &slate.shown[placed.index].factors;
    let by_factor = factors.iter().any(|factor| factor.factor != 1.0);
    let organic = organic.filled();
    let is_organic = organic.iter().any(|other| other.index == placed.index);
    by_rule || by_factor || !is_organic
}

fn attention(slot: usize) -> f64 {
    1.0 / libm::log2(slot as f64 + 1.0)
}

fn metrics(case: &Case, slate: &Slate, organic: &Slate) -> Option<Metrics> {
    let filled = slate.filled();
    if filled.is_empty() {
        return None;
    }
    let organic_filled = organic.filled();
    let mut whole = 0.0;
    let (mut margin, mut revenue, mut purchases, mut private_label) = (0.0, 0.0, 0.0, 0.0);
    let (mut overridden, mut moved) = (0, 0);
    let mut brands = BTreeSet::new();
    for (index, placed) in filled.iter().enumerate() {
        let shown = &slate.shown[placed.index];
        let share = attention(index + 1);
        whole += share;
        margin += share * shown.purchase * (shown.price - shown.product.unit_cost);
        revenue += share * shown.purchase * shown.price;
        purchases += share * shown.purchase;
        if shown.product.private_label {
            private_label += share;
        }
        if is_overridden(slate, organic, *placed) {
            overridden += 1;
        }
        if organic_filled.get(index).map(|other| other.index) != Some(placed.index) {
            moved += 1;
        }
        brands.extend(&shown.product.brand);
    }
    let count = filled.len();
    Some(Metrics {
        margin_per_1k: 1000.0 * margin / whole,
        revenue_per_1k: 1000.0 * revenue / whole,
        relevance_kept: relevance_kept(purchases, organic, count),
        private_label_share: private_label / whole,
        override_rate: f64::from(overridden) / count as f64,
        moved_rate: f64::from(moved) / count as f64,
        out_of_stock_demand: out_of_stock_demand(case),
        brands: brands.len() as u32,
    })
}

fn relevance_kept(purchases: f64, organic: &Slate, count: usize) -> f64 {
    let candidates = organic.order.iter();
    let mut best: Vec<f64> = candidates
        .map(|index| organic.shown[*index].purchase)
        .collect();
    best.sort_by(|a, b| b.total_cmp(a));
    best.truncate(count);
    let mut possible = 0.0;
    for (index, purchase) in best.into_iter().enumerate() {
        possible += attention(index + 1) * purchase;
    }
    if possible == 0.0 {
        1.0
    } else {
        purchases / possible
    }
}

fn out_of_stock_demand(case: &Case) -> f64 {
    let wanted = Slate::build(
        case,
        Variant {
            rules: &case.rule_set.rules,
            tests_stock: false,
        },
    );
    let filled = wanted.filled();
    let least = case.rule_set.eligibility.min_available;
    let lacking = filled
        .iter()
        .filter(|placed| wanted.shown[placed.index].stock < least);
    lacking.count() as f64 / filled.len() as f64
}

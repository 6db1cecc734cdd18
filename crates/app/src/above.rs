//! Why one product of a slate stands above another.

use std::cmp::Ordering;

use endcap_engine::{CompiledRule, CompiledRules, Why, in_force, trace};
use endcap_vocab::{Sort, Source};

use crate::explain::{Asked, ProductHead, Step, StepKind, capital, name_of, waterfall};
use crate::ranking::of_request;
use crate::words::{heading, ordinal, signed};
use crate::{RankCommand, UserError, Workspace};

/// Why one product stands above another.
#[derive(Debug, Clone, PartialEq)]
pub struct Above {
    /// The product that stands above, or is on the slate alone.
    pub above: ProductHead,
    /// The other.
    pub below: ProductHead,
    /// Why, the weightiest first.
    pub sentences: Vec<String>,
    /// What makes the difference of the scores, the largest first; empty where the shopper
    /// chose the order.
    pub parts: Vec<ScorePart>,
}

/// What one signal or rule gives to each of two scores.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorePart {
    /// `Margin`, or what people call the rule.
    pub name: String,
    /// What it adds to the score of the product above.
    pub above: f64,
    /// What it adds to the score of the product below.
    pub below: f64,
}

impl ScorePart {
    /// What it adds to the lead of the product above; below 0 where it speaks against it.
    #[must_use]
    pub fn lead(&self) -> f64 {
        self.above - self.below
    }
}

impl Workspace {
    /// Why one of two products stands above the other, whichever it is.
    ///
    /// # Errors
    /// Those of [`Workspace::request`], and a sku that the catalogue lacks.
    pub fn why_above(
        &self,
        rules: &CompiledRules,
        command: &RankCommand,
        [a, b]: [&str; 2],
    ) -> Result<Above, UserError> {
        let asked = self.asked(rules, command)?;
        let follow = |sku: &str| {
            self.row_of(sku)?;
            trace(&self.retailer, rules, &asked.model, &asked.request, sku).map_err(of_request)
        };
        let (a, b) = (follow(a)?, follow(b)?);
        let (above, below) = if is_above(&a, &b) { (a, b) } else { (b, a) };
        let by_score = asked.request.sort == Sort::Recommended;
        let parts = if by_score {
            parts(&above, &below, rules)
        } else {
            Vec::new()
        };
        let pair = Pair {
            asked: &asked,
            above: &above,
            below: &below,
        };
        Ok(Above {
            above: self.head(&above),
            below: self.head(&below),
            sentences: pair.sentences(&parts)?,
            parts,
        })
    }
}

/// By slot, then by place among the candidates, then by sku, so that there is an answer for
/// any two.
fn is_above(a: &Why, b: &Why) -> bool {
    let place = |why: &Why| {
        let slot = why.slot.as_ref().map_or(u32::MAX, |slot| slot.slot);
        let may_not = !why.fails.is_empty() || !why.passes_filter;
        (slot, may_not, why.rank.unwrap_or(u32::MAX))
    };
    (place(a), &a.sku) <= (place(b), &b.sku)
}

/// What every signal and rule gives to the two scores, the largest difference first.
fn parts(above: &Why, below: &Why, rules: &CompiledRules) -> Vec<ScorePart> {
    // Two rules may have one name, so they are told apart by id.
    let mut sums: Vec<(Step, [f64; 2])> = Vec::new();
    for (side, why) in [above, below].into_iter().enumerate() {
        for step in waterfall(why, rules) {
            if matches!(step.kind, StepKind::Base | StepKind::Score) {
                continue;
            }
            let same = |other: &Step| {
                (other.kind, other.signal, &other.rule) == (step.kind, step.signal, &step.rule)
            };
            match sums.iter_mut().find(|(other, _)| same(other)) {
                Some((_, values)) => values[side] += step.value,
                None => {
                    let mut values = [0.0; 2];
                    values[side] = step.value;
                    sums.push((step, values));
                }
            }
        }
    }
    let part = |(step, [above, below]): (Step, [f64; 2])| ScorePart {
        name: match (step.signal, step.rule_name) {
            (Some(signal), _) => heading(signal.name()),
            (None, Some(rule)) => format!("“{rule}”"),
            (None, None) => step.label,
        },
        above,
        below,
    };
    let mut parts: Vec<ScorePart> = sums.into_iter().map(part).collect();
    // The sort keeps the order of the waterfall among equals.
    parts.sort_by(|a, b| b.lead().abs().total_cmp(&a.lead().abs()));
    parts
}

/// How many parts of a score are said; all are in [`Above::parts`].
const SAID: usize = 4;

/// A part smaller than this is not said: it shows as 0.000.
const UNSEEN: f64 = 0.000_5;

/// How a sentence calls the two, whose titles are long.
const UPPER: &str = "the upper one";
const LOWER: &str = "the lower one";

struct Pair<'a> {
    asked: &'a Asked<'a>,
    above: &'a Why,
    below: &'a Why,
}

impl Pair<'_> {
    fn sentences(&self, parts: &[ScorePart]) -> Result<Vec<String>, UserError> {
        let Self { above, below, .. } = *self;
        if above.sku == below.sku {
            return Ok(vec!["They are the same product.".to_owned()]);
        }
        let (a, b) = (title(above), title(below));
        let places = match (&above.slot, &below.slot) {
            (Some(x), Some(y)) => format!("{a} is in slot {}, {b} in slot {}.", x.slot, y.slot),
            (Some(x), None) => format!("{a} is in slot {}, {b} is not on the slate.", x.slot),
            (None, _) => format!("Neither {a} nor {b} is on the slate."),
        };
        let mut said = vec![places];
        for (why, one) in [(above, UPPER), (below, LOWER)] {
            said.extend(kept_off(why, one));
            said.extend(self.put_there(why, one));
        }
        if self.asked.request.sort != Sort::Recommended {
            said.push(self.shoppers_order());
        } else if may_be_shown(above) && may_be_shown(below) {
            said.push(self.scores());
            said.extend(differences(parts, above.score.total_cmp(&below.score)));
            if above.score < below.score {
                said.extend(self.held_back()?);
            }
        }
        Ok(said)
    }

    /// The rule or the fallback that put a product in its slot, where it was not its score.
    fn put_there(&self, why: &Why, one: &str) -> Option<String> {
        let slot = why.slot.as_ref()?;
        let by = slot
            .rule
            .as_deref()
            .map(|rule| name_of(self.asked.rules, rule));
        let by = by.unwrap_or_default();
        Some(match slot.source {
            Source::Ranked => return None,
            Source::Pin => format!("“{by}” pins {one} to its slot."),
            Source::Substitute => {
                capital(&format!("{one} stands in for a product that “{by}” pins."))
            }
            Source::Reserve => format!("“{by}” reserves the slot of {one}."),
            Source::Quota => capital(&format!("{one} is there to meet the quota “{by}”.")),
            Source::Fallback => capital(&format!(
                "{one} fills the slate, which was short of candidates."
            )),
        })
    }

    fn scores(&self) -> String {
        let (above, below) = (self.above.score, self.below.score);
        match above.total_cmp(&below) {
            Ordering::Equal => {
                format!("Both score {above:.3}: the more popular comes first, then the lower sku.")
            }
            Ordering::Greater => {
                capital(&format!("{UPPER} scores {above:.3}, {LOWER} {below:.3}."))
            }
            Ordering::Less => format!(
                "By score it would be the other way round: {LOWER} scores {below:.3}, {UPPER} \
                 {above:.3}."
            ),
        }
    }

    /// The rules that keep the product with the higher score below, each of them alone.
    fn held_back(&self) -> Result<Vec<String>, UserError> {
        let rules = self.asked.rules;
        let retailer = &self.asked.workspace.retailer;
        let in_force = in_force(retailer, rules, &self.asked.request).map_err(of_request)?;
        let in_force = in_force.into_iter().map(CompiledRule::rule);
        let mut said = Vec::new();
        for rule in in_force.filter(|rule| is_placing(rule.effect.kind())) {
            let answer = self.asked.answer(&rules.without(&rule.id))?;
            let slot = |sku: &str| {
                let found = answer.slots.iter().find(|slot| slot.sku == sku);
                found.map_or(u32::MAX, |slot| slot.slot)
            };
            let below = slot(&self.below.sku);
            if below < slot(&self.above.sku) {
                let kind = rule.effect.kind();
                let name = name_of(rules, &rule.id);
                said.push(format!(
                    "Without the {kind} “{name}” {LOWER} would stand above, in slot {below}."
                ));
            }
        }
        Ok(said)
    }

    fn shoppers_order(&self) -> String {
        let (above, below) = (self.above, self.below);
        let places = match (above.rank, below.rank) {
            (Some(a), Some(b)) => format!(": they are {} and {} in it", ordinal(a), ordinal(b)),
            _ => String::new(),
        };
        match self.asked.request.sort {
            Sort::PriceAsc | Sort::PriceDesc => format!(
                "The shopper sorts by price: {:.2} and {:.2} {}.",
                above.price,
                below.price,
                self.asked.workspace.retailer.currency()
            ),
            Sort::Newest => format!("The shopper sorts by day of launch{places}."),
            Sort::Rating => format!("The shopper sorts by rating{places}."),
            Sort::Recommended => String::new(),
        }
    }
}

fn may_be_shown(why: &Why) -> bool {
    why.fails.is_empty() && why.passes_filter
}

/// What keeps a product off the slate, whatever its score.
fn kept_off(why: &Why, one: &str) -> Option<String> {
    if why.slot.is_some() || why.cures.is_empty() {
        return None;
    }
    let reasons: Vec<&str> = why
        .cures
        .iter()
        .map(|cure| cure.sentence.as_str())
        .collect();
    Some(capital(&format!("{one}: {}.", reasons.join("; "))))
}

fn is_placing(kind: &str) -> bool {
    matches!(kind, "pin" | "reserve" | "quota" | "cap")
}

fn title(why: &Why) -> &str {
    if why.title.is_empty() {
        &why.sku
    } else {
        &why.title
    }
}

/// What makes the difference, the largest first: for the product with the higher score, then
/// against it.
fn differences(parts: &[ScorePart], scores: Ordering) -> Vec<String> {
    let sign = match scores {
        Ordering::Less => -1.0,
        Ordering::Equal | Ordering::Greater => 1.0,
    };
    let seen = parts.iter().filter(|part| part.lead().abs() >= UNSEEN);
    let (makes, against): (Vec<&ScorePart>, Vec<&ScorePart>) =
        seen.partition(|part| part.lead() * sign > 0.0);
    let said = |part: &&ScorePart| {
        let ScorePart { name, above, below } = part;
        let (own, other) = if sign > 0.0 {
            (above, below)
        } else {
            (below, above)
        };
        let (own, other, lead) = (signed(*own), signed(*other), signed(part.lead() * sign));
        format!("{name} {own} against {other} ({lead})")
    };
    let list = |parts: &[&ScorePart]| {
        let parts: Vec<String> = parts.iter().take(SAID).map(said).collect();
        parts.join(", ")
    };
    let mut sentences = Vec::new();
    if !makes.is_empty() {
        sentences.push(format!("What makes the difference: {}.", list(&makes)));
    }
    if !against.is_empty() {
        sentences.push(format!("Against it: {}.", list(&against)));
    }
    sentences
}

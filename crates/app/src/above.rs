//! Why one product of a slate stands above another.

use std::cmp::Ordering;

use endcap_engine::{CompiledRule, CompiledRules, Why, in_force, trace};
use endcap_vocab::{Signal, Sort, Source};

use crate::explain::{Asked, ProductHead, StepKind, name_of, waterfall};
use crate::ranking::of_request;
use crate::words::{heading, ordinal};
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
            trace(&self.retailer, rules, &self.model, &asked.request, sku).map_err(of_request)
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
    let mut parts: Vec<ScorePart> = Vec::new();
    let mut add = |name: String, value: f64, to: fn(&mut ScorePart) -> &mut f64| {
        let place = parts.iter().position(|part| part.name == name);
        let place = place.unwrap_or_else(|| {
            let (above, below) = (0.0, 0.0);
            parts.push(ScorePart { name, above, below });
            parts.len() - 1
        });
        *to(&mut parts[place]) += value;
    };
    let sides: [(&Why, fn(&mut ScorePart) -> &mut f64); 2] = [
        (above, |part| &mut part.above),
        (below, |part| &mut part.below),
    ];
    for (why, to) in sides {
        for step in waterfall(why, rules) {
            let name = match (step.kind, step.signal, step.rule_name) {
                (StepKind::Base | StepKind::Score, ..) => continue,
                (_, Some(signal), _) => signal_name(signal),
                (_, None, Some(rule)) => format!("“{rule}”"),
                (_, None, None) => step.label,
            };
            add(name, step.value, to);
        }
    }
    // The sort keeps the order of the waterfall among equals.
    parts.sort_by(|a, b| b.lead().abs().total_cmp(&a.lead().abs()));
    parts
}

fn signal_name(signal: Signal) -> String {
    heading(signal.name())
}

/// How many parts of a score are said; all are in [`Above::parts`].
const SAID: usize = 4;

/// A part smaller than this is not said: it shows as 0.000.
const UNSEEN: f64 = 0.000_5;

struct Pair<'a> {
    asked: &'a Asked<'a>,
    above: &'a Why,
    below: &'a Why,
}

impl Pair<'_> {
    fn sentences(&self, parts: &[ScorePart]) -> Result<Vec<String>, UserError> {
        let Self { above, below, .. } = self;
        if above.sku == below.sku {
            return Ok(vec!["They are the same product.".to_owned()]);
        }
        let mut said = Vec::new();
        let (a, b) = (title(above), title(below));
        match (&above.slot, &below.slot) {
            (Some(x), Some(y)) => {
                said.push(format!(
                    "{a} is in slot {}, {b} in slot {}.",
                    x.slot, y.slot
                ));
            }
            (Some(x), None) => {
                said.push(format!(
                    "{a} is in slot {}, {b} is not on the slate.",
                    x.slot
                ));
            }
            (None, _) => said.push("Neither is on the slate.".to_owned()),
        }
        said.extend(self.kept_off(above));
        said.extend(self.kept_off(below));
        said.extend(self.put_there(above));
        said.extend(self.put_there(below));
        if self.asked.request.sort != Sort::Recommended {
            said.push(self.shoppers_order());
            return Ok(said);
        }
        let may_both = self.may_be_shown(above) && self.may_be_shown(below);
        if may_both {
            said.push(self.scores());
            said.extend(differences(parts, above.score.total_cmp(&below.score)));
            if above.score < below.score {
                said.extend(self.held_back()?);
            }
        }
        Ok(said)
    }

    fn may_be_shown(&self, why: &Why) -> bool {
        why.fails.is_empty() && why.passes_filter
    }

    /// Why a product is on no slate, whatever its score.
    fn kept_off(&self, why: &Why) -> Option<String> {
        if why.slot.is_some() {
            return None;
        }
        let reasons: Vec<&str> = why
            .cures
            .iter()
            .map(|cure| cure.sentence.as_str())
            .collect();
        (!reasons.is_empty()).then(|| format!("{}: {}.", title(why), reasons.join("; ")))
    }

    /// The rule or the fallback that put a product in its slot, where it was not its score.
    fn put_there(&self, why: &Why) -> Option<String> {
        let slot = why.slot.as_ref()?;
        let title = title(why);
        let by = slot
            .rule
            .as_deref()
            .map(|rule| name_of(self.asked.rules, rule));
        let by = by.unwrap_or_default();
        Some(match slot.source {
            Source::Ranked => return None,
            Source::Pin => format!("“{by}” pins {title} to its slot."),
            Source::Substitute => format!("{title} stands in for a product that “{by}” pins."),
            Source::Reserve => format!("“{by}” reserves the slot of {title}."),
            Source::Quota => format!("{title} is there to meet the quota “{by}”."),
            Source::Fallback => {
                format!("{title} fills the slate, which was short of candidates.")
            }
        })
    }

    fn scores(&self) -> String {
        let (above, below) = (self.above, self.below);
        let (a, b) = (title(above), title(below));
        match above.score.total_cmp(&below.score) {
            Ordering::Equal => format!(
                "Both score {:.3}: the more popular comes first, then the lower sku.",
                above.score
            ),
            Ordering::Greater => {
                format!("{a} scores {:.3}, {b} {:.3}.", above.score, below.score)
            }
            Ordering::Less => format!(
                "By score it would be the other way round: {b} scores {:.3}, {a} {:.3}.",
                below.score, above.score
            ),
        }
    }

    /// The rules that keep the product with the higher score below: each one alone, off.
    fn held_back(&self) -> Result<Vec<String>, UserError> {
        let rules = self.asked.rules;
        let mut said = Vec::new();
        let retailer = &self.asked.workspace.retailer;
        let in_force = in_force(retailer, rules, &self.asked.request).map_err(of_request)?;
        let in_force = in_force.into_iter().map(CompiledRule::rule);
        for rule in in_force.filter(|rule| is_placing(rule.effect.kind())) {
            let answer = self.asked.answer(&rules.without(&rule.id))?;
            let slot = |sku: &str| {
                let found = answer.slots.iter().find(|slot| slot.sku == sku);
                found.map_or(u32::MAX, |slot| slot.slot)
            };
            if slot(&self.below.sku) < slot(&self.above.sku) {
                let kind = rule.effect.kind();
                let name = name_of(rules, &rule.id);
                let slot = slot(&self.below.sku);
                said.push(format!(
                    "Without the {kind} “{name}” {} would stand above, in slot {slot}.",
                    title(self.below)
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
        let lead = part.lead() * sign;
        format!("{name} {own:+.3} against {other:+.3} ({lead:+.3})")
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

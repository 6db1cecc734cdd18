//! Why a product stands where it stands: its score as a waterfall, its path in words, and its
//! slot with each rule switched off.

use endcap_engine::{CompiledRule, CompiledRules, Cure, Why, rank, touching, why};
use endcap_learn::WithPersona;
use endcap_rules::say;
use endcap_vocab::{Answer, NoteKind, Placement, Reason, Request, Signal, Slot, Sort, Source};

use crate::ranking::of_request;
use crate::slates::Movement;
use crate::words::{both, category_heading, counted, heading, ordinal};
use crate::{RankCommand, UserError, Workspace, reason_phrase};

/// The path of one product through one request, as a person reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Which product.
    pub head: ProductHead,
    /// From the first signal to the score.
    pub waterfall: Vec<Step>,
    /// Base times every boost and bury.
    pub score: f64,
    /// What happened to it, in order; the view numbers them.
    pub path: Vec<String>,
    /// Its slot with each rule that touches or moves it switched off, then with all of them.
    pub without: Vec<Without>,
    /// What it would take to get on the slate; empty where it is there.
    pub cures: Vec<Cure>,
    /// Every test it fails.
    pub fails: Vec<Reason>,
}

/// What a person reads of a product first.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductHead {
    /// Which product.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// The name on it.
    pub brand: Option<String>,
    /// Category path.
    pub category: String,
    /// The retailer's own brand.
    pub private_label: bool,
    /// Effective price.
    pub price: f64,
    /// Regular price.
    pub list_price: f64,
    /// (price − unit cost) / price.
    pub margin: f64,
    /// Units available to the request.
    pub stock: i64,
    /// Its slot, where it has one.
    pub slot: Option<u32>,
    /// How it got there.
    pub source: Option<Source>,
}

/// One bar of the waterfall.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// `Relevance 0.71 × 1.00`, `Base`, `Boost 40%`, `Score`.
    pub label: String,
    /// Where the bar begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// What stands beside it: what it adds, or the sum so far.
    pub value: f64,
    /// What it is.
    pub kind: StepKind,
    /// The signal that a benefit or cost comes from.
    pub signal: Option<Signal>,
    /// The id of the rule that a boost or bury comes from.
    pub rule: Option<String>,
    /// What people call that rule.
    pub rule_name: Option<String>,
}

/// What a bar of the waterfall is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// A weighted signal that adds.
    Benefit,
    /// A weighted signal that takes away.
    Cost,
    /// What keeps a sum from falling below 0.
    Floor,
    /// The sum of the signals, from 0.
    Base,
    /// A rule that lifts the score.
    Boost,
    /// A rule that lowers it.
    Bury,
    /// The score, from 0.
    Score,
}

/// The slot of a product with a rule switched off.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// The id of the rule; none is every rule.
    pub rule: Option<String>,
    /// What people call the rule: `Own-brand coffee`, `All rules`.
    pub name: String,
    /// Its kind of effect, such as `boost`; none for every rule.
    pub kind: Option<&'static str>,
    /// Whether its condition or its pins name the product.
    pub touches: bool,
    /// The slot then; none is off the slate.
    pub slot: Option<u32>,
    /// From the slot now.
    pub movement: Movement,
}

impl Workspace {
    /// Follows one product, on the slate or not, through a request.
    ///
    /// # Errors
    /// Those of [`Workspace::request`], and a sku that the catalogue lacks.
    pub fn explain(
        &self,
        rules: &CompiledRules,
        command: &RankCommand,
        sku: &str,
    ) -> Result<Explained, UserError> {
        let asked = self.asked(rules, command)?;
        self.row_of(sku)?;
        let why =
            why(&self.retailer, rules, &asked.model, &asked.request, sku).map_err(of_request)?;
        let organic_slot = asked.slot(&rules.organic(), sku)?;
        Ok(Explained {
            head: self.head(&why),
            waterfall: waterfall(&why, rules),
            score: why.score,
            path: asked.path(&why, organic_slot)?,
            without: without(&why, rules, organic_slot),
            cures: why.cures,
            fails: why.fails,
        })
    }

    pub(crate) fn asked<'a>(
        &'a self,
        rules: &'a CompiledRules,
        command: &RankCommand,
    ) -> Result<Asked<'a>, UserError> {
        Ok(Asked {
            workspace: self,
            rules,
            request: self.request(command)?,
            model: self.model_of(&command.who),
        })
    }

    pub(crate) fn row_of(&self, sku: &str) -> Result<usize, UserError> {
        self.retailer.row(sku).ok_or_else(|| self.unknown_sku(sku))
    }

    /// What a person reads first of a product that was followed.
    pub(crate) fn head(&self, why: &Why) -> ProductHead {
        let columns = self.retailer.columns();
        let row = self.retailer.row(&why.sku);
        ProductHead {
            sku: why.sku.clone(),
            title: why.title.clone(),
            brand: row
                .and_then(|row| columns.brand.get(row))
                .map(ToString::to_string),
            category: self.category_of(&why.sku).to_owned(),
            private_label: row.is_some_and(|row| columns.private_label.get(row)),
            price: why.price,
            list_price: why.list_price,
            margin: why.margin,
            stock: why.stock,
            slot: why.slot.as_ref().map(|slot| slot.slot),
            source: why.slot.as_ref().map(|slot| slot.source),
        }
    }
}

/// What people call a rule; its id where the rules lack it.
pub(crate) fn name_of(rules: &CompiledRules, id: &str) -> String {
    let rule = rules.rule(id).map(CompiledRule::rule);
    match rule {
        Some(rule) if !rule.name.is_empty() => rule.name.clone(),
        _ => id.to_owned(),
    }
}

/// What a boost or bury does, without its rule: `Boost 40%`.
fn deed(rules: &CompiledRules, id: &str) -> String {
    let rule = rules.rule(id).map(CompiledRule::rule);
    rule.map_or_else(|| id.to_owned(), |rule| say::effect(&rule.effect))
}

/// The bars from the first signal to the score; each begins where the one before it ended, but
/// for sums, which begin at 0.
///
/// They add up as the engine adds: benefits, then costs, not below 0, then every factor.
pub(crate) fn waterfall(why: &Why, rules: &CompiledRules) -> Vec<Step> {
    let step = |label: String, from: f64, to: f64, kind: StepKind| Step {
        label,
        from,
        to,
        value: to - from,
        kind,
        signal: None,
        rule: None,
        rule_name: None,
    };
    let mut steps = Vec::new();
    let (mut benefits, mut costs) = (0.0, 0.0);
    for part in &why.contributions {
        let from = benefits - costs;
        let kind = if part.signal.is_cost() {
            costs -= part.points;
            StepKind::Cost
        } else {
            benefits += part.points;
            StepKind::Benefit
        };
        let name = heading(part.signal.name());
        let label = format!("{name} {:.2} × {:.2}", part.value, part.weight);
        steps.push(Step {
            // The engine's own figure, not a difference of sums.
            value: part.points,
            signal: Some(part.signal),
            ..step(label, from, benefits - costs, kind)
        });
    }
    if benefits - costs < 0.0 {
        let label = "Not below 0".to_owned();
        steps.push(step(label, benefits - costs, 0.0, StepKind::Floor));
    }
    steps.push(step("Base".to_owned(), 0.0, why.base, StepKind::Base));
    let mut score = why.base;
    for factor in &why.factors {
        let from = score;
        score = (score * factor.factor).min(f64::MAX);
        let kind = if factor.factor < 1.0 {
            StepKind::Bury
        } else {
            StepKind::Boost
        };
        steps.push(Step {
            rule: Some(factor.rule.clone()),
            rule_name: Some(name_of(rules, &factor.rule)),
            ..step(deed(rules, &factor.rule), from, score, kind)
        });
    }
    steps.push(step("Score".to_owned(), 0.0, why.score, StepKind::Score));
    steps
}

/// The slot without each rule that matters to the product, what moves it first, then without
/// all of them.
fn without(why: &Why, rules: &CompiledRules, organic_slot: Option<u32>) -> Vec<Without> {
    let now = why.slot.as_ref().map(|slot| slot.slot);
    let mut list: Vec<Without> = why
        .rules
        .iter()
        .filter(|rule| rule.touches || rule.slot != now)
        .map(|rule| Without {
            rule: Some(rule.rule.clone()),
            name: name_of(rules, &rule.rule),
            kind: Some(rule.kind),
            touches: rule.touches,
            slot: rule.slot,
            movement: Movement::between(now, rule.slot),
        })
        .collect();
    list.sort_by_key(|rule| (rule.slot == now, !rule.touches));
    list.push(Without {
        rule: None,
        name: "All rules".to_owned(),
        kind: None,
        touches: list.iter().any(|rule| rule.touches),
        slot: organic_slot,
        movement: Movement::between(now, organic_slot),
    });
    list
}

/// A request under a rule set.
pub(crate) struct Asked<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) rules: &'a CompiledRules,
    pub(crate) request: Request,
    /// As it answers for whoever asks.
    pub(crate) model: WithPersona<'a>,
}

impl Asked<'_> {
    /// The slate under other rules, without reasons.
    pub(crate) fn answer(&self, rules: &CompiledRules) -> Result<Answer, UserError> {
        let request = Request {
            explain: false,
            ..self.request.clone()
        };
        let retailer = &self.workspace.retailer;
        rank(retailer, rules, &self.model, &request).map_err(of_request)
    }

    /// A product's slot under other rules.
    pub(crate) fn slot(&self, rules: &CompiledRules, sku: &str) -> Result<Option<u32>, UserError> {
        let answer = self.answer(rules)?;
        let found = answer.slots.iter().find(|slot| slot.sku == sku);
        Ok(found.map(|slot| slot.slot))
    }

    /// What happened to the product, in order.
    fn path(&self, why: &Why, organic_slot: Option<u32>) -> Result<Vec<String>, UserError> {
        if let Some(cure) = why.cures.iter().find(|cure| cure.code == "suppressed") {
            return Ok(vec![capital(&cure.sentence)]);
        }
        let mut path = vec![self.candidate(why)];
        if !why.passes_filter {
            let filter = self.request.filter.as_deref().unwrap_or_default();
            path.push(format!("Left out by the shopper's filter `{filter}`"));
            return Ok(path);
        }
        path.push(self.eligible(why)?);
        if !why.fails.is_empty() {
            return Ok(path);
        }
        path.push(self.organic(why, organic_slot));
        let lifted = self.lifts(why, organic_slot, &mut path)?;
        match &why.slot {
            Some(slot) => path.push(self.placed(why, slot, lifted)?),
            None => path.push(self.left_out(why)),
        }
        Ok(path)
    }

    fn candidate(&self, why: &Why) -> String {
        let request = &self.request;
        let retailer = &self.workspace.retailer;
        let page = match request.placement {
            Placement::Category => request.page.as_deref().unwrap_or_default(),
            _ => "",
        };
        let products = |count| counted(count, "product");
        match (&request.candidates, &request.query) {
            _ if !why.candidate => {
                let category = category_heading(self.workspace.category_of(&why.sku));
                format!(
                    "No candidate here: it is in {category}; only a pin or the fallback shows it"
                )
            }
            (Some(found), Some(query)) => {
                format!("Candidate found for “{query}” ({})", products(found.len()))
            }
            (Some(found), None) => format!("Candidate ({} retrieved)", products(found.len())),
            (None, _) => {
                let count = products(retailer.page(page).len());
                format!("Candidate from {} ({count})", category_heading(page))
            }
        }
    }

    fn eligible(&self, why: &Why) -> Result<String, UserError> {
        if !why.fails.is_empty() {
            let reasons: Vec<String> = why
                .fails
                .iter()
                .map(|reason| {
                    let cure = why.cures.iter().find(|cure| cure.code == reason.name());
                    cure.map_or_else(|| reason_phrase(*reason).to_owned(), |c| c.sentence.clone())
                })
                .collect();
            return Ok(format!("Not eligible: {}", reasons.join("; ")));
        }
        let (retailer, model) = (&self.workspace.retailer, &self.model);
        let touched =
            touching(retailer, self.rules, model, &self.request, &why.sku).map_err(of_request)?;
        let serving: Vec<String> = touched.serving.iter().map(|id| heading(id)).collect();
        let serving: Vec<&str> = serving.iter().map(String::as_str).collect();
        let place = match serving.len() {
            0 => String::new(),
            1 | 2 => format!(" at {}", both(&serving)),
            more => format!(" at {}", counted(more, "location")),
        };
        let stock = if self.rules.eligibility().in_stock {
            format!("in stock{place}")
        } else {
            "stock does not matter".to_owned()
        };
        let floor = match self.rules.floor_of(self.workspace.category_of(&why.sku)) {
            Some(floor) if why.margin >= floor => "margin over floor",
            Some(_) => "on clearance, so without a margin floor",
            None => "no margin floor",
        };
        let channel = &self.request.channel;
        Ok(format!("Eligible: {stock}, {floor}, sold on {channel}"))
    }

    fn organic(&self, why: &Why, slot: Option<u32>) -> String {
        if self.request.sort != Sort::Recommended {
            return match slot {
                Some(slot) => format!("Slot {slot} in the shopper's own order"),
                None => "Off the slate in the shopper's own order".to_owned(),
            };
        }
        match (slot, why.organic_rank) {
            (Some(slot), _) => format!("Organic slot {slot} by score {:.3}", why.base),
            (None, Some(rank)) => format!(
                "Off the organic slate: {} by score {:.3}",
                ordinal(rank),
                why.base
            ),
            (None, None) => format!("No organic place, with a score of {:.3}", why.base),
        }
    }

    /// Switches the boosts and buries on, one after the other; gives the slot after the last.
    fn lifts(
        &self,
        why: &Why,
        organic_slot: Option<u32>,
        path: &mut Vec<String>,
    ) -> Result<Option<u32>, UserError> {
        let mut on = self.rules.organic();
        let mut slot = organic_slot;
        let mut score = why.base;
        for factor in &why.factors {
            let Some(rule) = self.rules.rule(&factor.rule) else {
                continue;
            };
            on = on.with(rule.clone());
            let before = slot;
            slot = self.slot(&on, &why.sku)?;
            score = (score * factor.factor).min(f64::MAX);
            let name = name_of(self.rules, &factor.rule);
            let deed = say::effect(&rule.rule().effect);
            let does = moved(before, slot, score);
            path.push(format!("{deed} “{name}” {does}"));
        }
        let others = why.rules.iter().filter(|rule| {
            let factor = why.factors.iter().any(|factor| factor.rule == rule.rule);
            matches!(rule.kind, "boost" | "bury") && !factor
        });
        let mut any = false;
        for other in others {
            if let Some(rule) = self.rules.rule(&other.rule) {
                on = on.with(rule.clone());
                any = true;
            }
        }
        if any {
            let before = slot;
            slot = self.slot(&on, &why.sku)?;
            if slot != before {
                let to = slot.map_or("off the slate".to_owned(), |slot| format!("to slot {slot}"));
                path.push(format!("Boosts and buries of other products move it {to}"));
            }
        }
        Ok(slot)
    }

    /// How it came by its slot, after boosts and buries put it at `lifted`.
    fn placed(&self, why: &Why, slot: &Slot, lifted: Option<u32>) -> Result<String, UserError> {
        let number = slot.slot;
        let by = slot.rule.as_deref().map(|rule| name_of(self.rules, rule));
        let by = by.unwrap_or_default();
        Ok(match slot.source {
            Source::Pin => format!("Pinned to slot {number} by “{by}”"),
            Source::Substitute => {
                format!("Stands in slot {number} for a product that “{by}” pins")
            }
            Source::Reserve => {
                format!("Slot {number} is reserved by “{by}”, and it is the best that fits")
            }
            Source::Quota => format!("Takes slot {number} to meet the quota “{by}”"),
            Source::Fallback => format!("Fills slot {number}: the slate was short of candidates"),
            Source::Ranked if lifted == Some(number) => {
                let kept = self.kept(why)?;
                format!("Keeps slot {number}{kept}")
            }
            Source::Ranked => {
                let from = lifted.map_or("off the slate".to_owned(), |slot| format!("slot {slot}"));
                let by = self.movers(why);
                format!("{by} from {from} to slot {number}")
            }
        })
    }

    /// The rules that place or hide products and, each alone, move this one: `“A” and “B” move
    /// it`.
    fn movers(&self, why: &Why) -> String {
        let now = why.slot.as_ref().map(|slot| slot.slot);
        let moving = why.rules.iter().filter(|rule| {
            let lifts = matches!(rule.kind, "boost" | "bury");
            !lifts && rule.slot != now
        });
        let names: Vec<String> = moving
            .map(|rule| format!("“{}”", name_of(self.rules, &rule.rule)))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.len() {
            0 => "Rules that place or hide products together move it".to_owned(),
            1 => format!("{} moves it", names[0]),
            _ => format!("{} move it", both(&names)),
        }
    }

    /// The quotas and caps that it counts in, met or not.
    fn kept(&self, why: &Why) -> Result<String, UserError> {
        let counting: Vec<&str> = why
            .rules
            .iter()
            .filter(|rule| rule.touches && matches!(rule.kind, "quota" | "cap"))
            .map(|rule| rule.rule.as_str())
            .collect();
        if counting.is_empty() {
            return Ok(String::new());
        }
        let notes = self.answer(self.rules)?.notes;
        let is_unmet = |rule: &&str| {
            notes.iter().any(|note| {
                matches!(note.note, NoteKind::QuotaUnmet | NoteKind::CapExceeded)
                    && note.rule.as_deref() == Some(*rule)
            })
        };
        let (unmet, met): (Vec<&str>, Vec<&str>) = counting.into_iter().partition(is_unmet);
        let said = |ids: &[&str], verb: [&str; 2]| {
            let names: Vec<String> = ids
                .iter()
                .map(|id| format!("“{}”", name_of(self.rules, id)))
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let verb = verb[usize::from(ids.len() > 1)];
            (!ids.is_empty()).then(|| format!("{} {verb} met", both(&names)))
        };
        let parts = [
            said(&met, ["is", "are"]),
            said(&unmet, ["is not", "are not"]),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Ok(format!(": {}", parts.join(", ")))
    }

    fn left_out(&self, why: &Why) -> String {
        let group = why.cures.iter().find(|cure| cure.code == "group");
        match (group, why.rank) {
            (Some(cure), _) => format!("Not on the slate: {}", cure.sentence),
            (None, Some(rank)) if rank > self.request.slots => {
                let slots = counted(self.request.slots as usize, "slot");
                format!(
                    "Not on the slate: {} by score, and there are {slots}",
                    ordinal(rank)
                )
            }
            (None, Some(rank)) => format!(
                "Not on the slate: {} by score, and rules put others before it",
                ordinal(rank)
            ),
            (None, None) => "Not on the slate: nothing brings it there".to_owned(),
        }
    }
}

/// What a boost or bury did to a slot.
fn moved(before: Option<u32>, after: Option<u32>, score: f64) -> String {
    match (before, after) {
        (None, None) => format!("makes its score {score:.3}, still off the slate"),
        (None, Some(slot)) => format!("brings it to slot {slot}"),
        (Some(_), None) => "takes it off the slate".to_owned(),
        (Some(before), Some(slot)) if slot < before => format!("lifts it to slot {slot}"),
        (Some(before), Some(slot)) if slot > before => format!("lets it fall to slot {slot}"),
        (Some(_), Some(slot)) => format!("makes its score {score:.3}, still in slot {slot}"),
    }
}

/// A sentence with a capital letter.
pub(crate) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

//! The whole path of one product through one request, on the slate or not, and what it
//! would take to get there.

use std::collections::BTreeSet;

use endcap_rules::ABSENT_DAY;
use endcap_vocab::{
    Answer, Contribution, Effect, Factor, Fallback, IfUnavailable, Note, Owner, Pin, Placement,
    Problem, Problems, Reason, Request, Rule, Scope, Slot, Sort, category_is_under,
};
use rayon::prelude::*;
use serde::Serialize;

use crate::compile::{CompiledRule, CompiledRules};
use crate::context::Context;
use crate::desk::{Item, Variant};
use crate::model::Model;
use crate::order::Key;
use crate::rank::{Ranking, is_suppressed};
use crate::retailer::{Retailer, text};
use crate::signals::margin;
use crate::touch::{names, touches};

/// The id of the rule that is tried on; it cannot meet a rule of a document, which would
/// have to be named with a control character.
const TRIAL: &str = "\u{1}trial";

/// The path of one product through one request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// Which product.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// Whether the page or the retrieval brought it.
    pub candidate: bool,
    /// Whether the shopper's own filter lets it through.
    pub passes_filter: bool,
    /// Every test it fails; the first is its reason.
    pub fails: Vec<Reason>,
    /// Regular price.
    pub list_price: f64,
    /// Effective price.
    pub price: f64,
    /// Promotions in force that name it.
    pub promotions: Vec<String>,
    /// (price − unit cost) / price.
    pub margin: f64,
    /// Units available to this request.
    pub stock: i64,
    /// Every signal that has a weight.
    pub contributions: Vec<Contribution>,
    /// Weighted signals.
    pub base: f64,
    /// Every boost and bury that matches.
    pub factors: Vec<Factor>,
    /// `base` times every factor.
    pub score: f64,
    /// The place its score gives it among the candidates that may be shown, whether or not it
    /// may be; none where it is no candidate.
    pub rank: Option<u32>,
    /// The same without rules.
    pub organic_rank: Option<u32>,
    /// Its slot, where it has one.
    pub slot: Option<Slot>,
    /// What the slate notes of it.
    pub notes: Vec<Note>,
    /// For each rule in force: whether it touches the product, and the slot without it.
    pub rules: Vec<SlotWithout>,
    /// What it would take to get on the slate; empty where it is there.
    pub cures: Vec<Cure>,
}

/// What one rule in force does to the product.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlotWithout {
    /// Which rule.
    pub rule: String,
    /// Its kind of effect.
    pub kind: &'static str,
    /// Whether its condition or its pins name the product.
    pub touches: bool,
    /// The product's slot with this rule alone switched off.
    pub slot: Option<u32>,
}

/// One thing that stands between a product and the slate, or one way onto it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cure {
    /// A stable name: a test's, `filtered`, `not_a_candidate`, `group`, `rule`, `boost`, `pin`,
    /// `sorted_by_shopper`, `suppressed`.
    pub code: String,
    /// The same in words, with the figures that matter.
    pub sentence: String,
}

/// Follows one product through a request, and tries what would change its slot.
///
/// # Errors
/// Those of [`crate::rank`], and a sku that the catalogue lacks.
pub fn why(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
    sku: &str,
) -> Result<Why, Problems> {
    follow(retailer, rules, model, request, sku, true)
}

/// Follows one product through a request as [`why`] does, but tries nothing out: `rules` is
/// empty, and `cures` has what keeps it off the slate, without ways in.
///
/// # Errors
/// Those of [`why`].
pub fn trace(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
    sku: &str,
) -> Result<Why, Problems> {
    follow(retailer, rules, model, request, sku, false)
}

fn follow(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
    sku: &str,
    tries: bool,
) -> Result<Why, Problems> {
    let Some(row) = retailer.row(sku) else {
        let problem = Problem::new("", format!("no product `{sku}` in the catalogue"));
        return Err(Problems {
            problems: vec![problem],
        });
    };
    let explained = Request {
        explain: true,
        ..request.clone()
    };
    let context = Context::new(retailer, rules, &explained)?;
    let mut ranking = Ranking::new(&context, model);
    let item = ranking.desk.product(row as u32);
    let answer = if is_suppressed(&explained) {
        Answer::default()
    } else {
        ranking.answer()
    };
    let (products, at) = ranking.desk.at(item);
    let columns = &retailer.columns;
    let candidate = ranking.desk.candidate(row as u32).is_some();
    let fails: Vec<Reason> = products.fails(at).iter().collect();
    let slot = answer.slots.iter().find(|slot| slot.sku == sku).cloned();
    let trial = Trial {
        retailer,
        rules,
        model,
        request: &explained,
        sku,
    };
    let mut why = Why {
        sku: sku.to_owned(),
        title: columns.title.get(row).to_owned(),
        candidate,
        passes_filter: products.passes_filter(at),
        fails,
        list_price: columns.list_price[row],
        price: products.price(at),
        promotions: promotions(&context, row, products.stock(at)),
        margin: margin(products.price(at), columns.unit_cost[row]),
        stock: products.stock(at),
        contributions: ranking.contributions(item),
        base: products.base(at),
        factors: ranking.factors(item),
        score: products.score(at),
        rank: candidate.then(|| place(&ranking, item)),
        organic_rank: ranking.organic_ranks(&[row])[0],
        slot,
        notes: answer
            .notes
            .into_iter()
            .filter(|note| note.sku.as_deref() == Some(sku))
            .collect(),
        rules: Vec::new(),
        cures: Vec::new(),
    };
    let now = why.slot.as_ref().map(|slot| slot.slot);
    if tries {
        why.rules = trial.each_rule_off(&context, &ranking, item, now)?;
    }
    if why.slot.is_none() {
        why.cures = cures(&context, &ranking, row, &why);
        if tries && why.fails.is_empty() && why.passes_filter && !is_suppressed(&explained) {
            why.cures.extend(trial.ways_in(&why)?);
        }
    }
    Ok(why)
}

/// The place a candidate has, or would have if it could be shown, by score alone.
fn place(ranking: &Ranking<'_>, item: Item) -> u32 {
    let candidates = ranking.desk.candidates();
    candidates.score_all();
    let context = ranking.desk.context;
    let key = |index: usize| Key::of(context, Variant::Shown, candidates, index);
    let own = key(item.index);
    let ahead = candidates
        .shown(Variant::Shown)
        .filter(|index| key(*index).compare(&own).is_lt());
    ahead.count() as u32 + 1
}

fn promotions(context: &Context<'_>, row: usize, stock: i64) -> Vec<String> {
    let naming = context
        .offers()
        .filter(|offer| names(context, offer, row, stock));
    naming.map(|offer| offer.promotion.id.clone()).collect()
}

/// What keeps the product off the slate, test by test.
fn cures(context: &Context<'_>, ranking: &Ranking<'_>, row: usize, why: &Why) -> Vec<Cure> {
    let mut cures = Vec::new();
    let mut say = |code: &str, sentence: String| {
        cures.push(Cure {
            code: code.to_owned(),
            sentence,
        });
    };
    let retailer = context.retailer;
    let request = context.request;
    if is_suppressed(request) {
        say(
            "suppressed",
            "no shopper known here agreed to email, so nothing is sent".to_owned(),
        );
    }
    if !why.passes_filter {
        let filter = request.filter.as_deref().unwrap_or_default();
        say(
            "filtered",
            format!("the shopper's filter `{filter}` leaves it out"),
        );
    }
    for reason in &why.fails {
        let given = (why.price, why.stock);
        say(reason.name(), obstacle(context, *reason, row, given));
    }
    if !why.candidate {
        let category =
            &retailer.columns.category.values[retailer.columns.category.code(row) as usize];
        let sentence = match (
            &request.candidates,
            request.placement,
            request.page.as_deref(),
        ) {
            (Some(_), ..) => "retrieval did not name it among the candidates".to_owned(),
            (None, Placement::Category, Some(page)) if !category_is_under(category, page) => {
                format!("it is in `{category}`, which is not under the page `{page}`")
            }
            _ => "it is not among the candidates".to_owned(),
        };
        say(
            "not_a_candidate",
            format!("{sentence}; only a pin or the fallback can show it"),
        );
    }
    let group = text(&retailer.columns.group, row);
    let sibling = ranking
        .shown
        .iter()
        .map(|placed| ranking.desk.row(placed.item))
        .find(|other| group.is_some() && text(&retailer.columns.group, *other) == group);
    if let (Some(group), Some(sibling)) = (group, sibling) {
        let sibling = retailer.columns.sku.get(sibling);
        say(
            "group",
            format!(
                "`{sibling}` of the same group `{group}` is on the slate; only a pin shows both"
            ),
        );
    }
    // Whatever the slate would be without one rule was worked out already.
    for rule in &why.rules {
        if let Some(slot) = rule.slot {
            let (rule, kind) = (&rule.rule, rule.kind);
            say(
                "rule",
                format!("without the {kind} `{rule}` it would be in slot {slot}"),
            );
        }
    }
    cures
}

/// What one failed test asks for, of a product with its price and stock.
pub(crate) fn obstacle(
    context: &Context<'_>,
    reason: Reason,
    row: usize,
    (price, stock): (f64, i64),
) -> String {
    let retailer = context.retailer;
    let columns = &retailer.columns;
    let request = context.request;
    let eligibility = &context.rules.eligibility;
    let date = |days: i32| {
        chrono::NaiveDate::from_epoch_days(days).map_or_else(String::new, |date| date.to_string())
    };
    match reason {
        Reason::Inactive => {
            let launched = columns.launched_on[row];
            if launched != ABSENT_DAY && context.today < launched {
                format!("it is launched on {}", date(launched))
            } else {
                format!(
                    "it is discontinued since {}",
                    date(retailer.discontinued_on[row])
                )
            }
        }
        Reason::Channel => {
            let sold_on = &retailer.channels.values[retailer.channels.code(row) as usize];
            if context.channel_open[retailer.channels.code(row) as usize] {
                "it may not be sold in the store's region".to_owned()
            } else {
                format!(
                    "it is sold on {}, not on {}",
                    sold_on.join(", "),
                    request.channel
                )
            }
        }
        Reason::Restricted => {
            let needed = &retailer.restrictions.values[retailer.restrictions.code(row) as usize];
            format!("the shopper needs the permits {}", needed.join(", "))
        }
        Reason::Sensitive => "the shopper did not agree to sensitive products".to_owned(),
        Reason::InCart => "it is in the cart already, or the product the slate is for".to_owned(),
        Reason::OutOfStock => {
            let s = if stock == 1 { "" } else { "s" };
            let needed = eligibility.min_available;
            format!("{stock} unit{s} available to this request, {needed} needed")
        }
        Reason::MarginFloor => {
            let category = &columns.category.values[columns.category.code(row) as usize];
            let floor = context.rules.floor_of(category).unwrap_or(0.0);
            let unit_cost = columns.unit_cost[row];
            // In whole cents, upwards: what is said must pass.
            let floor_price = (unit_cost / (1.0 - floor) * 100.0).ceil() / 100.0;
            let cure = if floor < 1.0 && margin(floor_price, unit_cost) >= floor {
                format!(
                    "; at a price of {floor_price:.2} {} it would pass",
                    retailer.currency
                )
            } else {
                String::new()
            };
            format!(
                "its margin of {:.2}% is below the floor of {:.2}%{cure}",
                margin(price, unit_cost) * 100.0,
                floor * 100.0
            )
        }
        Reason::ReturnRate => format!(
            "its return rate of {:.1}% is above the limit of {:.1}%",
            columns.return_rate[row] * 100.0,
            eligibility.max_return_rate.unwrap_or(1.0) * 100.0
        ),
        Reason::Hidden => {
            let hides = context.visibility.iter().filter(|rule| {
                let matches = touches(context, rule.compiled, row, price, stock);
                matches == matches!(rule.effect(), Effect::Hide {})
            });
            let ids: Vec<String> = hides.map(|rule| format!("`{}`", rule.id())).collect();
            format!("hidden by {}", ids.join(", "))
        }
    }
}

/// The boosts and buries that match no candidate: where no fallback brings other products in,
/// the slate is the same without them.
fn idle_rules<'a>(context: &Context<'a>, ranking: &Ranking<'_>) -> BTreeSet<&'a str> {
    if context.rules.fallback != Fallback::None {
        return BTreeSet::new();
    }
    let products = ranking.desk.candidates();
    let factors = context.factors.iter().enumerate();
    factors
        .filter(|(place, _)| products.factor_bits(*place).count() == 0)
        .map(|(_, (rule, _))| rule.compiled.rule.id.as_str())
        .collect()
}

/// The same request with something changed.
struct Trial<'t> {
    retailer: &'t Retailer,
    rules: &'t CompiledRules,
    model: &'t dyn Model,
    request: &'t Request,
    sku: &'t str,
}

impl Trial<'_> {
    /// The product's slot under other rules.
    fn slot(&self, rules: &CompiledRules) -> Result<Option<u32>, Problems> {
        let request = Request {
            explain: false,
            ..self.request.clone()
        };
        let answer = crate::rank(self.retailer, rules, self.model, &request)?;
        Ok(answer
            .slots
            .iter()
            .find(|slot| slot.sku == self.sku)
            .map(|slot| slot.slot))
    }

    fn each_rule_off(
        &self,
        context: &Context<'_>,
        ranking: &Ranking<'_>,
        item: Item,
        now: Option<u32>,
    ) -> Result<Vec<SlotWithout>, Problems> {
        let (products, at) = ranking.desk.at(item);
        let (price, stock) = (products.price(at), products.stock(at));
        let row = ranking.desk.row(item);
        let factors = context.factors.iter().map(|(rule, _)| rule);
        let mut in_force: Vec<&CompiledRule> = factors
            .chain(&context.visibility)
            .chain(&context.placing)
            .map(|r| r.compiled)
            .collect();
        in_force.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        let idle = idle_rules(context, ranking);
        in_force
            .into_par_iter()
            .map(|rule| {
                let slot = if idle.contains(rule.rule.id.as_str()) {
                    now
                } else {
                    self.slot(&self.rules.without(&rule.rule.id))?
                };
                Ok(SlotWithout {
                    rule: rule.rule.id.clone(),
                    kind: rule.rule.effect.kind(),
                    touches: touches(context, rule, row, price, stock),
                    slot,
                })
            })
            .collect()
    }

    /// A boost, found by halving, and the pin that put the product on the slate, each tried out.
    fn ways_in(&self, why: &Why) -> Result<Vec<Cure>, Problems> {
        let mut cures = Vec::new();
        if self.request.sort != Sort::Recommended {
            let sentence = "the shopper's own order leaves it further down".to_owned();
            return Ok(vec![Cure {
                code: "sorted_by_shopper".to_owned(),
                sentence,
            }]);
        }
        let boosted = |percent: u32| {
            let percent = f64::from(percent);
            self.slot(&self.rules.with(self.rule(Effect::Boost { percent })?))
        };
        if why.candidate
            && why.score > 0.0
            && let Some(mut slot) = boosted(900)?
        {
            let (mut fails, mut works) = (0, 900);
            while works - fails > 1 {
                let middle = u32::midpoint(fails, works);
                match boosted(middle)? {
                    Some(better) => (works, slot) = (middle, better),
                    None => fails = middle,
                }
            }
            cures.push(Cure {
                code: "boost".to_owned(),
                sentence: format!("a boost of {works}% would bring it to slot {slot}"),
            });
        }
        let pins = vec![Pin {
            sku: self.sku.to_owned(),
            slot: self.request.slots,
        }];
        let pin = Effect::Pin {
            pins,
            if_unavailable: IfUnavailable::Skip,
        };
        if let Some(slot) = self.slot(&self.rules.with(self.rule(pin)?))? {
            cures.push(Cure {
                code: "pin".to_owned(),
                sentence: format!(
                    "a pin to slot {} would put it in slot {slot}",
                    self.request.slots
                ),
            });
        }
        Ok(cures)
    }

    fn rule(&self, effect: Effect) -> Result<CompiledRule, Problems> {
        // CEL reads the escapes of a JSON text as JSON does.
        let named = format!("product.sku == {}", serde_json::Value::from(self.sku));
        let rule = Rule {
            id: TRIAL.to_owned(),
            name: "trial".to_owned(),
            owner: Owner::Merchandising,
            enabled: true,
            priority: 0,
            scope: Scope::default(),
            when: (!matches!(effect, Effect::Pin { .. })).then_some(named),
            effect,
            campaign: None,
            note: None,
        };
        CompiledRule::new(&rule).map_err(|problems| Problems { problems })
    }
}

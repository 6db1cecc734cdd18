//! What a request fixes before any product is looked at: the date, the places that serve,
//! the rules and promotions in force.

use std::sync::Arc;

use chrono::{Datelike, NaiveDateTime};
use endcap_rules::{Coded, Condition};
use endcap_vocab::{
    Effect, IfUnavailable, Pin, Placement, Problem, Problems, Request, Scope, Sort, category_depth,
    category_is_under,
};

use crate::calendar::{in_force, local};
use crate::compile::{CompiledRule, CompiledRules, normal_query};
use crate::factors::FactorKey;
use crate::rank::is_suppressed;
use crate::reach::OutOfForce;
use crate::retailer::{Offer, Retailer};
use crate::stock::day;

/// The most slots a request may ask for.
pub(crate) const MOST_SLOTS: u32 = 200;

/// A rule in force, with what its scope's depth adds to its precedence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InForce<'a> {
    pub(crate) compiled: &'a CompiledRule,
    depth: usize,
}

impl<'a> InForce<'a> {
    pub(crate) fn id(&self) -> &'a str {
        &self.compiled.rule.id
    }

    pub(crate) fn effect(&self) -> &'a Effect {
        &self.compiled.rule.effect
    }

    pub(crate) fn when(&self) -> Option<&Condition> {
        self.compiled.when.as_ref()
    }
}

/// One product that a pin in force wants in a slot.
pub(crate) struct PinInForce<'a> {
    pub(crate) rule: &'a str,
    pub(crate) pin: &'a Pin,
    pub(crate) if_unavailable: IfUnavailable,
    /// Its product; none where the catalogue lacks it.
    pub(crate) row: Option<u32>,
}

/// All that a rule set makes of one shopper, beside what a model says: shoppers who are treated
/// alike see the same but for that.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Treatment {
    is_personal: bool,
    is_suppressed: bool,
    offers: Vec<u32>,
    permitted: Vec<bool>,
    sensitive_open: bool,
    /// By id.
    in_force: Vec<Box<str>>,
}

/// The request against one retailer and one rule set.
pub(crate) struct Context<'a> {
    pub(crate) retailer: &'a Retailer,
    pub(crate) rules: &'a CompiledRules,
    pub(crate) request: &'a Request,
    pub(crate) filter: Option<Condition>,
    /// The shopper, where personal signals are on.
    pub(crate) shopper: Option<&'a str>,
    /// The request's date in days since 1970-01-01.
    pub(crate) today: i32,
    /// 1..12.
    pub(crate) month: u32,
    /// The request's instant on the wall clock of its store, of UTC without one.
    here: NaiveDateTime,
    /// The region of the request's store.
    region: Option<&'a str>,
    /// What the shopper typed, as scopes compare it.
    query: Option<String>,
    /// By site: whether its stock counts.
    pub(crate) serves: Vec<bool>,
    /// The last day whose deliveries count.
    pub(crate) promised_until: i32,
    /// Promotions in force: indices into the retailer's offers.
    pub(crate) offers: Vec<u32>,
    /// Boosts and buries with what they multiply by, by id.
    pub(crate) factors: Vec<(InForce<'a>, f64)>,
    /// The same for comparison with those of other requests.
    pub(crate) factor_key: FactorKey,
    /// Hides and onlys, by id.
    pub(crate) visibility: Vec<InForce<'a>>,
    /// Pins, reserves, quotas and caps, in precedence order.
    pub(crate) placing: Vec<InForce<'a>>,
    /// What the pins among these want, in their order.
    pub(crate) pins: Vec<PinInForce<'a>>,
    /// Whether each distinct list of channels, bans and restrictions lets the request in.
    pub(crate) channel_open: Vec<bool>,
    pub(crate) region_open: Vec<bool>,
    pub(crate) permitted: Vec<bool>,
    /// Whether sensitive products may be shown.
    pub(crate) sensitive_open: bool,
    /// Rows in the cart, and the anchor's, ascending.
    pub(crate) in_cart: Vec<u32>,
    /// Whether nothing is kept from one request to the next, and all candidates are sorted.
    pub(crate) is_plain: bool,
}

impl<'a> Context<'a> {
    /// # Errors
    /// A filter that does not hold up, or a store that the retailer does not have.
    pub(crate) fn new(
        retailer: &'a Retailer,
        rules: &'a CompiledRules,
        request: &'a Request,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let filter = request
            .filter
            .as_deref()
            .and_then(|filter| match Condition::parse(filter) {
                Ok(condition) => Some(condition),
                Err(errors) => {
                    problems.extend(
                        errors
                            .iter()
                            .map(|e| Problem::new("/filter", e.to_string())),
                    );
                    None
                }
            });
        let store = request.store.as_deref().and_then(|id| {
            let site = retailer.site(id);
            if site.is_none() {
                problems.push(Problem::new(
                    "/store",
                    format!("no location `{id}` in the catalogue"),
                ));
            }
            site
        });
        if !(1..=MOST_SLOTS).contains(&request.slots) {
            problems.push(Problem::new(
                "/slots",
                format!("must be from 1 to {MOST_SLOTS}"),
            ));
        }
        if !problems.is_empty() {
            return Err(Problems { problems });
        }
        let tz = store.map_or(chrono_tz::UTC, |store| retailer.sites[store].tz);
        let here = local(request.at, tz);
        let today = day(here.date());
        let customer = request.customer.as_ref();
        let personal = customer.is_some_and(|customer| customer.consent.personalization);
        let (serves, promised_until) = served(retailer, rules, request, store, today);
        let asked_for = matches!(
            request.placement,
            Placement::Home | Placement::Cart | Placement::Email
        ) || request.channel == "email";
        let mut in_cart: Vec<u32> = request
            .cart
            .iter()
            .chain(&request.anchor)
            .filter_map(|sku| Some(retailer.row(sku)? as u32))
            .collect();
        in_cart.sort_unstable();
        let permits = customer.map_or(&[][..], |customer| &customer.permits);
        let region = store.map(|store| retailer.sites[store].region.as_str());
        let mut context = Self {
            retailer,
            rules,
            request,
            filter,
            shopper: customer
                .filter(|_| personal)
                .map(|customer| customer.id.as_str()),
            today,
            month: here.month(),
            here,
            query: request.query.as_deref().map(normal_query),
            region,
            serves,
            promised_until,
            offers: Vec::new(),
            factors: Vec::new(),
            factor_key: FactorKey::default(),
            visibility: Vec::new(),
            placing: Vec::new(),
            pins: Vec::new(),
            channel_open: each(&retailer.channels, |list| {
                list.is_empty() || list.iter().any(|channel| **channel == request.channel)
            }),
            region_open: each(&retailer.not_sold_in, |list| {
                !list.iter().any(|banned| Some(&**banned) == region)
            }),
            permitted: each(&retailer.restrictions, |list| {
                list.iter()
                    .all(|needed| permits.iter().any(|permit| **permit == **needed))
            }),
            sensitive_open: !asked_for
                || customer.is_some_and(|customer| customer.consent.sensitive),
            in_cart,
            is_plain: false,
        };
        context.offers = (0..retailer.offers.len() as u32)
            .filter(|offer| context.offer_in_force(&retailer.offers[*offer as usize]))
            .collect();
        context.sort_rules();
        context.factor_key = context
            .factors
            .iter()
            .map(|(rule, factor)| {
                (
                    rule.when().map(|when| Arc::clone(when.source())),
                    factor.to_bits(),
                )
            })
            .collect();
        Ok(context)
    }

    /// Sorts the rules in force into what they do.
    fn sort_rules(&mut self) {
        for compiled in self.rules.rules() {
            if self.out_of_force(compiled).is_some() {
                continue;
            }
            let rule = InForce {
                compiled,
                depth: self.page_depth(&compiled.rule.scope),
            };
            match compiled.rule.effect {
                Effect::Hide {} | Effect::Only {} => self.visibility.push(rule),
                Effect::Boost { percent } => self.factors.push((rule, 1.0 + percent / 100.0)),
                Effect::Bury { percent } => self.factors.push((rule, 1.0 - percent / 100.0)),
                Effect::Pin { .. }
                | Effect::Reserve { .. }
                | Effect::Quota { .. }
                | Effect::Cap { .. } => self.placing.push(rule),
            }
        }
        // Rules come by id, and the sort keeps that order among equals.
        self.placing.sort_by_key(|rule| {
            (
                std::cmp::Reverse(rule.compiled.rule.priority),
                std::cmp::Reverse(rule.depth),
            )
        });
        let pins = self.placing.iter().filter_map(|rule| match rule.effect() {
            Effect::Pin {
                pins,
                if_unavailable,
            } => Some((rule.id(), pins, *if_unavailable)),
            _ => None,
        });
        let retailer = self.retailer;
        self.pins = pins
            .flat_map(|(rule, pins, if_unavailable)| {
                pins.iter().map(move |pin| PinInForce {
                    rule,
                    pin,
                    if_unavailable,
                    row: retailer.row(&pin.sku).map(|row| row as u32),
                })
            })
            .collect();
    }

    pub(crate) fn treatment(&self) -> Treatment {
        let factors = self.factors.iter().map(|(rule, _)| rule);
        let in_force = factors.chain(&self.visibility).chain(&self.placing);
        Treatment {
            is_personal: self.shopper.is_some(),
            is_suppressed: is_suppressed(self.request),
            offers: self.offers.clone(),
            permitted: self.permitted.clone(),
            sensitive_open: self.sensitive_open,
            in_force: in_force.map(|rule| rule.id().into()).collect(),
        }
    }

    /// What keeps a rule out of force, the first of several; none where it is in force.
    pub(crate) fn out_of_force(&self, compiled: &CompiledRule) -> Option<OutOfForce> {
        let mut causes = OutOfForce::ALL.into_iter();
        causes.find(|cause| self.is_kept_out(*cause, compiled))
    }

    /// Everything that keeps a rule out of force; empty where it is in force.
    pub(crate) fn all_out_of_force(&self, compiled: &CompiledRule) -> Vec<OutOfForce> {
        let causes = OutOfForce::ALL.into_iter();
        causes
            .filter(|cause| self.is_kept_out(*cause, compiled))
            .collect()
    }

    fn is_kept_out(&self, cause: OutOfForce, compiled: &CompiledRule) -> bool {
        let request = self.request;
        let scope = &compiled.rule.scope;
        let known = request.customer.as_ref().filter(|_| self.shopper.is_some());
        let none_of = |list: &[String], value: Option<&str>| {
            !list.is_empty() && !value.is_some_and(|value| list.iter().any(|entry| entry == value))
        };
        match cause {
            OutOfForce::Disabled => !compiled.rule.enabled,
            OutOfForce::Page => {
                !scope.pages.is_empty() && self.matching_pages(scope).next().is_none()
            }
            OutOfForce::Placement => {
                !scope.placements.is_empty() && !scope.placements.contains(&request.placement)
            }
            OutOfForce::Channel => none_of(&scope.channels, Some(&request.channel)),
            OutOfForce::Store => none_of(&scope.stores, request.store.as_deref()),
            OutOfForce::Region => none_of(&scope.regions, self.region),
            OutOfForce::Segment => {
                !scope.segments.is_empty()
                    && !known.is_some_and(|customer| shares(&scope.segments, &customer.segments))
            }
            OutOfForce::Tier => none_of(
                &scope.tiers,
                known.and_then(|customer| customer.tier.as_deref()),
            ),
            OutOfForce::Query => none_of(&compiled.queries, self.query.as_deref()),
            OutOfForce::SortedByShopper => {
                request.sort != Sort::Recommended
                    && !matches!(compiled.rule.effect, Effect::Hide {} | Effect::Only {})
            }
            OutOfForce::NotYet | OutOfForce::Over | OutOfForce::Hours => {
                self.out_of_schedule(compiled) == Some(cause)
            }
        }
    }

    fn out_of_schedule(&self, compiled: &CompiledRule) -> Option<OutOfForce> {
        let schedule = compiled.rule.scope.schedule.as_ref()?;
        let clock = compiled
            .tz
            .map_or(self.here, |tz| local(self.request.at, tz));
        if schedule.from.is_some_and(|from| clock < from) {
            Some(OutOfForce::NotYet)
        } else if schedule.until.is_some_and(|until| clock >= until) {
            Some(OutOfForce::Over)
        } else if in_force(schedule, clock) {
            None
        } else {
            Some(OutOfForce::Hours)
        }
    }

    fn matching_pages<'s>(&self, scope: &'s Scope) -> impl Iterator<Item = &'s String> {
        let page = self.request.page.as_deref();
        scope
            .pages
            .iter()
            .filter(move |entry| page.is_some_and(|page| category_is_under(page, entry)))
    }

    fn page_depth(&self, scope: &Scope) -> usize {
        self.matching_pages(scope)
            .map(|page| category_depth(page))
            .max()
            .unwrap_or(0)
    }

    /// The promotions in force.
    pub(crate) fn offers(&self) -> impl Iterator<Item = &'a Offer> {
        let retailer = self.retailer;
        self.offers
            .iter()
            .map(|offer| &retailer.offers[*offer as usize])
    }

    pub(crate) fn offer_in_force(&self, offer: &Offer) -> bool {
        let promotion = &offer.promotion;
        let at = self.request.at;
        let known = self
            .request
            .customer
            .as_ref()
            .filter(|_| self.shopper.is_some());
        promotion.from.is_none_or(|from| from <= at)
            && promotion.until.is_none_or(|until| at < until)
            && (promotion.channels.is_empty() || promotion.channels.contains(&self.request.channel))
            && (promotion.segments.is_empty()
                || known.is_some_and(|customer| shares(&promotion.segments, &customer.segments)))
    }
}

fn shares(a: &[String], b: &[String]) -> bool {
    a.iter().any(|entry| b.contains(entry))
}

/// A verdict for each distinct value of a column.
fn each<T>(column: &Coded<T>, verdict: impl Fn(&T) -> bool) -> Vec<bool> {
    column.values.iter().map(verdict).collect()
}

/// Which sites' stock counts, and until when deliveries do (section 3, test 6).
fn served(
    retailer: &Retailer,
    rules: &CompiledRules,
    request: &Request,
    store: Option<usize>,
    today: i32,
) -> (Vec<bool>, i32) {
    let mut serves = vec![false; retailer.sites.len()];
    let mut store_serves = false;
    match retailer.sourcing.get(&request.channel) {
        Some((sites, own_store)) => {
            sites.iter().for_each(|site| serves[*site as usize] = true);
            store_serves = *own_store;
        }
        None if request.channel == "store" => store_serves = true,
        None => serves.fill(true),
    }
    if let Some(store) = store.filter(|_| store_serves) {
        serves[store] = true;
    }
    let days = rules
        .eligibility
        .promise_days
        .get(&request.channel)
        .copied()
        .unwrap_or(0);
    (serves, today.saturating_add_unsigned(days))
}

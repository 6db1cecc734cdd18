//! Sections 3 to 5: what is known of each product for one request.

use chrono::Days;
use endcap_vocab::{
    Case, Contribution, Effect, Factor, Placement, Product, Promotion, Reason, Rule, STORE_ALIAS,
    Signal, category_depth, category_is_under,
};

use super::condition::{Facts, holds};
use super::scope::{local_time, personal, rules_in_force, store};

/// One product of the catalogue, judged for the request.
pub struct Shown<'a> {
    pub product: &'a Product,
    pub price: f64,
    pub stock: i64,
    pub popularity: f64,
    pub purchase: f64,
    pub passes_filter: bool,
    /// Found by the request, and not filtered.
    pub is_candidate: bool,
    /// The first test it fails.
    pub fails: Option<Reason>,
    pub base: f64,
    pub score: f64,
    pub contributions: Vec<Contribution>,
    pub factors: Vec<Factor>,
    /// The ids of the rules whose condition it meets, of those in force.
    pub meets: Vec<&'a str>,
}

/// What of the pipeline one slate is computed with.
#[derive(Clone, Copy)]
pub struct Variant<'a> {
    pub rules: &'a [Rule],
    /// Whether test 6 runs at all.
    pub tests_stock: bool,
}

/// Every product of the catalogue, in its order.
pub fn show_all<'a>(case: &'a Case, variant: Variant<'a>) -> Vec<Shown<'a>> {
    let in_force = rules_in_force(case, variant.rules);
    let products = case.catalog.products.iter();
    products
        .map(|product| show(case, variant, &in_force, product))
        .collect()
}

fn show<'a>(
    case: &'a Case,
    variant: Variant,
    in_force: &[&'a Rule],
    product: &'a Product,
) -> Shown<'a> {
    let date = local_time(case).date();
    let stock = stock(case, product);
    let regular = Facts {
        product,
        price: product.price,
        stock,
        date,
    };
    let facts = Facts {
        price: effective_price(case, &regular),
        ..regular
    };
    let meets_condition = |rule: &Rule| rule.when.as_ref().is_none_or(|when| holds(when, &facts));
    let mut meets = Vec::new();
    for rule in in_force {
        if meets_condition(rule) {
            meets.push(rule.id.as_str());
        }
    }
    let filter = case.request.filter.as_ref();
    let passes_filter = filter.is_none_or(|filter| holds(filter, &facts));
    let contributions = contributions(case, &facts);
    let sum: f64 = contributions.iter().map(|part| part.points).sum();
    let base = f64::max(0.0, sum);
    let mut factors = Vec::new();
    for rule in in_force {
        let factor = match rule.effect {
            Effect::Boost { percent } => 1.0 + percent / 100.0,
            Effect::Bury { percent } => 1.0 - percent / 100.0,
            _ => continue,
        };
        if meets.contains(&rule.id.as_str()) {
            let rule = rule.id.clone();
            factors.push(Factor { rule, factor });
        }
    }
    factors.sort_by(|a, b| a.rule.cmp(&b.rule));
    let mut score = base;
    for factor in &factors {
        score *= factor.factor;
    }
    Shown {
        product,
        price: facts.price,
        stock,
        popularity: named(&case.signals.popularity, &product.sku),
        purchase: purchase(case, &product.sku),
        passes_filter,
        is_candidate: passes_filter && is_found(case, product),
        fails: first_failed_test(case, variant, in_force, &facts),
        base,
        score,
        contributions,
        factors,
        meets,
    }
}

fn named(signal: &std::collections::BTreeMap<String, f64>, sku: &str) -> f64 {
    signal.get(sku).copied().unwrap_or(0.0)
}

fn relevance(case: &Case, sku: &str) -> f64 {
    let signals = &case.signals;
    match personal(&case.request) {
        Some(_) => named(&signals.relevance, sku),
        None => named(&signals.relevance_anonymous, sku),
    }
}

fn purchase(case: &Case, sku: &str) -> f64 {
    let signals = &case.signals;
    let purchase = match personal(&case.request) {
        Some(_) => &signals.purchase,
        None => &signals.purchase_anonymous,
    };
    match purchase {
        Some(purchase) => named(purchase, sku),
        None => relevance(case, sku),
    }
}

/// Section 3: whether the request finds it at all.
fn is_found(case: &Case, product: &Product) -> bool {
    let request = &case.request;
    match (&request.candidates, &request.page) {
        (Some(candidates), _) => candidates.contains(&product.sku),
        (None, Some(page)) if request.placement == Placement::Category => {
            category_is_under(&product.category, page)
        }
        _ => true,
    }
}

fn serves(case: &Case, location: &str) -> bool {
    let request = &case.request;
    let is_store = request.store.as_deref() == Some(location);
    match case.catalog.sourcing.get(&request.channel) {
        Some(served) => served
            .iter()
            .any(|id| id == location || (id == STORE_ALIAS && is_store)),
        None if request.channel == "store" => is_store,
        None => true,
    }
}

fn stock(case: &Case, product: &Product) -> i64 {
    let promise = case
        .rule_set
        .eligibility
        .promise_days
        .get(&case.request.channel);
    let promise = Days::new(u64::from(promise.copied().unwrap_or(0)));
    let last_day = local_time(case).date() + promise;
    let mut stock = 0;
    for row in &case.catalog.inventory {
        if row.sku == product.sku && serves(case, &row.location) {
            stock += i64::max(0, row.on_hand - row.reserved - row.safety_stock);
        }
    }
    for row in &case.catalog.inbound {
        if row.sku == product.sku && serves(case, &row.location) && row.due <= last_day {
            stock += row.quantity;
        }
    }
    stock
}

/// Section 4. `facts` hold the regular price.
fn effective_price(case: &Case, facts: &Facts) -> f64 {
    let regular = facts.product.price;
    let mut lowest = regular;
    for promotion in &case.catalog.promotions {
        let matches = match (&promotion.skus, &promotion.when) {
            (Some(skus), _) => skus.contains(&facts.product.sku),
            (None, Some(when)) => holds(when, facts),
            (None, None) => false,
        };
        if !matches || !promotion_in_force(case, promotion) {
            continue;
        }
        let price = if let Some(percent) = promotion.percent_off {
            regular * (1.0 - percent / 100.0)
        } else if let Some(amount) = promotion.amount_off {
            regular - amount
        } else {
            promotion.price.expect("a promotion has one kind of price")
        };
        lowest = lowest.min(price);
    }
    lowest.max(0.01)
}

fn promotion_in_force(case: &Case, promotion: &Promotion) -> bool {
    let request = &case.request;
    let segments = personal(request).map_or(&[][..], |customer| &customer.segments);
    promotion.from.is_none_or(|from| from <= request.at)
        && promotion.until.is_none_or(|until| request.at < until)
        && (promotion.channels.is_empty() || promotion.channels.contains(&request.channel))
        && (promotion.segments.is_empty()
            || segments
                .iter()
                .any(|segment| promotion.segments.contains(segment)))
}

/// Section 3's tests, in order.
fn first_failed_test(
    case: &Case,
    variant: Variant,
    in_force: &[&Rule],
    facts: &Facts,
) -> Option<Reason> {
    let request = &case.request;
    let eligibility = &case.rule_set.eligibility;
    let product = facts.product;
    let customer = request.customer.as_ref();

    if product.launched_on.is_some_and(|day| facts.date < day)
        || product.discontinued_on.is_some_and(|day| facts.date >= day)
    {
        return Some(Reason::Inactive);
    }
    if !product.channels.is_empty() && !product.channels.contains(&request.channel)
        || store(case).is_some_and(|store| product.not_sold_in.contains(&store.region))
    {
        return Some(Reason::Channel);
    }
    let permits = customer.map_or(&[][..], |customer| &customer.permits);
    if product
        .restrictions
        .iter()
        .any(|needed| !permits.contains(needed))
    {
        return Some(Reason::Restricted);
    }
    let unasked = matches!(
        request.placement,
        Placement::Home | Placement::Cart | Placement::Email
    ) || request.channel == "email";
    let agreed = customer.is_some_and(|customer| customer.consent.sensitive);
    if product.sensitive && unasked && !agreed {
        return Some(Reason::Sensitive);
    }
    if request.cart.contains(&product.sku) || request.anchor.as_ref() == Some(&product.sku) {
        return Some(Reason::InCart);
    }
    if variant.tests_stock && eligibility.in_stock && facts.stock < eligibility.min_available {
        return Some(Reason::OutOfStock);
    }
    let floors = eligibility.margin_floors.iter();
    let deepest = floors
        .filter(|entry| category_is_under(&product.category, &entry.category))
        .max_by_key(|entry| category_depth(&entry.category));
    let on_clearance = product.tags.iter().any(|tag| tag == "clearance");
    if !on_clearance && deepest.is_some_and(|entry| facts.margin() < entry.floor) {
        return Some(Reason::MarginFloor);
    }
    if eligibility
        .max_return_rate
        .is_some_and(|most| product.return_rate > most)
    {
        return Some(Reason::ReturnRate);
    }
    for rule in in_force {
        let matches = rule.when.as_ref().is_none_or(|when| holds(when, facts));
        match rule.effect {
            Effect::Hide {} if matches => return Some(Reason::Hidden),
            Effect::Only {} if !matches => return Some(Reason::Hidden),
            _ => {}
        }
    }
    None
}

/// The signals with a weight other than 0, in the table's order.
fn contributions(case: &Case, facts: &Facts) -> Vec<Contribution> {
    let mut contributions = Vec::new();
    for signal in Signal::ALL {
        let weight = weight(case, facts.product, signal);
        if weight == 0.0 {
            continue;
        }
        let value = signal_value(case, facts, signal);
        let points = match signal {
            Signal::ReturnRisk | Signal::Fulfilment => -(weight * value),
            _ => weight * value,
        };
        contributions.push(Contribution {
            signal,
            value,
            weight,
            points,
        });
    }
    contributions
}

fn weight(case: &Case, product: &Product, signal: Signal) -> f64 {
    let objective = &case.rule_set.objective;
    let mut weight = objective.default.0.get(&signal).copied().unwrap_or(0.0);
    let mut entries: Vec<_> = objective.categories.iter().collect();
    entries.retain(|(path, _)| category_is_under(&product.category, path));
    entries.sort_by_key(|(path, _)| category_depth(path));
    for (_, weights) in entries {
        if let Some(overlaid) = weights.0.get(&signal) {
            weight = *overlaid;
        }
    }
    weight
}

fn signal_value(case: &Case, facts: &Facts, signal: Signal) -> f64 {
    let product = facts.product;
    let yes = |is: bool| if is { 1.0 } else { 0.0 };
    let clamp = |value: f64| value.clamp(0.0, 1.0);
    match signal {
        Signal::Relevance => relevance(case, &product.sku),
        Signal::Popularity => named(&case.signals.popularity, &product.sku),
        Signal::Margin => clamp(facts.margin()),
        Signal::PrivateLabel => yes(product.private_label),
        Signal::Newness => facts
            .age_days()
            .map_or(0.0, |days| libm::exp2(-days / 30.0)),
        Signal::Ageing => product
            .stock_age_days
            .map_or(0.0, |days| f64::min(days / 90.0, 1.0)),
        Signal::Funding => clamp(product.vendor_funding / facts.price),
        Signal::Season => yes(facts.in_season()),
        Signal::Rating => product.rating.map_or(0.0, |rating| rating / 5.0),
        Signal::ReturnRisk => product.return_rate,
        Signal::Fulfilment => clamp(product.fulfilment_cost / facts.price),
    }
}

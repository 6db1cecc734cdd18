//! Products: styles of a kind by a brand, in one to three sizes.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use endcap_vocab::{AttributeValue, Product};

use crate::assortment::{Axis, Brand, EDITIONS, Kind, Place, Size, place};
use crate::draws::{Draws, Stream};

/// A product and what only the generator knows of it.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) product: Product,
    /// Number of its kind.
    pub(crate) kind: usize,
    /// Number among the kind's styles.
    pub(crate) ordinal: usize,
    /// Its own number, whatever else is made.
    pub(crate) index: u64,
    pub(crate) brand: Brand,
    /// How much it is liked, 1 for an ordinary product.
    pub(crate) appeal: f64,
    /// ln(price / the kind's usual price).
    pub(crate) dearness: f64,
    /// ln(content / the smallest size's).
    pub(crate) bulk: f64,
    /// Days since 1970-01-01 between which it is sold.
    pub(crate) on_sale: (i32, i32),
}

/// Sizes of one style after another, seven styles to twelve products.
const SIZES_OF_STYLES: [usize; 7] = [3, 1, 2, 1, 2, 1, 2];

/// Makes products, by sku ascending.
pub(crate) fn make(count: usize, seed: u64, kinds: &[Kind]) -> Vec<Made> {
    let shuffles: Vec<Vec<usize>> = (0..kinds.len())
        .map(|kind| shuffle(&kinds[kind], kind, seed))
        .collect();
    let mut made: Vec<Made> = Vec::with_capacity(count);
    let mut style = 0;
    while made.len() < count {
        let place = place(style);
        let kind = &kinds[place.kind];
        let words = Wording::of(place.ordinal, kind, &shuffles[place.kind]);
        let drawn = Style::draw(place, kind, words, seed, style as u64);
        let sizes = SIZES_OF_STYLES[style % SIZES_OF_STYLES.len()].min(kind.sizes.len());
        for variant in 0..sizes.min(count - made.len()) {
            // A style in one size has the usual one, not the smallest.
            let size = kind.sizes[if sizes == 1 { 1 } else { variant }];
            made.push(drawn.product(variant, size, kind, seed));
        }
        style += 1;
    }
    made.sort_unstable_by(|a, b| a.product.sku.cmp(&b.product.sku));
    made
}

/// What the sizes of a style have in common.
struct Style {
    place: Place,
    number: u64,
    wording: Wording,
    season: Vec<u8>,
    price: f64,
    margin: f64,
    appeal: f64,
    organic: bool,
    launched_on: Option<NaiveDate>,
    discontinued_on: Option<NaiveDate>,
    rating: Option<f64>,
    return_rate: f64,
    funded: bool,
    clearance: bool,
    channels: &'static [&'static str],
    not_sold_in: &'static [&'static str],
}

impl Style {
    fn draw(place: Place, kind: &Kind, wording: Wording, seed: u64, number: u64) -> Self {
        let facts = wording.brand.facts();
        let mut draws = Draws::new(seed, Stream::Style, number);
        let today = crate::taken_at().date_naive();
        // The very first style has no limits: something can be sold to anyone at any time.
        let first = number == 0;
        let organic = kind.edible && draws.chance(0.2);
        let (low, high) = kind.price;
        let organic_level = if organic { 1.22 } else { 1.0 };
        let price = low * libm::pow(high / low, draws.unit()) * facts.price_level * organic_level;
        let own_margin = if facts.private_label { 0.12 } else { 0.0 };
        let margin = kind.margin + own_margin + 0.045 * draws.normal();
        let appeal = draws.about(kind.demand, 0.8);
        let age = match draws.unit() {
            _ if first => Some(1_200),
            u if u < 0.03 => None,
            u if u < 0.06 => Some(-draws.whole(4, 40)),
            u if u < 0.13 => Some(draws.whole(0, 30)),
            u if u < 0.33 => Some(draws.whole(31, 400)),
            _ => Some(draws.whole(401, 2_400)),
        };
        let left = match draws.unit() {
            _ if first || age.is_some_and(|age| age < 180) => None,
            u if u < 0.025 => Some(-draws.whole(0, 90)),
            u if u < 0.055 => Some(draws.whole(5, 60)),
            _ => None,
        };
        let rating = (age.is_none_or(|age| age > 14) && draws.chance(0.95))
            .then(|| to_tenths((4.15 + 0.42 * draws.normal()).clamp(1.8, 5.0)));
        let return_rate = draws.about(kind.return_rate, 0.35).min(0.6);
        let funded = !facts.private_label && draws.chance(0.16);
        let clearance = draws.chance(if left.is_some() { 0.5 } else { 0.02 });
        let channels: &[&str] = match draws.unit() {
            _ if first => &[],
            u if u < 0.025 => &["store"],
            u if u < 0.055 => &["app", "email", "web"],
            _ => &[],
        };
        let not_sold_in: &[&str] = match draws.unit() {
            _ if first => &[],
            u if kind.alcohol && u < 0.12 => &["north"],
            u if u < 0.012 => &["north"],
            u if u < 0.02 => &["south", "west"],
            _ => &[],
        };
        Self {
            season: season(kind, &wording.words),
            launched_on: age.map(|age| today - TimeDelta::days(age)),
            discontinued_on: left.map(|left| today + TimeDelta::days(left)),
            place,
            number,
            wording,
            price,
            margin,
            appeal,
            organic,
            rating,
            return_rate: to_thousandths(return_rate),
            funded,
            clearance: clearance && !first,
            channels,
            not_sold_in,
        }
    }

    fn product(&self, variant: usize, size: Size, kind: &Kind, seed: u64) -> Made {
        let facts = self.wording.brand.facts();
        let index = self.number * 4 + variant as u64;
        let mut draws = Draws::new(seed, Stream::Product, index);
        // A larger pack is cheaper by content.
        let price = shelf_price(self.price * libm::pow(size.1, 0.92));
        let margin = if self.clearance {
            draws.within(0.04, 0.24)
        } else {
            (self.margin + 0.02 * draws.normal()).clamp(0.03, 0.8)
        };
        let funding = if self.funded {
            to_cents(price * draws.within(0.02, 0.08))
        } else {
            0.0
        };
        let weight = libm::pow(size.1, 0.6) * draws.within(0.85, 1.2);
        let stock_age = match draws.unit() {
            u if u < 0.04 => None,
            _ if self.clearance => Some(draws.whole(70, 260)),
            u if u < 0.12 && kind.cover_days > 15.0 => Some(draws.whole(60, 200)),
            _ => Some(draws.whole(1, 2 + (kind.cover_days * 1.2) as i64)),
        };
        // One size of a style sells best; it is the second in most homes.
        let fit = [0.9, 1.15, 0.65, 0.45][variant.min(3)];
        let product = Product {
            sku: format!(
                "{}-{:05}-{}",
                kind.code,
                self.place.ordinal + 1,
                variant + 1
            ),
            group: Some(format!("{}-{:05}", kind.code, self.place.ordinal + 1)),
            title: self.title(kind, size.0),
            brand: Some(facts.name.to_owned()),
            vendor: Some(facts.vendor.to_owned()),
            category: kind.path.to_owned(),
            private_label: facts.private_label,
            price,
            unit_cost: to_cents(price * (1.0 - margin)).max(0.01),
            vendor_funding: funding,
            fulfilment_cost: to_cents(kind.fulfilment * weight),
            launched_on: self.launched_on,
            discontinued_on: self.discontinued_on,
            stock_age_days: stock_age.map(|days| days as f64),
            stock_cover_days: None,
            return_rate: self.return_rate,
            rating: self.rating,
            season_months: self.season.clone(),
            tags: self.tags(kind),
            attributes: self.attributes(kind, size.0),
            channels: owned(self.channels),
            not_sold_in: owned(self.not_sold_in),
            restrictions: owned(if kind.alcohol { &["age21"] } else { &[] }),
            sensitive: kind.sensitive,
            image: None,
        };
        let days = |date: NaiveDate| date.num_days_from_ce() - 719_163;
        Made {
            kind: self.place.kind,
            ordinal: self.place.ordinal,
            index,
            brand: self.wording.brand,
            appeal: self.appeal * fit * draws.within(0.8, 1.2),
            dearness: libm::log(self.price / (kind.price.0 * kind.price.1).sqrt()),
            bulk: libm::log(size.1),
            on_sale: (
                self.launched_on.map_or(i32::MIN, days),
                self.discontinued_on.map_or(i32::MAX, days),
            ),
            product,
        }
    }

    fn title(&self, kind: &Kind, size: &str) -> String {
        let mut title = kind.title.to_owned();
        for (Axis(name, _), word) in kind.axes.iter().zip(&self.wording.words) {
            title = title.replace(&format!("{{{name}}}"), word);
        }
        if self.organic && !title.contains("organic") {
            title = format!("organic {title}");
        }
        if let Some(edition) = &self.wording.edition {
            title = format!("{title}, {edition}");
        }
        let first = title.chars().next().map(|c| c.to_uppercase().to_string());
        let rest: String = title.chars().skip(1).collect();
        format!("{}{rest}, {size}", first.unwrap_or_default())
    }

    fn tags(&self, kind: &Kind) -> Vec<String> {
        let today = crate::taken_at().date_naive();
        let is_new = |date: NaiveDate| date <= today && (today - date).num_days() <= 30;
        let tags = [
            ("clearance", self.clearance),
            ("gift", kind.season.contains(&12)),
            ("new", self.launched_on.is_some_and(is_new)),
            ("organic", self.organic),
        ];
        let held = tags.into_iter().filter(|(_, holds)| *holds);
        held.map(|(tag, _)| tag.to_owned()).collect()
    }

    fn attributes(&self, kind: &Kind, size: &str) -> BTreeMap<String, AttributeValue> {
        let text = |text: &str| AttributeValue::Text(text.to_owned());
        let words = kind.axes.iter().zip(&self.wording.words);
        let mut attributes: BTreeMap<String, AttributeValue> = words
            .map(|(Axis(name, _), word)| ((*name).to_owned(), text(word)))
            .collect();
        attributes.insert("size".to_owned(), text(size));
        if let Some(strength) = self.wording.words.iter().find_map(|word| strength(word))
            && kind.path.ends_with("/coffee")
        {
            attributes.insert("strength".to_owned(), AttributeValue::Number(strength));
            let decaf = self
                .wording
                .words
                .iter()
                .any(|word| word.starts_with("decaf"));
            attributes.insert("decaf".to_owned(), AttributeValue::Bool(decaf));
        }
        if kind.edible {
            attributes.insert("organic".to_owned(), AttributeValue::Bool(self.organic));
        }
        attributes
    }
}

/// How strong a roast tastes, 1..5.
fn strength(roast: &str) -> Option<f64> {
    match roast {
        "light" => Some(2.0),
        "medium" => Some(3.0),
        "dark" => Some(4.0),
        "espresso" => Some(5.0),
        _ => None,
    }
}

/// The brand and the words of a style.
struct Wording {
    brand: Brand,
    words: Vec<&'static str>,
    /// Sets a style apart once all combinations of words are used.
    edition: Option<String>,
}

impl Wording {
    /// Combinations come in shuffled order, each once; then again with an edition.
    fn of(ordinal: usize, kind: &Kind, shuffle: &[usize]) -> Self {
        let (round, turn) = (ordinal / shuffle.len(), ordinal % shuffle.len());
        let mut rest = shuffle[turn];
        let mut digit = |count: usize| {
            let digit = rest % count;
            rest /= count;
            digit
        };
        let brand = kind.brands[digit(kind.brands.len())];
        let axes = kind.axes.iter();
        let words = axes
            .map(|Axis(_, words)| words[digit(words.len())])
            .collect();
        let edition = round.checked_sub(1).map(|past| {
            let name = EDITIONS[past % EDITIONS.len()];
            match past / EDITIONS.len() {
                0 => format!("{name} edition"),
                more => format!("{name} edition no. {}", more + 1),
            }
        });
        Self {
            brand,
            words,
            edition,
        }
    }
}

/// The order in which a kind's combinations of brand and words are used (Fisher and Yates).
fn shuffle(kind: &Kind, number: usize, seed: u64) -> Vec<usize> {
    let words = kind.axes.iter().map(|Axis(_, words)| words.len());
    let mut order: Vec<usize> = (0..kind.brands.len() * words.product::<usize>()).collect();
    let mut draws = Draws::new(seed, Stream::Kind, number as u64);
    for last in (1..order.len()).rev() {
        order.swap(last, draws.below(last + 1));
    }
    order
}

/// The months of the kind and of its words, ascending.
fn season(kind: &Kind, words: &[&str]) -> Vec<u8> {
    let of_words = kind
        .season_words
        .iter()
        .filter(|(word, _)| words.contains(word));
    let mut months = kind.season.to_vec();
    months.extend(of_words.flat_map(|(_, months)| *months));
    months.sort_unstable();
    months.dedup();
    months
}

/// What may stand in for the first size of a style: the first sizes of the next styles of its
/// kind and then its own next size.
pub(crate) fn substitutes(made: &[Made]) -> BTreeMap<String, Vec<String>> {
    let mut substitutes = BTreeMap::new();
    let heads: Vec<usize> = (0..made.len())
        .filter(|index| made[*index].index.is_multiple_of(4))
        .collect();
    for (position, &head) in heads.iter().enumerate() {
        let (kind, group) = (made[head].kind, &made[head].product.group);
        let next = heads[position + 1..]
            .iter()
            .take(2)
            .map(|other| &made[*other]);
        let own = made.get(head + 1).filter(|own| own.product.group == *group);
        let found = next.filter(|next| next.kind == kind).chain(own);
        let found: Vec<String> = found.map(|made| made.product.sku.clone()).collect();
        if !found.is_empty() {
            substitutes.insert(made[head].product.sku.clone(), found);
        }
    }
    substitutes
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Money, rounded to the cent.
pub(crate) fn to_cents(money: f64) -> f64 {
    (money * 100.0).round() / 100.0
}

fn to_tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn to_thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Ends in 9 cents, and in 99 from ten up.
fn shelf_price(price: f64) -> f64 {
    let step = if price < 10.0 { 10.0 } else { 100.0 };
    let cents = ((price * 100.0 / step).round().max(1.0) * step) - 1.0;
    cents / 100.0
}

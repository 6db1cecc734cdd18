//! A year of orders: staples bought again at an interval, and whatever taste, season and
//! price make of the rest of a basket.

use std::ops::Range;

use chrono::{Datelike, TimeDelta};
use endcap_vocab::{OrderLine, ReturnLine};

use crate::YEAR_DAYS;
use crate::assortment::Kind;
use crate::draws::{Draws, Stream, apportion};
use crate::offers::{week, weekly_percent};
use crate::products::{Made, to_cents};
use crate::shoppers::Person;
use crate::stock::STORES;

const CHANNELS: [&str; 3] = ["web", "app", "store"];
const STORE_CHANNEL: usize = 2;
const MINUTES_A_DAY: i64 = 24 * 60;

/// A line in small numbers.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Since the year began.
    minute: i64,
    person: u32,
    /// Number among the shopper's orders.
    trip: u32,
    product: u32,
    channel: u8,
    quantity: u8,
    unit_price: f64,
    returned: Option<Returned>,
}

#[derive(Debug, Clone, Copy)]
struct Returned {
    after_days: i64,
    quantity: u8,
}

/// Every order line of the year, by time ascending.
pub(crate) struct History {
    lines: Vec<Line>,
}

impl History {
    /// Makes `count` lines, or none without products and shoppers.
    pub(crate) fn make(
        count: usize,
        seed: u64,
        kinds: &[Kind],
        made: &[Made],
        people: &[Person],
    ) -> Self {
        let Some(anyones) = made.iter().position(|made| made.index == 0) else {
            return Self { lines: Vec::new() };
        };
        let market = Market {
            seed,
            kinds,
            made,
            shelves: shelves(kinds.len(), made),
            days: days(),
            anyones,
        };
        let worth = |person: &Person| person.activity * (YEAR_DAYS - person.since_day) as f64;
        let shares: Vec<f64> = people.iter().map(worth).collect();
        let mut lines = Vec::with_capacity(count);
        for (index, share) in apportion(count, &shares).into_iter().enumerate() {
            market.buy(&people[index], index, share, &mut lines);
        }
        // Stable: the lines of an order stay as they were put in the basket.
        lines.sort_by_key(|line| (line.minute, line.person, line.trip));
        Self { lines }
    }

    /// Units sold of each product in the 28 days before the end of the year.
    pub(crate) fn units_of_last_28_days(&self, products: usize) -> Vec<u32> {
        let mut units = vec![0; products];
        let since = (YEAR_DAYS - 28) * MINUTES_A_DAY;
        for line in self.lines.iter().filter(|line| line.minute >= since) {
            units[line.product as usize] += u32::from(line.quantity);
        }
        units
    }

    /// The lines as documents have them, each order with a number in the order of time.
    pub(crate) fn order_lines(&self, made: &[Made], people: &[Person]) -> Vec<OrderLine> {
        let line = |(line, order): (&Line, usize)| OrderLine {
            order_id: order_id(order),
            shopper: Some(people[line.person as usize].shopper.id.clone()),
            sku: made[line.product as usize].product.sku.clone(),
            store: (usize::from(line.channel) == STORE_CHANNEL)
                .then(|| people[line.person as usize].shopper.home_store.clone())
                .flatten(),
            channel: Some(CHANNELS[usize::from(line.channel)].to_owned()),
            at: crate::instant(line.minute),
            quantity: f64::from(line.quantity),
            unit_price: line.unit_price,
        };
        self.numbered().map(line).collect()
    }

    /// What came back, by day, sku and order ascending.
    pub(crate) fn returns(&self, made: &[Made], people: &[Person]) -> Vec<ReturnLine> {
        let mut returns: Vec<ReturnLine> = self
            .numbered()
            .filter_map(|(line, order)| {
                let returned = line.returned?;
                Some(ReturnLine {
                    order_id: Some(order_id(order)),
                    shopper: Some(people[line.person as usize].shopper.id.clone()),
                    sku: made[line.product as usize].product.sku.clone(),
                    on: crate::instant(line.minute).date_naive()
                        + TimeDelta::days(returned.after_days),
                    quantity: f64::from(returned.quantity),
                })
            })
            .collect();
        returns.sort_by(|a, b| (a.on, &a.sku, &a.order_id).cmp(&(b.on, &b.sku, &b.order_id)));
        returns
    }

    fn numbered(&self) -> impl Iterator<Item = (&Line, usize)> {
        let mut last = None;
        let mut order = 0;
        self.lines.iter().map(move |line| {
            if last != Some((line.person, line.trip)) {
                last = Some((line.person, line.trip));
                order += 1;
            }
            (line, order)
        })
    }
}

fn order_id(number: usize) -> String {
    format!("O{number:07}")
}

/// The products of one kind, and how likely each is looked at.
struct Shelf {
    products: Range<usize>,
    /// Running sum of appeal.
    appeal: Vec<f64>,
}

/// One run a kind: skus begin with the kind's code, and products come by sku.
fn shelves(kinds: usize, made: &[Made]) -> Vec<Shelf> {
    let mut shelves: Vec<Shelf> = Vec::new();
    shelves.resize_with(kinds, || Shelf {
        products: 0..0,
        appeal: Vec::new(),
    });
    let mut start = 0;
    for run in made.chunk_by(|a, b| a.kind == b.kind) {
        let appeal = run.iter().scan(0.0, |sum, made| {
            *sum += made.appeal;
            Some(*sum)
        });
        shelves[run[0].kind] = Shelf {
            products: start..start + run.len(),
            appeal: appeal.collect(),
        };
        start += run.len();
    }
    shelves
}

/// A day of the year of orders.
#[derive(Debug, Clone, Copy)]
struct Day {
    /// Since 1970-01-01.
    date: i32,
    month: u8,
    week: i64,
}

fn days() -> Vec<Day> {
    (0..YEAR_DAYS)
        .map(|day| {
            let at = crate::instant(day * MINUTES_A_DAY);
            Day {
                date: at.date_naive().num_days_from_ce() - 719_163,
                month: at.month() as u8,
                week: week(at),
            }
        })
        .collect()
}

/// A product that a shopper buys again and again.
struct Staple {
    product: usize,
    interval_days: f64,
    due_day: f64,
}

/// A visit: who, when and where.
#[derive(Clone, Copy)]
struct Visit<'a> {
    person: &'a Person,
    day: Day,
    /// None while a staple is chosen, which must be sold everywhere.
    channel: Option<usize>,
}

/// Everything that shoppers choose from.
struct Market<'a> {
    seed: u64,
    kinds: &'a [Kind],
    made: &'a [Made],
    shelves: Vec<Shelf>,
    days: Vec<Day>,
    /// The product that anyone can buy at any time.
    anyones: usize,
}

impl Market<'_> {
    /// Makes the lines of one shopper.
    fn buy(&self, person: &Person, index: usize, count: usize, lines: &mut Vec<Line>) {
        let mut draws = Draws::new(self.seed, Stream::Orders, index as u64);
        let mut staples = self.staples(person, &mut draws);
        let trips = ((count as f64 / person.basket).round() as usize).max(1);
        let sizes: Vec<f64> = (0..trips).map(|_| draws.about(1.0, 0.5)).collect();
        let window = (YEAR_DAYS - person.since_day) as f64;
        for (trip, size) in apportion(count, &sizes).into_iter().enumerate() {
            let passed = window * (trip as f64 + draws.unit()) / trips as f64;
            let day = (person.since_day + passed as i64).min(YEAR_DAYS - 1);
            // Between nine and twenty-one o'clock, most in the afternoon.
            let minute = day * MINUTES_A_DAY + (360.0 * (draws.unit() + draws.unit())) as i64;
            let visit = Visit {
                person,
                day: self.days[day as usize],
                channel: Some(draws.weighted(&person.channels)),
            };
            for product in self.basket(visit, day, size, &mut staples, &mut draws) {
                lines.push(Line {
                    minute,
                    person: index as u32,
                    trip: trip as u32,
                    ..self.line(visit, day, product, &mut draws)
                });
            }
        }
    }

    /// What a shopper is loyal to.
    fn staples(&self, person: &Person, draws: &mut Draws) -> Vec<Staple> {
        let weights: Vec<f64> = self
            .kinds
            .iter()
            .zip(&person.kinds)
            .map(|(kind, weight)| if kind.repeat_days > 0.0 { *weight } else { 0.0 })
            .collect();
        let visit = Visit {
            person,
            day: self.days[person.since_day as usize],
            channel: None,
        };
        let mut staples: Vec<Staple> = Vec::new();
        for _ in 0..3 + draws.below(5) {
            let kind = draws.weighted(&weights);
            let Some(product) = self.choose(visit, kind, 12, draws) else {
                continue;
            };
            if staples
                .iter()
                .any(|staple| self.made[staple.product].kind == kind)
            {
                continue;
            }
            let interval_days = draws.about(self.kinds[kind].repeat_days, 0.25);
            staples.push(Staple {
                product,
                interval_days,
                due_day: person.since_day as f64 + draws.unit() * interval_days,
            });
        }
        staples
    }

    /// The products of one order, `size` of them.
    fn basket(
        &self,
        visit: Visit<'_>,
        day: i64,
        size: usize,
        staples: &mut [Staple],
        draws: &mut Draws,
    ) -> Vec<usize> {
        let mut basket = Vec::with_capacity(size);
        let most = (size * 2).div_ceil(3);
        for staple in staples {
            let is_due = staple.due_day <= day as f64;
            if is_due && basket.len() < most && self.is_sold(visit, staple.product) {
                basket.push(staple.product);
                staple.due_day = day as f64 + staple.interval_days * draws.within(0.85, 1.15);
            }
        }
        let in_season = |kind: &Kind| match kind.season {
            [] => 1.0,
            season if season.contains(&visit.day.month) => 2.6,
            _ => 0.45,
        };
        let tastes = self.kinds.iter().zip(&visit.person.kinds);
        let weights: Vec<f64> = tastes
            .map(|(kind, taste)| taste * in_season(kind))
            .collect();
        while basket.len() < size {
            let fresh = (0..12).find_map(|_| {
                let kind = draws.weighted(&weights);
                self.choose(visit, kind, 5, draws)
                    .filter(|product| !basket.contains(product))
            });
            basket.push(fresh.unwrap_or(self.anyones));
        }
        basket
    }

    /// The product of a kind that a shopper likes best of `looks` seen on the shelf.
    fn choose(
        &self,
        visit: Visit<'_>,
        kind: usize,
        looks: usize,
        draws: &mut Draws,
    ) -> Option<usize> {
        let shelf = &self.shelves[kind];
        let total = *shelf.appeal.last()?;
        let mut best: Option<(f64, usize)> = None;
        for _ in 0..looks {
            let mark = draws.unit() * total;
            let place = shelf.appeal.partition_point(|sum| *sum <= mark);
            let product = shelf.products.start + place.min(shelf.products.len() - 1);
            if !self.is_sold(visit, product) {
                continue;
            }
            let utility = self.utility(visit, product) + 0.7 * draws.gumbel();
            if best.is_none_or(|(most, _)| utility > most) {
                best = Some((utility, product));
            }
        }
        best.map(|(_, product)| product)
    }

    fn utility(&self, visit: Visit<'_>, product: usize) -> f64 {
        let made = &self.made[product];
        let person = visit.person;
        let off = self.percent_off(visit, made);
        let season = match made.product.season_months.as_slice() {
            [] => 0.0,
            months if months.contains(&visit.day.month) => 1.2,
            _ => -0.8,
        };
        let dearness = made.dearness + libm::log(1.0 - off / 100.0);
        person.brands[made.brand as usize] - person.thrift * dearness
            + person.bulk * made.bulk
            + season
    }

    fn percent_off(&self, visit: Visit<'_>, made: &Made) -> f64 {
        weekly_percent(self.seed, made.index, visit.day.week).unwrap_or(0.0)
    }

    fn is_sold(&self, visit: Visit<'_>, product: usize) -> bool {
        let made = &self.made[product];
        let sold = &made.product;
        let (from, until) = made.on_sale;
        let is_on_channel = sold.channels.is_empty()
            || visit
                .channel
                .is_some_and(|channel| sold.channels.iter().any(|c| c == CHANNELS[channel]));
        let region = visit.person.store.map(|store| STORES[store].region);
        (from..until).contains(&visit.day.date)
            && is_on_channel
            && !region.is_some_and(|region| sold.not_sold_in.iter().any(|r| r == region))
            && sold
                .restrictions
                .iter()
                .all(|needed| visit.person.shopper.permits.contains(needed))
    }

    /// How many, at what price, and whether they come back.
    fn line(&self, visit: Visit<'_>, day: i64, product: usize, draws: &mut Draws) -> Line {
        let made = &self.made[product];
        let more = if made.product.price < 4.0 { 0.45 } else { 0.18 };
        let mut quantity = 1;
        while quantity < 8 && draws.chance(more) {
            quantity += 1;
        }
        let after_days = draws.whole(2, 28);
        let comes_back = draws.chance(made.product.return_rate);
        let returned = (comes_back && day + after_days < YEAR_DAYS).then(|| Returned {
            after_days,
            quantity: draws.whole(1, i64::from(quantity)) as u8,
        });
        Line {
            minute: 0,
            person: 0,
            trip: 0,
            product: product as u32,
            channel: visit.channel.unwrap_or_default() as u8,
            quantity,
            unit_price: to_cents(
                made.product.price * (1.0 - self.percent_off(visit, made) / 100.0),
            ),
            returned,
        }
    }
}

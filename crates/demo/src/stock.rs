//! Where stock lies: locations, what they hold, what is on its way, and how long it lasts.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use endcap_vocab::{InboundRow, InventoryRow, Location, STORE_ALIAS};

use crate::assortment::Kind;
use crate::draws::{Draws, Stream};
use crate::products::Made;

/// A store or warehouse.
pub(crate) struct Site {
    pub(crate) id: &'static str,
    pub(crate) region: &'static str,
    tz: &'static str,
    /// Of a product's stock.
    share: f64,
}

const fn site(id: &'static str, region: &'static str, tz: &'static str, share: f64) -> Site {
    Site {
        id,
        region,
        tz,
        share,
    }
}

/// By id ascending.
pub(crate) const STORES: [Site; 5] = [
    site("hamburg", "north", "Europe/Berlin", 0.17),
    site("helsinki", "north", "Europe/Helsinki", 0.07),
    site("lisbon", "west", "Europe/Lisbon", 0.11),
    site("munich", "south", "Europe/Berlin", 0.14),
    site("vienna", "south", "Europe/Vienna", 0.11),
];

/// By id ascending.
const WAREHOUSES: [Site; 2] = [
    site("leipzig-dc", "north", "Europe/Berlin", 0.28),
    site("porto-dc", "west", "Europe/Lisbon", 0.12),
];

/// Styles of a kind up to this number are on most stores' shelves, the others in few.
const WIDE_STYLES: usize = 60;

/// The catalogue's locations, by id ascending.
pub(crate) fn locations() -> Vec<Location> {
    let location = |site: &Site| Location {
        id: site.id.to_owned(),
        region: site.region.to_owned(),
        tz: site.tz.to_owned(),
    };
    let mut locations: Vec<Location> = STORES.iter().chain(&WAREHOUSES).map(location).collect();
    locations.sort_by(|a, b| a.id.cmp(&b.id));
    locations
}

/// Which locations serve which channel.
pub(crate) fn sourcing() -> BTreeMap<String, Vec<String>> {
    [
        ("app", &[STORE_ALIAS, "leipzig-dc"][..]),
        ("email", &["leipzig-dc", "porto-dc"]),
        ("store", &[STORE_ALIAS]),
        ("web", &["leipzig-dc", "porto-dc"]),
    ]
    .into_iter()
    .map(|(channel, served)| {
        let served = served.iter().map(|id| (*id).to_owned()).collect();
        (channel.to_owned(), served)
    })
    .collect()
}

/// What lies where, and what is on its way; both by location and sku ascending.
pub(crate) struct Stock {
    pub(crate) inventory: Vec<InventoryRow>,
    pub(crate) inbound: Vec<InboundRow>,
}

/// Stocks products after what they sold in 28 days, and tells each how long its stock lasts.
pub(crate) fn make(made: &mut [Made], units: &[u32], kinds: &[Kind], seed: u64) -> Stock {
    let best_seller = best_seller_units(units);
    let mut sites: Vec<(&Site, bool)> = STORES.iter().map(|site| (site, true)).collect();
    sites.extend(WAREHOUSES.iter().map(|site| (site, false)));
    sites.sort_by_key(|(site, _)| site.id);
    let mut inventory: Vec<Vec<InventoryRow>> = sites.iter().map(|_| Vec::new()).collect();
    let mut inbound: Vec<Vec<InboundRow>> = inventory.iter().map(|_| Vec::new()).collect();
    for (made, units) in made.iter_mut().zip(units) {
        let daily = f64::from(*units) / 28.0;
        let mut shelf = Shelf::draw(made, &kinds[made.kind], daily, seed);
        shelf.is_best_seller = *units >= best_seller;
        let mut available = 0;
        for (number, (site, is_store)) in sites.iter().enumerate() {
            let Some(row) = shelf.row(made, site, *is_store) else {
                continue;
            };
            available += (row.on_hand - row.reserved - row.safety_stock).max(0);
            inbound[number].extend(shelf.inbound(&row, *is_store));
            inventory[number].push(row);
        }
        if *units > 0 {
            made.product.stock_cover_days = Some(available as f64 / daily);
        }
    }
    Stock {
        inventory: inventory.into_iter().flatten().collect(),
        inbound: inbound.into_iter().flatten().collect(),
    }
}

/// What the best-selling tenth sold at least.
fn best_seller_units(units: &[u32]) -> u32 {
    let mut sorted = units.to_vec();
    sorted.sort_unstable();
    sorted
        .get(units.len() * 9 / 10)
        .copied()
        .unwrap_or(0)
        .max(2)
}

/// How one product is stocked.
struct Shelf {
    draws: Draws,
    /// Units that all locations together should hold.
    target: f64,
    is_best_seller: bool,
    is_gone_everywhere: bool,
    is_launched: bool,
    is_online: bool,
    is_in_stores: bool,
    is_wide: bool,
}

impl Shelf {
    fn draw(made: &Made, kind: &Kind, daily: f64, seed: u64) -> Self {
        let mut draws = Draws::new(seed, Stream::Stock, made.index);
        let sold_on = |channel: &str| {
            let channels = &made.product.channels;
            channels.is_empty() || channels.iter().any(|sold| sold == channel)
        };
        let launched_on = made.product.launched_on;
        let overstock = if draws.chance(0.07) { 4.0 } else { 1.0 };
        Self {
            target: daily * draws.about(kind.cover_days, 0.4) * overstock,
            is_best_seller: false,
            is_gone_everywhere: draws.chance(0.015) && made.index != 0,
            is_launched: launched_on.is_none_or(|day| day <= crate::taken_at().date_naive()),
            is_online: sold_on("web"),
            is_in_stores: sold_on("store"),
            is_wide: made.ordinal < WIDE_STYLES,
            draws,
        }
    }

    fn row(&mut self, made: &Made, site: &Site, is_store: bool) -> Option<InventoryRow> {
        let carried = match (is_store, self.is_wide) {
            (true, wide) => self.is_in_stores && self.draws.chance(if wide { 0.88 } else { 0.15 }),
            (false, _) if site.id == "leipzig-dc" => self.is_online,
            (false, wide) => self.is_online && self.draws.chance(if wide { 0.7 } else { 0.2 }),
        };
        if !carried || !self.is_launched && is_store {
            return None;
        }
        let (reserved, safety_stock, least) = if is_store {
            (0, i64::from(self.is_wide), self.draws.whole(1, 4))
        } else {
            (self.draws.whole(0, 2), 2, self.draws.whole(4, 9))
        };
        let out = match (self.is_gone_everywhere, is_store, self.is_best_seller) {
            (true, _, _) => true,
            (false, true, true) => self.draws.chance(0.17),
            (false, true, false) => self.draws.chance(0.035),
            (false, false, _) => self.draws.chance(0.01),
        };
        let on_hand = match out {
            // The books are behind now and then.
            true if self.draws.chance(0.04) => -1,
            true => self.draws.whole(0, reserved + safety_stock),
            false => (self.target * site.share).round() as i64 + least,
        };
        Some(InventoryRow {
            location: site.id.to_owned(),
            sku: made.product.sku.clone(),
            on_hand: if self.is_launched { on_hand } else { 0 },
            reserved,
            safety_stock,
        })
    }

    /// A delivery: soon where the shelf is empty, now and then elsewhere.
    fn inbound(&mut self, row: &InventoryRow, is_store: bool) -> Option<InboundRow> {
        let is_empty = row.on_hand <= row.reserved + row.safety_stock;
        let chance = match (is_empty, is_store) {
            (true, _) => 0.7,
            (false, true) => 0.02,
            (false, false) => 0.08,
        };
        let days = if is_empty {
            self.draws.whole(0, 9)
        } else {
            self.draws.whole(2, 24)
        };
        let quantity = (self.target * 0.3) as i64 + self.draws.whole(6, 24);
        self.draws.chance(chance).then(|| InboundRow {
            location: row.location.clone(),
            sku: row.sku.clone(),
            quantity,
            due: crate::taken_at().date_naive() + TimeDelta::days(days),
        })
    }
}

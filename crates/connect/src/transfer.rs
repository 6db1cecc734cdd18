//! Takes what a mapping made over into a snapshot, row by row.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use endcap_store::{ColumnProvenance, Provenance, SnapshotWriter, StoreError};
use endcap_vocab::{
    Consent, InboundRow, InventoryRow, Location, OrderLine, Product, Promotion, ReturnLine,
    STORE_ALIAS, Shopper,
};
use rusqlite::Connection;

use crate::sql::quoted;
use crate::staged::{Fault, StagedRow};
use crate::{ConnectError, FieldFill, Orphans, QualityReport, Refusal, TableQuality};
use endcap_store::tables::{
    INBOUND, INVENTORY, LOCATIONS, META, ORDER_LINES, PRODUCTS, PROMOTIONS, PROVENANCE, RETURNS,
    SHOPPERS, SOURCING, SUBSTITUTES, Table,
};

/// From the staged tables through the writer, with everything worth telling in the report.
pub(crate) struct Transfer<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) writer: &'a mut SnapshotWriter,
    pub(crate) report: &'a mut QualityReport,
    /// Told the rows taken over so far; an error ends the import.
    pub(crate) tick: &'a mut dyn FnMut(&str, u64) -> Result<(), ConnectError>,
}

/// Why a row is not taken over.
enum RowError {
    /// It is unsound; the others go on.
    Refused(Fault),
    /// Its key is there already; the others go on.
    Duplicate(Fault),
    /// Nothing can go on.
    Fatal(StoreError),
}

impl From<Fault> for RowError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<StoreError> for RowError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Row { .. } => Self::Refused(error.to_string()),
            StoreError::Duplicate { .. } => Self::Duplicate(error.to_string()),
            error => Self::Fatal(error),
        }
    }
}

type RowResult = Result<(), RowError>;

/// What rows name: known ids, and names that were met and are not known.
#[derive(Default)]
struct Known {
    locations: BTreeSet<String>,
    skus: HashSet<String>,
    shoppers: HashSet<String>,
    /// By table and column: how many rows, and the first name.
    orphans: BTreeMap<(&'static str, &'static str), (u64, String)>,
}

impl Known {
    /// The engine must know where stock lies, so a row elsewhere is refused.
    fn need_location(&self, id: &str) -> Result<(), Fault> {
        if self.locations.contains(id) {
            Ok(())
        } else {
            Err(format!("no location `{id}` among the locations"))
        }
    }

    fn note_orphan(&mut self, table: &'static str, column: &'static str, name: &str) {
        let orphans = self
            .orphans
            .entry((table, column))
            .or_insert_with(|| (0, name.to_owned()));
        orphans.0 += 1;
    }

    fn note_sku(&mut self, table: &'static str, column: &'static str, sku: &str) {
        if !self.skus.contains(sku) {
            self.note_orphan(table, column, sku);
        }
    }

    fn note_shopper(&mut self, table: &'static str, shopper: Option<&str>) {
        if let Some(id) = shopper.filter(|id| !self.shoppers.contains(*id)) {
            self.note_orphan(table, "shopper", id);
        }
    }

    fn note_location(&mut self, table: &'static str, column: &'static str, id: Option<&str>) {
        if let Some(id) = id.filter(|id| !self.locations.contains(*id)) {
            self.note_orphan(table, column, id);
        }
    }
}

impl Transfer<'_> {
    /// Takes every table over, in an order in which what is named comes before what names it.
    pub(crate) fn run(mut self) -> Result<(), ConnectError> {
        let mut known = Known::default();
        self.meta()?;
        self.provenance()?;
        self.rows(&LOCATIONS, |writer, _, row| {
            let location = Location {
                id: row.text("id")?,
                region: row.text("region")?,
                tz: row.text("tz")?,
            };
            writer.add_location(&location)?;
            known.locations.insert(location.id);
            Ok(())
        })?;
        self.rows(&PRODUCTS, |writer, report, row| {
            report.missing.price += u64::from(!row.has("price"));
            report.missing.unit_cost += u64::from(!row.has("unit_cost"));
            report.missing.category += u64::from(!row.has("category"));
            let product = product(row)?;
            writer.add_product(&product)?;
            known.skus.insert(product.sku);
            Ok(())
        })?;
        self.stock(&mut known)?;
        self.promotions(&mut known)?;
        self.substitutes(&mut known)?;
        self.sourcing(&known)?;
        self.rows(&SHOPPERS, |writer, _, row| {
            let shopper = shopper(row)?;
            writer.add_shopper(&shopper)?;
            known.note_location("shoppers", "home_store", shopper.home_store.as_deref());
            known.shoppers.insert(shopper.id);
            Ok(())
        })?;
        self.history(&mut known)?;
        let orphans = |((table, column), (rows, example)): ((&str, &str), (u64, String))| Orphans {
            table: table.to_owned(),
            column: column.to_owned(),
            rows,
            example,
        };
        self.report.orphans = known.orphans.into_iter().map(orphans).collect();
        Ok(())
    }

    fn meta(&mut self) -> Result<(), ConnectError> {
        let mut found = BTreeSet::new();
        self.rows(&META, |writer, _, row| {
            let key = row.text("key")?;
            if found.contains(&key) {
                return Err(RowError::Duplicate(format!("a second `{key}`")));
            }
            match key.as_str() {
                "currency" => writer.set_currency(&row.text("value")?)?,
                "taken_at" => writer.set_taken_at(row.instant("value")?)?,
                _ => {
                    let fault = format!("`{key}` is not one of `currency`, `taken_at`");
                    return Err(fault.into());
                }
            }
            found.insert(key);
            Ok(())
        })?;
        let lacks = ["currency", "taken_at"]
            .into_iter()
            .find(|key| !found.contains(*key));
        lacks.map_or(Ok(()), |key| {
            Err(ConnectError::Unmapped {
                mapping: self.report.mapping.clone(),
                reason: match self.report.refusals.first() {
                    // The row that should have given it may be among those refused.
                    Some(refusal) => format!("gives no sound `{key}`; refused was {refusal}"),
                    None => format!("gives no `{key}`; insert ('{key}', ...) into meta"),
                },
            })
        })
    }

    fn provenance(&mut self) -> Result<(), ConnectError> {
        let mut columns = Vec::new();
        self.rows(&PROVENANCE, |writer, _, row| {
            let name = row.text("provenance")?;
            let column = ColumnProvenance {
                table: row.text("table_name")?,
                column: row.text("column_name")?,
                provenance: Provenance::from_name(&name).ok_or_else(|| {
                    format!("`provenance` must be observed, derived or synthetic, not `{name}`")
                })?,
                note: row.text("note")?,
            };
            writer.set_provenance(
                &column.table,
                &column.column,
                column.provenance,
                &column.note,
            )?;
            columns.push(column);
            Ok(())
        })?;
        columns.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
        self.report.provenance = columns;
        Ok(())
    }

    fn stock(&mut self, known: &mut Known) -> Result<(), ConnectError> {
        self.rows(&INVENTORY, |writer, _, row| {
            let stock = InventoryRow {
                location: row.text("location")?,
                sku: row.text("sku")?,
                on_hand: row.whole("on_hand")?,
                reserved: row.optional_whole("reserved")?.unwrap_or_default(),
                safety_stock: row.optional_whole("safety_stock")?.unwrap_or_default(),
            };
            known.need_location(&stock.location)?;
            writer.add_inventory(&stock)?;
            known.note_sku("inventory", "sku", &stock.sku);
            Ok(())
        })?;
        self.rows(&INBOUND, |writer, _, row| {
            let inbound = InboundRow {
                location: row.text("location")?,
                sku: row.text("sku")?,
                quantity: row.whole("quantity")?,
                due: row.day("due")?,
            };
            known.need_location(&inbound.location)?;
            writer.add_inbound(&inbound)?;
            known.note_sku("inbound", "sku", &inbound.sku);
            Ok(())
        })
    }

    fn promotions(&mut self, known: &mut Known) -> Result<(), ConnectError> {
        self.rows(&PROMOTIONS, |writer, _, row| {
            let promotion = promotion(row)?;
            writer.add_promotion(&promotion)?;
            let skus = promotion.skus.iter().flatten();
            if let Some(sku) = skus.into_iter().find(|sku| !known.skus.contains(*sku)) {
                known.note_orphan("promotions", "skus", sku);
            }
            Ok(())
        })
    }

    fn substitutes(&mut self, known: &mut Known) -> Result<(), ConnectError> {
        let mut lists: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
        self.rows(&SUBSTITUTES, |_, _, row| {
            let (sku, position) = (row.text("sku")?, row.whole("position")?);
            let substitute = row.text("substitute")?;
            if sku.is_empty() {
                return Err("`sku` must not be empty".to_owned().into());
            }
            known.note_sku("substitutes", "sku", &sku);
            known.note_sku("substitutes", "substitute", &substitute);
            place(lists.entry(sku).or_default(), position, substitute)
        })?;
        for (sku, list) in lists {
            let list: Vec<String> = list.into_values().collect();
            self.writer.set_substitutes(&sku, &list)?;
        }
        Ok(())
    }

    fn sourcing(&mut self, known: &Known) -> Result<(), ConnectError> {
        let mut lists: BTreeMap<String, BTreeMap<i64, Option<String>>> = BTreeMap::new();
        self.rows(&SOURCING, |_, _, row| {
            let (channel, position) = (row.text("channel")?, row.whole("position")?);
            let location = row.optional_text("location")?;
            if let Some(id) = location.as_deref().filter(|id| *id != STORE_ALIAS) {
                known.need_location(id)?;
            }
            place(lists.entry(channel).or_default(), position, location)
        })?;
        for (channel, list) in lists {
            let list: Vec<String> = list.into_values().flatten().collect();
            self.writer.set_sourcing(&channel, &list)?;
        }
        Ok(())
    }

    fn history(&mut self, known: &mut Known) -> Result<(), ConnectError> {
        self.rows(&ORDER_LINES, |writer, _, row| {
            let line = OrderLine {
                order_id: row.text("order_id")?,
                shopper: row.optional_text("shopper")?,
                sku: row.text("sku")?,
                store: row.optional_text("store")?,
                channel: row.optional_text("channel")?,
                at: row.instant("at")?,
                quantity: row.number("quantity")?,
                unit_price: row.number("unit_price")?,
            };
            writer.add_order_line(&line)?;
            known.note_sku("order_lines", "sku", &line.sku);
            known.note_shopper("order_lines", line.shopper.as_deref());
            known.note_location("order_lines", "store", line.store.as_deref());
            Ok(())
        })?;
        self.rows(&RETURNS, |writer, _, row| {
            let line = ReturnLine {
                order_id: row.optional_text("order_id")?,
                shopper: row.optional_text("shopper")?,
                sku: row.text("sku")?,
                on: row.day("on")?,
                quantity: row.number("quantity")?,
            };
            writer.add_return(&line)?;
            known.note_sku("returns", "sku", &line.sku);
            known.note_shopper("returns", line.shopper.as_deref());
            Ok(())
        })
    }

    /// Takes the rows of one table over, in the order the mapping made them.
    fn rows(
        &mut self,
        table: &'static Table,
        mut add: impl FnMut(&mut SnapshotWriter, &mut QualityReport, &StagedRow<'_>) -> RowResult,
    ) -> Result<(), ConnectError> {
        let columns: Vec<String> = table.columns.iter().map(|name| quoted(name)).collect();
        let sql = format!(
            "SELECT {}, _file, _line FROM main.{} ORDER BY rowid",
            columns.join(", "),
            quoted(table.name)
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let (mut kept, mut refused, mut duplicates) = (0_u64, 0_u64, 0_u64);
        let mut filled = vec![0_u64; table.columns.len()];
        while let Some(row) = rows.next()? {
            if (kept + refused).is_multiple_of(10_000) {
                (self.tick)(table.name, kept + refused)?;
            }
            let row = StagedRow::new(table, row);
            let fault = match add(self.writer, self.report, &row) {
                Ok(()) => {
                    kept += 1;
                    for (column, count) in filled.iter_mut().enumerate() {
                        *count += u64::from(row.is_filled(column));
                    }
                    continue;
                }
                Err(RowError::Refused(fault)) => fault,
                Err(RowError::Duplicate(fault)) => {
                    duplicates += 1;
                    fault
                }
                Err(RowError::Fatal(error)) => return Err(error.into()),
            };
            refused += 1;
            let (file, line) = row.origin();
            let mapping = || format!("{} into {}", self.report.mapping, table.name);
            let refusal = Refusal {
                file: file.unwrap_or_else(mapping),
                line,
                reason: fault,
            };
            self.report.refuse(refusal);
        }
        let rate = |filled| match kept {
            0 => 0.0,
            kept => filled as f64 / kept as f64,
        };
        let fill = table
            .columns
            .iter()
            .zip(filled)
            .map(|(field, filled)| FieldFill {
                field: (*field).to_owned(),
                filled,
                rate: rate(filled),
            });
        self.report.tables.push(TableQuality {
            table: table.name.to_owned(),
            kept,
            refused,
            duplicates,
            fill: fill.collect(),
        });
        Ok(())
    }
}

/// Puts an entry at its position of a list.
fn place<T>(list: &mut BTreeMap<i64, T>, position: i64, entry: T) -> RowResult {
    use std::collections::btree_map::Entry;
    match list.entry(position) {
        Entry::Vacant(vacant) => {
            vacant.insert(entry);
            Ok(())
        }
        Entry::Occupied(_) => Err(RowError::Duplicate(format!("a second position {position}"))),
    }
}

fn product(row: &StagedRow<'_>) -> Result<Product, Fault> {
    Ok(Product {
        sku: row.text("sku")?,
        group: row.optional_text("group")?,
        title: row.text("title")?,
        brand: row.optional_text("brand")?,
        vendor: row.optional_text("vendor")?,
        category: row.text("category")?,
        private_label: row.flag("private_label")?,
        price: row.number("price")?,
        unit_cost: row.number("unit_cost")?,
        vendor_funding: row.optional_number("vendor_funding")?.unwrap_or_default(),
        fulfilment_cost: row.optional_number("fulfilment_cost")?.unwrap_or_default(),
        launched_on: row.optional_day("launched_on")?,
        discontinued_on: row.optional_day("discontinued_on")?,
        stock_age_days: row.optional_number("stock_age_days")?,
        stock_cover_days: row.optional_number("stock_cover_days")?,
        return_rate: row.optional_number("return_rate")?.unwrap_or_default(),
        rating: row.optional_number("rating")?,
        season_months: row
            .optional_list("season_months", "a JSON list of months such as [11, 12]")?
            .unwrap_or_default(),
        tags: row.texts("tags")?,
        attributes: row.attributes("attributes")?,
        channels: row.texts("channels")?,
        not_sold_in: row.texts("not_sold_in")?,
        restrictions: row.texts("restrictions")?,
        sensitive: row.flag("sensitive")?,
        // An empty place is no place, and no reason to refuse a product.
        image: row.optional_text("image")?.filter(|text| !text.is_empty()),
    })
}

fn promotion(row: &StagedRow<'_>) -> Result<Promotion, Fault> {
    Ok(Promotion {
        id: row.text("id")?,
        skus: row.optional_list("skus", r#"a JSON list of skus such as ["a", "b"]"#)?,
        when: row.optional_text("when")?,
        percent_off: row.optional_number("percent_off")?,
        amount_off: row.optional_number("amount_off")?,
        price: row.optional_number("price")?,
        from: row.optional_instant("from")?,
        until: row.optional_instant("until")?,
        channels: row.texts("channels")?,
        segments: row.texts("segments")?,
    })
}

fn shopper(row: &StagedRow<'_>) -> Result<Shopper, Fault> {
    Ok(Shopper {
        id: row.text("id")?,
        segments: row.texts("segments")?,
        tier: row.optional_text("tier")?,
        permits: row.texts("permits")?,
        consent: Consent {
            personalization: row.flag("consent_personalization")?,
            email: row.flag("consent_email")?,
            sensitive: row.flag("consent_sensitive")?,
        },
        home_store: row.optional_text("home_store")?,
    })
}

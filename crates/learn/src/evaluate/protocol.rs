//! The protocols that a model is held to on public data: how it is read, filtered and split.

use std::fs::File;
use std::path::Path;

use chrono::NaiveDateTime;
use endcap_vocab::OrderColumns;
use flate2::read::GzDecoder;

use crate::LearnError;
use crate::held_out::Split;
use crate::orders::Orders;

/// A published way to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Next purchases of a gift wholesaler's customers (UCI Online Retail).
    P2,
    /// Next purchases of a grocery chain's households, by product type (The Complete Journey).
    P4,
}

/// What a plain model reaches on a protocol.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Reference {
    /// Its name.
    pub model: &'static str,
    /// Recall@10 and NDCG@10 over all items.
    pub at_10: [f64; 2],
    /// Recall@20 and NDCG@20 over all items, where known.
    pub at_20: Option<[f64; 2]>,
    /// The same over items new to the shopper, where known.
    pub new_at_10: Option<[f64; 2]>,
}

const fn reference(model: &'static str, at_10: [f64; 2]) -> Reference {
    Reference {
        model,
        at_10,
        at_20: None,
        new_at_10: None,
    }
}

/// The orders of a protocol, and where they are split.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Orders of the products that count.
    pub orders: Orders,
    /// Where the test begins.
    pub split: Split,
}

impl Protocol {
    /// By its name, such as `p2`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "p2" => Some(Self::P2),
            "p4" => Some(Self::P4),
            _ => None,
        }
    }

    /// What plain models reach.
    #[must_use]
    pub fn references(self) -> Vec<Reference> {
        match self {
            Self::P2 => {
                let row = |model, at_10, at_20, new_at_10| Reference {
                    model,
                    at_10,
                    at_20: Some(at_20),
                    new_at_10,
                };
                vec![
                    row(
                        "popularity",
                        [0.031, 0.099],
                        [0.053, 0.096],
                        Some([0.020, 0.041]),
                    ),
                    row(
                        "item neighbours",
                        [0.071, 0.184],
                        [0.117, 0.178],
                        Some([0.042, 0.073]),
                    ),
                    row("EASE", [0.115, 0.277], [0.188, 0.272], Some([0.062, 0.107])),
                    row("own, then popularity", [0.162, 0.354], [0.231, 0.337], None),
                    row("EASE and own", [0.155, 0.339], [0.233, 0.331], None),
                ]
            }
            Self::P4 => vec![
                reference("popularity", [0.118, 0.124]),
                reference("item neighbours", [0.114, 0.123]),
                reference("EASE", [0.124, 0.134]),
                reference("own, then popularity", [0.145, 0.154]),
            ],
        }
    }

    /// Reads the data from the folder that holds its folders.
    ///
    /// # Errors
    /// [`LearnError::File`].
    pub fn load(self, data: &Path) -> Result<Loaded, LearnError> {
        match self {
            Self::P2 => wholesaler(&data.join("uci_online_retail/online_retail.csv.gz")),
            Self::P4 => grocer(&data.join("complete_journey")),
        }
    }
}

/// Invoices without returns (`C…`), lines with a customer and a code that begins with five
/// digits; products with at least 5 buyers before the split.
fn wholesaler(path: &Path) -> Result<Loaded, LearnError> {
    let split = micros("2011-10-15 00:00:00").unwrap_or(0);
    let mut lines = Columns::default();
    let names = ["InvoiceNo", "StockCode", "InvoiceDate", "CustomerID"];
    read(path, names, |[invoice, code, at, customer]| {
        let digits = code.bytes().take(5).filter(u8::is_ascii_digit).count();
        if !invoice.starts_with('C') && digits == 5 && !customer.is_empty() {
            lines.push(invoice, customer, code, micros(at)?);
        }
        Some(())
    })?;
    let orders = lines.orders();
    let buyers = orders.before(split).buyers();
    let keep: Vec<bool> = buyers.iter().map(|buyers| *buyers >= 5).collect();
    Ok(Loaded {
        orders: orders.of_products(&keep),
        split: Split::At(split),
    })
}

/// Lines sold for money, fuel and miscellany left out, by product type; weeks 46 to 53 are
/// the test. A type counts where it was bought before.
fn grocer(folder: &Path) -> Result<Loaded, LearnError> {
    let mut types = std::collections::HashMap::new();
    let names = ["product_id", "department", "product_type"];
    read(
        &folder.join("products.csv.gz"),
        names,
        |[id, department, kind]| {
            if !["FUEL", "MISCELLANEOUS"].contains(&department) && !kind.is_empty() {
                types.insert(id.to_owned(), kind.to_owned());
            }
            Some(())
        },
    )?;
    let mut lines = Columns::default();
    let mut split = i64::MAX;
    let names = [
        "household_id",
        "basket_id",
        "product_id",
        "quantity",
        "sales_value",
        "week",
        "transaction_timestamp",
    ];
    let path = folder.join("transactions_sample_100k.csv.gz");
    read(
        &path,
        names,
        |[household, basket, id, quantity, value, week, at]| {
            let sold = quantity.parse::<f64>().ok()? > 0.0 && value.parse::<f64>().ok()? > 0.0;
            if let (true, Some(kind)) = (sold, types.get(id)) {
                let at = micros(at)?;
                if week.parse::<u32>().ok()? >= 46 {
                    split = split.min(at);
                }
                lines.push(basket, household, kind, at);
            }
            Some(())
        },
    )?;
    let orders = lines.orders();
    let buyers = orders.before(split).buyers();
    let keep: Vec<bool> = buyers.iter().map(|buyers| *buyers > 0).collect();
    Ok(Loaded {
        orders: orders.of_products(&keep),
        split: Split::At(split),
    })
}

fn micros(text: &str) -> Option<i64> {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    Some(at.and_utc().timestamp_micros())
}

/// Reads some columns of a gzipped CSV file with a header line, row by row.
fn read<const N: usize>(
    path: &Path,
    names: [&str; N],
    mut each: impl FnMut([&str; N]) -> Option<()>,
) -> Result<(), LearnError> {
    let failed = |problem: String| LearnError::File {
        path: path.display().to_string(),
        problem,
    };
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let headers = reader
        .byte_headers()
        .map_err(|error| failed(error.to_string()))?;
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        let found = headers.iter().position(|header| header == name.as_bytes());
        *place = found.ok_or_else(|| failed(format!("it has no column {name}")))?;
    }
    let mut row = csv::ByteRecord::new();
    while reader
        .read_byte_record(&mut row)
        .map_err(|error| failed(error.to_string()))?
    {
        // Descriptions may be in any encoding; what is read here is plain.
        let field = |place: usize| std::str::from_utf8(row.get(place).unwrap_or_default());
        let fields = places.map(|place| field(place).unwrap_or_default());
        each(fields).ok_or_else(|| {
            let line = row.position().map_or(0, csv::Position::line);
            failed(format!("line {line} has a value that is no number or time"))
        })?;
    }
    Ok(())
}

/// Order lines, as they are collected.
#[derive(Default)]
struct Columns {
    columns: OrderColumns,
    numbers: std::collections::HashMap<Box<str>, u32>,
}

impl Columns {
    fn push(&mut self, order: &str, shopper: &str, sku: &str, at_micros: i64) {
        let mut number = |name: &str| match self.numbers.get(name) {
            Some(number) => *number,
            None => {
                let number = self.columns.names.len() as u32;
                self.columns.names.push(name.into());
                self.numbers.insert(name.into(), number);
                number
            }
        };
        let (order, shopper, sku) = (number(order), number(shopper), number(sku));
        self.columns.order.push(order);
        self.columns.shopper.push(shopper);
        self.columns.sku.push(sku);
        self.columns.at_micros.push(at_micros);
        self.columns.quantity.push(1.0);
    }

    fn orders(&self) -> Orders {
        Orders::new(&self.columns, i64::MAX)
    }
}

//! The retailer, the rules and the model that works are measured with.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use endcap_engine::{CompiledRules, Retailer, RetailerBuilder};
use endcap_learn::{DIMENSIONS, ItemVector, Logistic, Quantised, ShopperVector, VectorModel};
use endcap_store::Snapshot;
use endcap_vocab::{
    AttributeValue, Document, InventoryRow, OrderColumns, Placement, Product, Request, RuleSet,
    Shopper,
};

use crate::memory::give_back;
use crate::{UserError, Workspace};

/// The store whose stock counts.
pub(super) const STORE: &str = "munich";

/// How much of a score a perfect match of two vectors is worth.
const GAIN: f32 = 4.0;

/// What a work is done with.
pub(super) struct Data {
    pub(super) retailer: Retailer,
    pub(super) model: VectorModel,
    pub(super) rule_set: RuleSet,
    pub(super) rules: CompiledRules,
    pub(super) shoppers: Vec<Shopper>,
    pub(super) taken_at: DateTime<FixedOffset>,
}

impl Data {
    /// Reads a demo retailer, product by product, so that little more is in memory than what is
    /// measured with.
    pub(super) fn open(path: &Path) -> Result<Self, UserError> {
        let snapshot = Snapshot::open(path)?;
        let mut builder = RetailerBuilder::default();
        snapshot.products(|product| builder.push(&product))?;
        let mut read = Ok(());
        let inventory = |add: &mut dyn FnMut(&InventoryRow)| {
            read = snapshot.inventory(|entry| add(&entry));
        };
        let retailer = builder.finish_with(&snapshot.catalog_without_stock()?, inventory);
        read?;
        let retailer = retailer
            .map_err(|problems| UserError::refused(&path.display().to_string(), problems))?;
        let nothing = Quantised::new(&[0.0; DIMENSIONS]);
        let mut vectors = vec![nothing; retailer.len()];
        snapshot.products(|product| {
            if let Some(row) = retailer.row(&product.sku) {
                vectors[row] = Quantised::new(&unit(of_product(&product)));
            }
        })?;
        let model = model(&retailer, vectors, &snapshot.order_columns()?);
        let mut shoppers = Vec::new();
        snapshot.shoppers(|shopper| shoppers.push(shopper))?;
        let rule_set = rule_set();
        give_back();
        Ok(Self {
            rules: Workspace::compile(&rule_set)?,
            rule_set,
            retailer,
            model,
            shoppers,
            taken_at: snapshot.meta().taken_at,
        })
    }

    /// What a shopper is asked for: the home page over the whole catalogue, or a page.
    pub(super) fn request(&self, shopper: usize, page: Option<&str>) -> Request {
        Request {
            placement: match page {
                None => Placement::Home,
                Some(_) => Placement::Category,
            },
            page: page.map(str::to_owned),
            store: Some(STORE.to_owned()),
            customer: Some(self.shoppers[shopper % self.shoppers.len()].customer()),
            ..Request::anonymous("web", self.taken_at)
        }
    }
}

/// Fifty rules of every kind: `fixtures/bench/rules.json`.
fn rule_set() -> RuleSet {
    const RULES: &str = include_str!("../../../../fixtures/bench/rules.json");
    endcap_vocab::read_json(RULES.as_bytes())
        .and_then(|value| endcap_vocab::check(Document::RuleSet, &value))
        .expect("the committed rules are a valid rule set")
}

/// Vectors of the demo's products and shoppers: those of a product point where its words,
/// brand, category and attributes do, each word in a direction of its own (random indexing), and
/// those of a shopper where the products bought do. Not trained; of the shape of one that is.
fn model(retailer: &Retailer, mut vectors: Vec<Quantised>, lines: &OrderColumns) -> VectorModel {
    let mut bought: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
    let mut counts = vec![0.0_f64; retailer.len()];
    for line in 0..lines.len() {
        let row = retailer.row(&lines.names[lines.sku[line] as usize]);
        if let (Some(shopper), Some(row)) = (lines.names.get(lines.shopper[line] as usize), row) {
            counts[row] += 1.0;
            let line = (row as u32, lines.order[line]);
            bought.entry(shopper).or_default().push(line);
        }
    }
    let mut orders = 0.0;
    let mut of_shopper = |(id, mut lines): (&str, Vec<(u32, u32)>)| {
        let mut vector = [0.0; DIMENSIONS];
        for (row, _) in &lines {
            add(&mut vector, &vectors[*row as usize]);
        }
        let mut ids: Vec<u32> = lines.iter().map(|(_, order)| *order).collect();
        ids.sort_unstable();
        ids.dedup();
        orders += ids.len() as f64;
        lines.sort_unstable();
        lines.dedup();
        let again = |times: usize| times as f32 / (ids.len() as f32 + 5.0);
        let rows = lines.chunk_by(|a, b| a.0 == b.0);
        ShopperVector {
            id: id.into(),
            vector: Quantised::new(&unit(vector)),
            bias: 0.0,
            ceiling: ShopperVector::NO_CEILING,
            own: rows.map(|same| (same[0].0, again(same.len()))).collect(),
        }
    };
    let shoppers: Vec<ShopperVector> = bought.into_iter().map(&mut of_shopper).collect();
    vectors.iter_mut().for_each(|vector| vector.scale *= GAIN);
    let odds = |count: f64| libm::log((count + 0.5) / (orders + 1.0));
    let mut places: Vec<f64> = counts.clone();
    places.sort_unstable_by(f64::total_cmp);
    let popularity = |count: f64| {
        places.partition_point(|other| *other < count) as f64 / places.len().max(1) as f64
    };
    let items = vectors
        .iter()
        .zip(&counts)
        .map(|(vector, count)| ItemVector {
            vector: *vector,
            bias: odds(*count) as f32,
            popularity: popularity(*count),
        });
    let logistic = Logistic {
        slope: 1.0,
        offset: 0.0,
    };
    let base_rate = (counts.iter().sum::<f64>() / (orders + 1.0) / counts.len() as f64).max(1e-6);
    VectorModel::new(items, shoppers, logistic, base_rate)
}

fn of_product(product: &Product) -> [f32; DIMENSIONS] {
    let mut vector = [0.0; DIMENSIONS];
    let mut word = |kind: &str, text: &str, weight: f32| {
        let direction = direction(&format!("{kind} {text}"));
        for (value, direction) in vector.iter_mut().zip(direction) {
            *value += weight * direction;
        }
    };
    for (depth, _) in product.category.match_indices('/') {
        word("category", &product.category[..depth], 1.0);
    }
    word("category", &product.category, 2.0);
    word("brand", product.brand.as_deref().unwrap_or_default(), 1.5);
    for text in product.title.split(|c: char| !c.is_alphanumeric()) {
        word("title", &text.to_lowercase(), 0.5);
    }
    for (name, value) in &product.attributes {
        let text = match value {
            AttributeValue::Text(text) => text.clone(),
            AttributeValue::Number(number) => number.to_string(),
            AttributeValue::Bool(truth) => truth.to_string(),
        };
        word(name, &text, 0.5);
    }
    vector
}

/// A direction that follows from a text: a number of ±1 from each bit of its hash (FNV-1a,
/// stirred as SplitMix64 does).
fn direction(text: &str) -> [f32; DIMENSIONS] {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    std::array::from_fn(|bit| if hash >> bit & 1 == 1 { 1.0 } else { -1.0 })
}

fn add(vector: &mut [f32; DIMENSIONS], other: &Quantised) {
    for (value, other_value) in vector.iter_mut().zip(&other.values) {
        *value += f32::from(*other_value) * other.scale;
    }
}

fn unit(vector: [f32; DIMENSIONS]) -> [f32; DIMENSIONS] {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.map(|value| value / length)
    } else {
        vector
    }
}

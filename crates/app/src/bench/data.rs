//! The retailer, the rules and the model that works are measured with.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use endcap_demo::DemoSize;
use endcap_engine::{CompiledRules, Retailer};
use endcap_learn::{DIMENSIONS, ItemVector, Logistic, Quantised, ShopperVector, VectorModel};
use endcap_vocab::{
    AttributeValue, Document, OrderLine, Placement, Product, Request, RuleSet, Shopper,
};

/// Order lines a shopper, as many as `endcap demo` makes.
const LINES_A_SHOPPER: usize = 30;

/// The seed of the demo retailer.
pub(super) const SEED: u64 = 1;

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
    pub(super) fn make(products: usize, shoppers: usize) -> Self {
        let size = DemoSize {
            products,
            shoppers,
            order_lines: shoppers * LINES_A_SHOPPER,
        };
        // On a thread of its own, so that less of what it took stays behind when it is dropped.
        let demo = std::thread::spawn(move || endcap_demo::generate(size, SEED));
        let demo = demo.join().expect("the demo is made");
        let retailer = Retailer::build(&demo.catalog).expect("the demo is a retailer");
        let model = model(&retailer, &demo.catalog.products, &demo.order_lines);
        let rule_set = rule_set();
        Self {
            rules: CompiledRules::compile(&rule_set).expect("the committed rules compile"),
            rule_set,
            retailer,
            model,
            shoppers: demo.shoppers.clone(),
            taken_at: demo.taken_at,
        }
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
fn model(retailer: &Retailer, products: &[Product], lines: &[OrderLine]) -> VectorModel {
    let mut vectors = vec![[0.0; DIMENSIONS]; retailer.len()];
    for product in products {
        if let Some(row) = retailer.row(&product.sku) {
            vectors[row] = unit(of_product(product));
        }
    }
    let mut bought: HashMap<&str, Vec<(u32, &str)>> = HashMap::new();
    let mut counts = vec![0.0_f64; retailer.len()];
    for line in lines {
        if let (Some(shopper), Some(row)) = (&line.shopper, retailer.row(&line.sku)) {
            counts[row] += 1.0;
            let line = (row as u32, line.order_id.as_str());
            bought.entry(shopper).or_default().push(line);
        }
    }
    let mut shoppers: Vec<(&str, Vec<(u32, &str)>)> = bought.into_iter().collect();
    shoppers.sort_unstable_by_key(|(id, _)| *id);
    let mut orders = 0.0;
    let mut of_shopper = |(id, mut lines): (&str, Vec<(u32, &str)>)| {
        let mut vector = [0.0; DIMENSIONS];
        for (row, _) in &lines {
            add(&mut vector, &vectors[*row as usize], 1.0);
        }
        let mut ids: Vec<&str> = lines.iter().map(|(_, order)| *order).collect();
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
    let shoppers: Vec<ShopperVector> = shoppers.into_iter().map(&mut of_shopper).collect();
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
            vector: Quantised::new(&vector.map(|value| value * GAIN)),
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
        add(&mut vector, &direction(&format!("{kind} {text}")), weight);
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

fn add(vector: &mut [f32; DIMENSIONS], other: &[f32; DIMENSIONS], weight: f32) {
    for (value, other) in vector.iter_mut().zip(other) {
        *value += weight * other;
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

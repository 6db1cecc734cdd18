//! Shoppers as a model of vectors knows them, column by column.

use endcap_rules::Texts;

use crate::vectors::entries::{AllEntries, Entries};
use crate::vectors::{DIMENSIONS, Quantised};

/// One shopper, as a model knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopperVector {
    /// Its id.
    pub id: Box<str>,
    /// What it likes.
    pub vector: Quantised,
    /// What its scores are higher than the vectors alone would make them.
    pub bias: f32,
    /// What its scores hardly rise above: what is more counts for a thousandth.
    pub ceiling: f32,
    /// Rows of which more is known than the vectors tell, ascending, each with a probability in
    /// 0..1; [`Own`](crate::Own) says of what.
    pub own: Vec<(u32, f32)>,
}

impl ShopperVector {
    /// A ceiling that no score comes near to.
    pub const NO_CEILING: f32 = 1e30;

    /// A shopper that nobody knows, without an id.
    pub(crate) fn nobody() -> Self {
        Self {
            id: "".into(),
            vector: *NOBODY.likes,
            bias: NOBODY.bias,
            ceiling: NOBODY.ceiling,
            own: Vec::new(),
        }
    }

    /// It, as it is computed with.
    pub(crate) fn known(&self) -> Known<'_> {
        Known {
            likes: &self.vector,
            bias: self.bias,
            ceiling: self.ceiling,
            own: Entries::Listed(&self.own),
        }
    }
}

/// What is known of a shopper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'m> {
    pub(crate) likes: &'m Quantised,
    pub(crate) bias: f32,
    pub(crate) ceiling: f32,
    pub(crate) own: Entries<'m>,
}

/// A shopper that nobody knows.
pub(crate) const NOBODY: Known<'static> = Known {
    likes: &Quantised {
        values: [0; DIMENSIONS],
        scale: 0.0,
    },
    bias: 0.0,
    ceiling: ShopperVector::NO_CEILING,
    own: Entries::NONE,
};

/// Shoppers by number.
#[derive(Debug, Clone)]
pub(crate) struct Shoppers {
    ids: Texts,
    /// Numbers, ascending by id.
    by_id: Vec<u32>,
    vectors: Vec<Quantised>,
    biases: Vec<f32>,
    ceilings: Vec<f32>,
    /// Where the entries of each shopper begin; one more than there are shoppers.
    starts: Vec<u32>,
    own: AllEntries,
}

impl Shoppers {
    pub(crate) fn new(shoppers: impl IntoIterator<Item = ShopperVector>) -> Self {
        let mut all = Self {
            ids: Texts::default(),
            by_id: Vec::new(),
            vectors: Vec::new(),
            biases: Vec::new(),
            ceilings: Vec::new(),
            starts: vec![0],
            own: AllEntries::Listed(Vec::new()),
        };
        let mut own = Vec::new();
        for shopper in shoppers {
            all.ids.push(&shopper.id);
            all.vectors.push(shopper.vector);
            all.biases.push(shopper.bias);
            all.ceilings.push(shopper.ceiling);
            own.extend(shopper.own);
            all.starts.push(own.len() as u32);
        }
        all.own = AllEntries::Listed(own);
        all.by_id = (0..all.vectors.len() as u32).collect();
        let id = |number: &u32| all.ids.get(*number as usize);
        all.by_id.sort_by(|a, b| id(a).cmp(id(b)));
        all
    }

    /// Shoppers by columns, ascending by id: biases and ceilings, where each one's entries end, and
    /// the entries.
    pub(crate) fn of_columns(
        ids: Texts,
        vectors: Vec<Quantised>,
        [biases, ceilings]: [Vec<f32>; 2],
        (ends, own): (&[usize], AllEntries),
    ) -> Self {
        let ends = ends.iter().map(|end| *end as u32);
        Self {
            by_id: (0..vectors.len() as u32).collect(),
            ids,
            vectors,
            biases,
            ceilings,
            starts: std::iter::once(0).chain(ends).collect(),
            own,
        }
    }

    pub(crate) fn ids(&self) -> &Texts {
        &self.ids
    }

    pub(crate) fn len(&self) -> usize {
        self.vectors.len()
    }

    /// The number of an id.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        let find = |number: &u32| self.ids.get(*number as usize).cmp(id);
        let place = self.by_id.binary_search_by(find).ok()?;
        Some(self.by_id[place])
    }

    pub(crate) fn id(&self, number: u32) -> &str {
        self.ids.get(number as usize)
    }

    pub(crate) fn get(&self, number: u32) -> Option<Known<'_>> {
        let number = number as usize;
        let likes = self.vectors.get(number)?;
        let own = self.starts[number] as usize..self.starts[number + 1] as usize;
        Some(Known {
            likes,
            bias: self.biases[number],
            ceiling: self.ceilings[number],
            own: self.own.of(own),
        })
    }

    /// The length of the longest vector, the highest bias, and the bias or ceiling that is
    /// farthest from 0.
    pub(crate) fn most(&self) -> [f32; 3] {
        let lengths = self.vectors.iter().map(|v| v.scale.abs() * v.length());
        let ceilings = self.ceilings.iter().copied();
        let ceilings = ceilings.filter(|ceiling| *ceiling < ShopperVector::NO_CEILING);
        let sizes = self.biases.iter().copied().chain(ceilings).map(f32::abs);
        [
            lengths.fold(0.0, f32::max),
            self.biases.iter().copied().fold(0.0, f32::max),
            sizes.fold(0.0, f32::max),
        ]
    }
}

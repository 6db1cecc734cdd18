//! A model as bytes: little-endian, columns behind one another, with a hash over all of them.
//!
//! Nothing that is read is trusted: lengths are added up before anything is taken, and every
//! number that could mislead a ranking is looked at.

use std::ops::Range;
use std::sync::Arc;

use endcap_rules::Texts;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::LearnError;
use crate::artifact::layout::LOGITS;
use crate::artifact::{Artifact, TrainingReport};
use crate::blend::tail::Tail;
use crate::vectors::levels::level;
use crate::vectors::{
    AllEntries, DIMENSIONS, ItemVector, Own, Quantised, ShopperVector, Shoppers, VectorModel,
};

/// What every model begins with.
pub const MAGIC: &[u8; 8] = b"EnCpMod\0";

/// The newest version that this program reads, and the one it writes.
const VERSION: u32 = 2;

const NO_NUMBER: &str = "a number of it cannot be";

/// Bytes of a hash, which come last.
const HASH: usize = 32;

/// Bytes that are hashed together, so that several threads share the work.
const CHUNK: usize = 1 << 20;

/// How much there is of what, as it stands at the beginning.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Counts {
    report: usize,
    products: usize,
    product_text: usize,
    shoppers: usize,
    shopper_text: usize,
    entries: usize,
}

impl Counts {
    /// Magic, version, dimensions, counts, base rate and tail.
    const HEAD: usize = MAGIC.len() + 4 + 4 + 6 * 8 + 8 + 3 * 8;

    fn all(self) -> [usize; 6] {
        [
            self.report,
            self.products,
            self.product_text,
            self.shoppers,
            self.shopper_text,
            self.entries,
        ]
    }

    /// How long a model of so much is; none where no memory is as large.
    fn length(self) -> Option<usize> {
        let sizes = [
            1,
            4 + DIMENSIONS + 4 + 4 + 8,
            1,
            4 + DIMENSIONS + 4 * 5,
            1,
            4 + 2,
        ];
        let parts = self.all().into_iter().zip(sizes);
        parts
            .map(|(count, size)| count.checked_mul(size))
            .try_fold(Self::HEAD + HASH, |sum, part| sum.checked_add(part?))
    }
}

fn hash(bytes: &[u8]) -> [u8; HASH] {
    let chunks: Vec<[u8; HASH]> = bytes
        .par_chunks(CHUNK)
        .map(|chunk| Sha256::digest(chunk).into())
        .collect();
    Sha256::digest(chunks.as_flattened()).into()
}

impl Artifact {
    /// The model as bytes: the same for the same orders and seed, on every machine.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let report = self.report.to_json();
        let shoppers = self.model.shopper_columns();
        let known = || (0..shoppers.len() as u32).filter_map(|number| shoppers.get(number));
        let texts =
            |texts: &Texts| -> usize { (0..texts.len()).map(|at| texts.get(at).len()).sum() };
        let counts = Counts {
            report: report.len(),
            products: self.products.len(),
            product_text: texts(&self.products),
            shoppers: shoppers.len(),
            shopper_text: texts(shoppers.ids()),
            entries: known().map(|known| known.own.len()).sum(),
        };
        let mut bytes = Vec::with_capacity(counts.length().unwrap_or(0));
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((DIMENSIONS as u32).to_le_bytes());
        for count in counts.all() {
            bytes.extend((count as u64).to_le_bytes());
        }
        bytes.extend(self.model.base_rate().to_le_bytes());
        let Tail {
            by_match,
            by_level,
            offset,
        } = self.tail;
        let tail = [by_match, by_level, offset].into_iter();
        bytes.extend(tail.flat_map(f64::to_le_bytes));
        bytes.extend(report);
        put_texts(&mut bytes, &self.products);
        let items = || (0..self.products.len()).map(|row| self.model.item(row));
        bytes.extend(items().flat_map(|item| item.vector.values.map(|value| value as u8)));
        bytes.extend(items().flat_map(|item| item.vector.scale.to_le_bytes()));
        bytes.extend(items().flat_map(|item| item.bias.to_le_bytes()));
        bytes.extend(items().flat_map(|item| item.popularity.to_le_bytes()));
        put_texts(&mut bytes, shoppers.ids());
        bytes.extend(known().flat_map(|known| known.likes.values.map(|value| value as u8)));
        bytes.extend(known().flat_map(|known| known.likes.scale.to_le_bytes()));
        bytes.extend(known().flat_map(|known| known.bias.to_le_bytes()));
        bytes.extend(known().flat_map(|known| known.ceiling.to_le_bytes()));
        bytes.extend(self.orders.iter().flat_map(|orders| orders.to_le_bytes()));
        let mut end = 0_u32;
        bytes.extend(known().flat_map(|known| {
            end += known.own.len() as u32;
            end.to_le_bytes()
        }));
        let entries = || known().flat_map(|known| known.own.iter());
        bytes.extend(entries().flat_map(|(row, _)| row.to_le_bytes()));
        bytes.extend(entries().flat_map(|(_, p)| level(f64::from(p)).to_le_bytes()));
        bytes.extend(hash(&bytes));
        bytes
    }

    /// A model of bytes, which it keeps: the largest of its columns are read where they stand.
    ///
    /// # Errors
    /// [`LearnError::NotAModel`], [`LearnError::NewerModel`], [`LearnError::OlderModel`],
    /// [`LearnError::DamagedModel`].
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, LearnError> {
        let bytes = Arc::new(bytes.into());
        let mut from = Bytes {
            all: &bytes,
            rest: &bytes,
        };
        if bytes.get(..MAGIC.len()) != Some(MAGIC) {
            return Err(LearnError::NotAModel);
        }
        from.take(MAGIC.len())?;
        let version = from.number()?;
        if version > VERSION {
            return Err(LearnError::NewerModel {
                version,
                known: VERSION,
            });
        }
        if (1..VERSION).contains(&version) {
            return Err(LearnError::OlderModel);
        }
        if version == 0 || from.number()? as usize != DIMENSIONS {
            return Err(LearnError::DamagedModel("its version never was"));
        }
        let counts = from.counts()?;
        if counts.length() != Some(bytes.len()) {
            return Err(LearnError::DamagedModel("it is not as long as it says"));
        }
        let (content, hashed) = bytes.split_at(bytes.len() - HASH);
        if hash(content) != *hashed {
            return Err(LearnError::DamagedModel(
                "its hash is not that of its content",
            ));
        }
        from.artifact(counts)
    }
}

fn put_texts(bytes: &mut Vec<u8>, texts: &Texts) {
    let mut end = 0_u32;
    for at in 0..texts.len() {
        end += texts.get(at).len() as u32;
        bytes.extend(end.to_le_bytes());
    }
    for at in 0..texts.len() {
        bytes.extend(texts.get(at).as_bytes());
    }
}

/// What is not read yet.
struct Bytes<'b> {
    all: &'b Arc<Vec<u8>>,
    rest: &'b [u8],
}

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], LearnError> {
        let taken = self.rest.split_at_checked(count);
        let (taken, rest) = taken.ok_or(LearnError::DamagedModel("it is cut short"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Where the next bytes stand among all.
    fn place(&mut self, count: usize) -> Result<Range<usize>, LearnError> {
        let start = self.all.len() - self.rest.len();
        self.take(count)?;
        Ok(start..start + count)
    }

    fn column<const N: usize>(&mut self, count: usize) -> Result<&'b [[u8; N]], LearnError> {
        Ok(self.take(count * N)?.as_chunks().0)
    }

    fn number(&mut self) -> Result<u32, LearnError> {
        Ok(u32::from_le_bytes(self.column(1)?[0]))
    }

    /// A finite number that is not too large to multiply with.
    fn real(&mut self) -> Result<f64, LearnError> {
        let number = f64::from_le_bytes(self.column(1)?[0]);
        if number.abs() <= 1e6 {
            Ok(number)
        } else {
            Err(LearnError::DamagedModel(NO_NUMBER))
        }
    }

    fn counts(&mut self) -> Result<Counts, LearnError> {
        let column = self.column(6)?;
        let count =
            |at: usize| usize::try_from(u64::from_le_bytes(column[at])).unwrap_or(usize::MAX);
        Ok(Counts {
            report: count(0),
            products: count(1),
            product_text: count(2),
            shoppers: count(3),
            shopper_text: count(4),
            entries: count(5),
        })
    }

    /// Finite numbers for which `holds`.
    fn numbers(
        &mut self,
        count: usize,
        holds: impl Fn(f32) -> bool,
    ) -> Result<Vec<f32>, LearnError> {
        let column = self.column(count)?.iter();
        let numbers: Vec<f32> = column.map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if numbers
            .iter()
            .all(|number| number.is_finite() && holds(*number))
        {
            Ok(numbers)
        } else {
            Err(LearnError::DamagedModel(NO_NUMBER))
        }
    }

    /// Where parts of `length` end, one after the other.
    fn ends(&mut self, count: usize, length: usize) -> Result<Vec<usize>, LearnError> {
        let column = self.column(count)?.iter();
        let ends: Vec<usize> = column
            .map(|bytes| u32::from_le_bytes(*bytes) as usize)
            .collect();
        if ends.is_sorted() && ends.last().copied().unwrap_or(0) == length {
            Ok(ends)
        } else {
            Err(LearnError::DamagedModel(
                "its parts do not follow one another",
            ))
        }
    }

    fn texts(&mut self, count: usize, length: usize) -> Result<Texts, LearnError> {
        let ends = self.ends(count, length)?;
        let not_text = |_| LearnError::DamagedModel("a name of it is no text");
        let text = std::str::from_utf8(self.take(length)?).map_err(not_text)?;
        let mut texts = Texts::default();
        let mut start = 0;
        for end in ends {
            let part = text.get(start..end);
            texts.push(part.ok_or(LearnError::DamagedModel("a name of it is no text"))?);
            start = end;
        }
        Ok(texts)
    }

    fn vectors(&mut self, count: usize) -> Result<Vec<Quantised>, LearnError> {
        let values = self.column::<DIMENSIONS>(count)?;
        let scales = self.numbers(count, |scale| scale.abs() <= 1e15)?;
        let vector = |(values, scale): (&[u8; DIMENSIONS], f32)| Quantised {
            // −128 is never written.
            values: values.map(|value| (value as i8).max(-127)),
            scale,
        };
        Ok(values.iter().zip(scales).map(vector).collect())
    }

    fn artifact(mut self, counts: Counts) -> Result<Artifact, LearnError> {
        let of_logits = |logit: f32| logit.abs() <= 1e6;
        let base_rate = f64::from_le_bytes(self.column(1)?[0]);
        if !(base_rate > 0.0 && base_rate <= 1.0) {
            return Err(LearnError::DamagedModel("its base rate is no probability"));
        }
        let [by_match, by_level, offset] = [(); 3].map(|()| self.real());
        let tail = Tail {
            by_match: by_match?,
            by_level: by_level?,
            offset: offset?,
        };
        let report = TrainingReport::of_json(self.take(counts.report)?)?;
        let products = self.texts(counts.products, counts.product_text)?;
        let vectors = self.vectors(counts.products)?;
        let biases = self.numbers(counts.products, of_logits)?;
        let popularity = self.column(counts.products)?.iter();
        let popularity: Vec<f64> = popularity.map(|bytes| f64::from_le_bytes(*bytes)).collect();
        if !popularity.iter().all(|share| (0.0..=1.0).contains(share)) {
            return Err(LearnError::DamagedModel(
                "a popularity is not within 0 and 1",
            ));
        }
        let items = vectors.into_iter().zip(biases).zip(popularity);
        let items = items.map(|((vector, bias), popularity)| ItemVector {
            vector,
            bias,
            popularity,
        });
        let (shoppers, orders) = self.shoppers(counts)?;
        Ok(Artifact {
            report,
            products,
            orders,
            tail,
            model: VectorModel::of(items, shoppers, LOGITS, base_rate).with_own(Own::Instead),
        })
    }

    fn shoppers(&mut self, counts: Counts) -> Result<(Shoppers, Vec<u32>), LearnError> {
        let count = counts.shoppers;
        let ids = self.texts(count, counts.shopper_text)?;
        if !(1..count).all(|at| ids.get(at - 1) < ids.get(at)) {
            return Err(LearnError::DamagedModel("its shoppers are out of order"));
        }
        let vectors = self.vectors(count)?;
        let biases = self.numbers(count, |bias| bias.abs() <= 1e6)?;
        let ceilings = self.numbers(count, |ceiling| {
            ceiling.abs() <= 1e6 || ceiling == ShopperVector::NO_CEILING
        })?;
        let orders = self.column(count)?.iter();
        let orders = orders.map(|bytes| u32::from_le_bytes(*bytes)).collect();
        let ends = self.ends(count, counts.entries)?;
        let rows = self.place(counts.entries * 4)?;
        let levels = self.place(counts.entries * 2)?;
        let own: &[[u8; 4]] = self.all[rows.clone()].as_chunks().0;
        let holds = |shopper: usize| {
            let start = shopper.checked_sub(1).map_or(0, |before| ends[before]);
            let mut own = own[start..ends[shopper]]
                .iter()
                .map(|row| u32::from_le_bytes(*row));
            let mut before = own.next();
            let is_sorted = own.all(|row| before.replace(row) < Some(row));
            is_sorted && before.is_none_or(|last| (last as usize) < counts.products)
        };
        // Most of a model is here: several threads share the work.
        if !(0..count).into_par_iter().with_min_len(4096).all(holds) {
            return Err(LearnError::DamagedModel("an entry is of no product"));
        }
        let own = AllEntries::InFile {
            bytes: Arc::clone(self.all),
            rows,
            levels,
        };
        let shoppers = Shoppers::of_columns(ids, vectors, [biases, ceilings], (&ends, own));
        Ok((shoppers, orders))
    }
}

#[cfg(test)]
mod tests;

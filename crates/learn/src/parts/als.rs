//! Vectors of shoppers and products by implicit alternating least squares (Hu, Koren and
//! Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008), each half step
//! a few steps of conjugate gradient (Takács, Pilászy and Tikk, Applications of the Conjugate
//! Gradient Method for Implicit Feedback Collaborative Filtering, RecSys 2011).
//!
//! Every row of a half step has the same Gram matrix, so it is taken out of all of them at once
//! ([`Whitened`]): what is left to solve knows a row's own products alone, and needs fewer steps.

use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Accum, Mat, MatMut, MatRef, Par, Side};
use fearless_simd::{Level, dispatch};
use rayon::prelude::*;

use crate::LearnError;
use crate::draws::draw;
use crate::history::History;
use crate::orders::Orders;
use crate::parts::Part;
use crate::progress::{Task, Watch};
use crate::sparse::{Scores, Sparse};
use crate::top::ItemVectors;
use crate::vectors::Quantised;

/// Numbers of a vector.
pub const FACTORS: usize = 64;

/// How much surer a purchase is than none; further ones add their logarithm.
const CONFIDENCE: f32 = 10.0;

/// The penalty on vectors.
const PENALTY: f32 = 10.0;

/// How often vectors of shoppers, then of products, are solved for.
pub(crate) const ITERATIONS: usize = 12;

/// Steps of conjugate gradient in a half step, from where the last one ended.
const STEPS: usize = 3;

/// Steps for a history, which starts from zero.
const STEPS_FROM_ZERO: usize = 12;

/// Rows of a Gram matrix that are multiplied together: the same at any number of threads.
const BLOCK: usize = 4096;

/// Rows that are solved for together.
const CHUNK: usize = 128;

type Factors = [f32; FACTORS];

/// For each of the best that are asked for, so many are looked at in whole numbers.
const LOOKED_AT: usize = 2;

/// Vectors of products; a shopper's vector is solved for from its history.
#[derive(Debug, Clone)]
pub struct Als {
    products: Vec<Factors>,
    gram: Vec<Factors>,
    /// The same in whole numbers, a quarter of the memory to go through.
    quantised: ItemVectors,
}

impl Als {
    pub(crate) fn train(
        (bought, buyers): (&Sparse, &Sparse),
        iterations: usize,
        seed: u64,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let (bought, buyers) = (bought.map(sure), buyers.map(sure));
        let steps = iterations * (bought.len() + buyers.len());
        let task = watch.task("fitting vectors", steps);
        let mut products: Vec<Factors> = (0..buyers.len() as u64)
            .into_par_iter()
            .map(|product| std::array::from_fn(|factor| start(seed, product, factor as u64)))
            .collect();
        // A product that nobody bought is like nothing.
        for (product, factors) in products.iter_mut().enumerate() {
            if buyers.row(product).is_empty() {
                *factors = [0.0; FACTORS];
            }
        }
        let mut shoppers = vec![[0.0; FACTORS]; bought.len()];
        let mut room = vec![[0.0; FACTORS]; bought.len().max(buyers.len())];
        for _ in 0..iterations {
            half_step(&mut shoppers, &products, &bought, &mut room, &task)?;
            half_step(&mut products, &shoppers, &buyers, &mut room, &task)?;
        }
        drop(room);
        let gram = gram_of(&products);
        let quantised: Vec<Quantised> = products.par_iter().map(Quantised::new).collect();
        let quantised = ItemVectors::new(quantised.into_iter().map(|vector| (vector, 0.0)));
        Ok(Self {
            products,
            gram,
            quantised,
        })
    }

    /// Trains on orders alone: vectors of shoppers and products are solved for in turn, so many
    /// times.
    ///
    /// # Errors
    /// [`LearnError::Cancelled`].
    pub fn of(
        orders: &Orders,
        iterations: usize,
        seed: u64,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let bought = Sparse::bought(orders);
        let buyers = bought.transposed(orders.products().len());
        Self::train((&bought, &buyers), iterations, seed, watch)
    }

    /// The vector of a product.
    #[must_use]
    pub fn product(&self, product: u32) -> &Factors {
        &self.products[product as usize]
    }

    /// The products with the highest dot products above 0, at most so many: the best of twice as
    /// many that come first in whole numbers.
    pub(crate) fn best_unsorted(&self, shopper: &Factors, most: usize) -> Vec<u32> {
        let shoppers = [Quantised::new(shopper)];
        let first = self.quantised.top(&shoppers, LOOKED_AT * most);
        let first = first.into_iter().flatten();
        let mut first: Vec<(u32, f32)> = first
            .map(|scored| (scored.row, dot(shopper, self.product(scored.row))))
            .filter(|(_, score)| *score > 0.0)
            .collect();
        first.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        first.truncate(most);
        first.into_iter().map(|(product, _)| product).collect()
    }

    /// The vector of a history.
    #[must_use]
    pub fn shopper(&self, history: &History) -> Factors {
        let bought = history.past.iter();
        let bought = bought.map(|past| (past.product, past.times as f32));
        solve_for(bought, &self.products, &self.gram)
    }
}

/// The vector of somebody who bought products so many times, with these vectors of all products.
pub(crate) fn fold_in(bought: &[(u32, f32)], products: &[Factors]) -> Factors {
    solve_for(bought.iter().copied(), products, &gram_of(products))
}

fn solve_for(
    bought: impl Iterator<Item = (u32, f32)>,
    products: &[Factors],
    gram: &[Factors],
) -> Factors {
    let row = bought.map(|(product, times)| (product, sure(times)));
    let row: Vec<(u32, f32)> = row.collect();
    let mut factors = [0.0; FACTORS];
    let system = System {
        row: &row,
        fixed: products,
        gram: Some(gram),
    };
    dispatch!(Level::new(), _simd => system.solve(&mut factors, STEPS_FROM_ZERO));
    factors
}

/// A number from −0.05 to 0.05 to start from.
fn start(seed: u64, row: u64, factor: u64) -> f32 {
    let bits = draw(seed, row * FACTORS as u64 + factor);
    ((bits >> 40) as f32 / (1_u64 << 24) as f32 - 0.5) * 0.1
}

/// c − 1 of a product that was bought so many times: how much surer than of one that was not.
fn sure(times: f32) -> f32 {
    CONFIDENCE * libm::log1pf(times)
}

/// Solves for every row of `free` with `fixed` held; the numbers of `rows` are c − 1. There is room
/// for as many vectors as are fixed.
fn half_step(
    free: &mut [Factors],
    fixed: &[Factors],
    rows: &Sparse,
    room: &mut [Factors],
    task: &Task<'_>,
) -> Result<(), LearnError> {
    let whitened = Whitened::new(fixed, room);
    let level = Level::new();
    free.par_chunks_mut(CHUNK)
        .enumerate()
        .try_for_each(|(chunk, free)| {
            let mut solved = vec![[0.0; FACTORS]; free.len()];
            times(free, whitened.root.as_ref(), &mut solved);
            // One addition follows another in the order written, whatever the vectors.
            dispatch!(level, _simd => for (index, factors) in solved.iter_mut().enumerate() {
                let row = rows.row(chunk * CHUNK + index);
                let fixed = whitened.fixed;
                System { row, fixed, gram: None }.solve(factors, STEPS);
            });
            times(&solved, whitened.inverse.as_ref(), free);
            task.step(free.len())
        })
}

/// Vectors with their Gram matrix taken out of them.
///
/// With G = FᵀF + penalty · I = L Lᵀ, v = L⁻¹ y of every vector y, and z = Lᵀ x, what is to be
/// solved for a row, (G + Σ (c − 1) y yᵀ) x = Σ c y, becomes (I + Σ (c − 1) v vᵀ) z = Σ c v.
struct Whitened<'r> {
    fixed: &'r [Factors],
    /// L.
    root: Mat<f32>,
    /// L⁻¹.
    inverse: Mat<f32>,
}

impl<'r> Whitened<'r> {
    fn new(fixed: &[Factors], room: &'r mut [Factors]) -> Self {
        let gram = gram_of(fixed);
        let gram = Mat::from_fn(FACTORS, FACTORS, |row, column| f64::from(gram[row][column]));
        let solved = gram.llt(Side::Lower);
        let solved = solved.expect("FᵀF and a penalty on its diagonal are positive definite");
        let mut inverse = Mat::<f64>::identity(FACTORS, FACTORS);
        solve_lower_triangular_in_place(solved.L(), inverse.as_mut(), Par::Seq);
        let single = |matrix: MatRef<'_, f64>| {
            Mat::from_fn(FACTORS, FACTORS, |row, column| matrix[(row, column)] as f32)
        };
        let inverse = single(inverse.as_ref());
        let whitened = &mut room[..fixed.len()];
        let blocks = whitened.par_chunks_mut(CHUNK).zip(fixed.par_chunks(CHUNK));
        blocks.for_each(|(whitened, block)| times(block, inverse.transpose(), whitened));
        Self {
            fixed: whitened,
            root: single(solved.L()),
            inverse,
        }
    }
}

/// Each vector, as a row, times a matrix.
fn times(vectors: &[Factors], matrix: MatRef<'_, f32>, products: &mut [Factors]) {
    let rows = MatRef::from_row_major_slice(vectors.as_flattened(), vectors.len(), FACTORS);
    let into = products.as_flattened_mut();
    let into = MatMut::from_row_major_slice_mut(into, vectors.len(), FACTORS);
    matmul(into, Accum::Replace, rows, matrix, 1.0, Par::Seq);
}

/// FᵀF + penalty · I.
fn gram_of(factors: &[Factors]) -> Vec<Factors> {
    let blocks: Vec<Mat<f32>> = factors
        .par_chunks(BLOCK)
        .map(|block| {
            let rows = MatRef::from_row_major_slice(block.as_flattened(), block.len(), FACTORS);
            let mut gram = Mat::zeros(FACTORS, FACTORS);
            matmul(
                gram.as_mut(),
                Accum::Replace,
                rows.transpose(),
                rows,
                1.0,
                Par::Seq,
            );
            gram
        })
        .collect();
    let mut gram = vec![[0.0; FACTORS]; FACTORS];
    for block in &blocks {
        for (row, sums) in gram.iter_mut().enumerate() {
            for (column, sum) in sums.iter_mut().enumerate() {
                *sum += block[(row, column)];
            }
        }
    }
    for (place, row) in gram.iter_mut().enumerate() {
        row[place] += PENALTY;
    }
    gram
}

/// The dot product of two vectors.
#[inline(always)]
pub(crate) fn dot(a: &Factors, b: &Factors) -> f32 {
    // Sixteen sums side by side: one alone would wait for itself.
    let mut sums = [0.0_f32; 16];
    for (a, b) in a.chunks_exact(16).zip(b.chunks_exact(16)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    // Halves onto halves, as vectors do it: one after the other would wait for itself again.
    let eight: [f32; 8] = std::array::from_fn(|at| sums[at] + sums[at + 8]);
    let four: [f32; 4] = std::array::from_fn(|at| eight[at] + eight[at + 4]);
    let two = [four[0] + four[2], four[1] + four[3]];
    two[0] + two[1]
}

#[inline(always)]
fn add(to: &mut Factors, times: f32, from: &Factors) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += times * from;
    }
}

/// What is solved for one row: (G + Σ (c − 1) y yᵀ) x = Σ c y over its products, with
/// c = 1 + confidence · log(1 + times).
#[derive(Clone, Copy)]
struct System<'f> {
    /// Each product with its c − 1.
    row: &'f [(u32, f32)],
    fixed: &'f [Factors],
    /// None where it is the unit matrix.
    gram: Option<&'f [Factors]>,
}

impl System<'_> {
    /// The left side, for some x.
    #[inline(always)]
    fn apply(self, x: &Factors) -> Factors {
        let mut product = *x;
        if let Some(gram) = self.gram {
            product = [0.0; FACTORS];
            for (gram, value) in gram.iter().zip(x) {
                add(&mut product, *value, gram);
            }
        }
        for (other, sure) in self.row {
            let other = &self.fixed[*other as usize];
            add(&mut product, sure * dot(other, x), other);
        }
        product
    }

    /// Conjugate gradient from where `x` is.
    #[inline(always)]
    fn solve(self, x: &mut Factors, steps: usize) {
        if self.row.is_empty() {
            *x = [0.0; FACTORS];
            return;
        }
        let mut residual = [0.0; FACTORS];
        for (other, sure) in self.row {
            add(&mut residual, 1.0 + sure, &self.fixed[*other as usize]);
        }
        add(&mut residual, -1.0, &self.apply(x));
        let mut direction = residual;
        let mut size = dot(&residual, &residual);
        for _ in 0..steps {
            // Nothing is left to solve; and no division by zero.
            if size < 1e-12 {
                break;
            }
            let applied = self.apply(&direction);
            let step = size / dot(&direction, &applied);
            add(x, step, &direction);
            add(&mut residual, -step, &applied);
            let next = dot(&residual, &residual);
            let keep = next / size;
            for (direction, residual) in direction.iter_mut().zip(&residual) {
                *direction = residual + keep * *direction;
            }
            size = next;
        }
    }
}

impl Part for Als {
    fn name(&self) -> &'static str {
        "ALS"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        if history.is_empty() {
            return;
        }
        let shopper = self.shopper(history);
        dispatch!(Level::new(), _simd => for (product, factors) in self.products.iter().enumerate() {
            scores.add(product as u32, dot(&shopper, factors));
        });
    }
}

#[cfg(test)]
mod tests {
    //! 1. Conjugate gradient finds what a plain elimination finds, whitened or not.
    //! 2. The objective of the paper never rises from one iteration to the next.

    use super::*;

    fn factors(seed: u64, rows: u64) -> Vec<Factors> {
        let row = |row| std::array::from_fn(|factor| 10.0 * start(seed, row, factor as u64));
        (0..rows).map(row).collect()
    }

    /// Ax = b by Gauss.
    fn eliminate(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
        let size = rows.len();
        for pivot in 0..size {
            let from = rows[pivot].clone();
            for row in rows.iter_mut().skip(pivot + 1) {
                let times = row[pivot] / from[pivot];
                row.iter_mut()
                    .zip(&from)
                    .for_each(|(value, from)| *value -= times * from);
            }
        }
        let mut x = vec![0.0; size];
        for row in (0..size).rev() {
            let known: f64 = (row + 1..size)
                .map(|column| rows[row][column] * x[column])
                .sum();
            x[row] = (rows[row][size] - known) / rows[row][row];
        }
        x
    }

    #[test]
    fn conjugate_gradient_finds_what_elimination_finds() {
        let fixed = factors(3, 40);
        let row = [(2, 1.0), (7, 3.0), (30, 1.0)];
        let mut x = [0.0; FACTORS];
        let gram = gram_of(&fixed);
        let surely = row.map(|(product, times)| (product, sure(times)));
        let system = System {
            row: &surely,
            fixed: &fixed,
            gram: Some(&gram),
        };
        system.solve(&mut x, 100);
        let confidence = |product: usize| {
            let entry = row.iter().find(|(bought, _)| *bought as usize == product);
            entry.map_or(1.0, |(_, times)| {
                1.0 + f64::from(CONFIDENCE) * f64::from(*times).ln_1p()
            })
        };
        let value = |product: usize, factor: usize| f64::from(fixed[product][factor]);
        let system = (0..FACTORS).map(|a| {
            let mut line: Vec<f64> = (0..FACTORS)
                .map(|b| {
                    let terms = (0..40).map(|p| confidence(p) * value(p, a) * value(p, b));
                    let penalty = if a == b { f64::from(PENALTY) } else { 0.0 };
                    terms.sum::<f64>() + penalty
                })
                .collect();
            let terms = row
                .iter()
                .map(|(p, _)| confidence(*p as usize) * value(*p as usize, a));
            line.push(terms.sum());
            line
        });
        let expected = eliminate(system.collect());
        // The same with the Gram matrix taken out, from zero in a few half steps.
        let mut halves = [[0.0; FACTORS]];
        let rows = Sparse::new([surely.to_vec()]);
        let mut room = vec![[0.0; FACTORS]; 40];
        let task = Watch::nobody().task("testing", 1);
        for _ in 0..3 {
            half_step(&mut halves, &fixed, &rows, &mut room, &task).unwrap();
        }
        for (got, want) in x.iter().chain(&halves[0]).zip(expected.repeat(2)) {
            assert!((f64::from(*got) - want).abs() < 1e-4, "{got} {want}");
        }
    }

    #[test]
    fn the_objective_never_rises() {
        let rows = (0..30_u32).map(|shopper| {
            let bought = (0..20_u32).filter(|product| (shopper * 7 + product * 3) % 5 == 0);
            bought
                .map(|product| (product, 1.0 + (product % 3) as f32))
                .collect()
        });
        let bought = Sparse::new(rows).map(sure);
        let buyers = bought.transposed(20);
        let task = Watch::nobody().task("testing", 1);
        let (mut shoppers, mut products) = (vec![[0.0; FACTORS]; 30], factors(5, 20));
        let mut room = vec![[0.0; FACTORS]; 30];
        let objective = |shoppers: &[Factors], products: &[Factors]| {
            let mut sum = 0.0;
            for (shopper, likes) in shoppers.iter().enumerate() {
                for (product, is_like) in products.iter().enumerate() {
                    let entry = bought
                        .row(shopper)
                        .iter()
                        .find(|(p, _)| *p as usize == product);
                    let sure = entry.map_or(0.0, |(_, sure)| *sure);
                    let told = likes.iter().zip(is_like).map(|(a, b)| a * b).sum::<f32>();
                    let wanted = if sure > 0.0 { 1.0 } else { 0.0 };
                    sum += (1.0 + sure) * (wanted - told).powi(2);
                }
            }
            let lengths = shoppers.iter().chain(products).flatten().map(|v| v * v);
            sum + PENALTY * lengths.sum::<f32>()
        };
        let mut before = f32::INFINITY;
        for _ in 0..6 {
            half_step(&mut shoppers, &products, &bought, &mut room, &task).unwrap();
            half_step(&mut products, &shoppers, &buyers, &mut room, &task).unwrap();
            let now = objective(&shoppers, &products);
            assert!(now <= before * 1.0001, "{now} after {before}");
            before = now;
        }
    }
}

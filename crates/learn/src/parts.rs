//! The models that the blend is made of, behind one seam.

mod als;
mod ease;
mod neighbours;
mod popularity;
mod similar;

pub use als::Als;
pub(crate) use als::{dot, fold_in};
pub use ease::Ease;
pub use neighbours::Neighbours;
pub use popularity::Popularity;
pub use similar::Similar;
pub(crate) use similar::similar_to;

use crate::LearnError;
use crate::history::History;
use crate::orders::Orders;
use crate::progress::Watch;
use crate::sparse::{Scores, Sparse};

/// A model that scores products for a history: the higher, the likelier to be bought next.
pub trait Part: Send + Sync {
    /// Its name in tables.
    fn name(&self) -> &'static str;

    /// Adds its scores to zeros; a product that it says nothing of stays 0.
    fn score(&self, history: &History, scores: &mut Scores);
}

/// Own purchases: the fading share of orders that contained a product, less for one that was
/// bought sooner ago than it is wont to.
#[derive(Debug, Clone, Copy)]
pub struct Own;

impl Part for Own {
    fn name(&self) -> &'static str {
        "own purchases"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        for past in &history.past {
            let wont = past.interval_days().unwrap_or(0.0);
            let due = ((past.last_days + 7.0) / (wont + 7.0)).min(1.0);
            scores.add(past.product, past.share(history) * (1.0 + due) / 2.0);
        }
    }
}

/// The trained parts.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Everybody's purchases, lately.
    pub popularity: Popularity,
    /// Products bought by the same shoppers.
    pub similar: Similar,
    /// The same, with what other products explain taken out.
    pub ease: Ease,
    /// What alike shoppers buy.
    pub neighbours: Neighbours,
    /// Vectors.
    pub als: Als,
}

impl Parts {
    /// Trains all parts on orders, as they are at `now_micros`.
    ///
    /// # Errors
    /// [`LearnError::Cancelled`].
    pub fn train(
        orders: &Orders,
        now_micros: i64,
        seed: u64,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let products = orders.products().len();
        let bought = Sparse::bought(orders);
        let buyers = bought.transposed(products);
        // EASE is one long computation on one thread; the others fill the rest.
        let (ease, others) = rayon::join(
            || Ease::train(&bought, &buyers, watch),
            || {
                let similar = Similar::train(&bought, &buyers, watch)?;
                let neighbours = Neighbours::train(orders, now_micros, watch)?;
                let als = Als::train((&bought, &buyers), als::ITERATIONS, seed, watch)?;
                Ok::<_, LearnError>((similar, neighbours, als))
            },
        );
        let (similar, neighbours, als) = others?;
        Ok(Self {
            popularity: Popularity::train(orders, now_micros),
            similar,
            ease: ease?,
            neighbours,
            als,
        })
    }

    /// The parts that tell shoppers apart by what goes with what they bought.
    #[must_use]
    pub fn collaborative(&self) -> [&dyn Part; 4] {
        [&self.similar, &self.ease, &self.neighbours, &self.als]
    }

    /// All parts, simplest first.
    #[must_use]
    pub fn all(&self) -> [&dyn Part; 6] {
        let [similar, ease, neighbours, als] = self.collaborative();
        [&self.popularity, &Own, similar, ease, neighbours, als]
    }
}

//! Vectors in whole numbers.

use crate::vectors::DIMENSIONS;

/// A vector in whole numbers; times `scale` it is the vector meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantised {
    /// −127..=127.
    pub values: [i8; DIMENSIONS],
    /// What one step is worth.
    pub scale: f32,
}

impl Quantised {
    /// The nearest vector of whole numbers, the largest of them 127; zeros for a vector that is
    /// zero or has a number that is not finite.
    #[must_use]
    pub fn new(vector: &[f32; DIMENSIONS]) -> Self {
        let largest = vector
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let is_finite = vector.iter().all(|value| value.is_finite());
        if largest < f32::MIN_POSITIVE || !is_finite {
            return Self {
                values: [0; DIMENSIONS],
                scale: 0.0,
            };
        }
        Self {
            values: vector.map(|value| (value / largest * 127.0).round() as i8),
            scale: largest / 127.0,
        }
    }

    /// How long the vector of whole numbers is.
    pub(crate) fn length(&self) -> f32 {
        let squares = self.values.iter().map(|value| i32::from(*value).pow(2));
        (squares.sum::<i32>() as f32).sqrt()
    }
}

//! What a block of products is to a shopper, exactly and nearly: loops that run on vectors.

use crate::logistic::{probability, roughly};
use crate::vectors::shoppers::Known;

/// What a score counts above a shopper's ceiling.
pub(super) const ABOVE: f64 = 1.0 / 1024.0;

/// What is the same for all products of a shopper.
#[derive(Clone, Copy)]
pub(super) struct Given<T> {
    pub(super) base_rate: T,
    pub(super) bias: T,
    pub(super) ceiling: T,
    pub(super) scale: T,
}

impl Given<f64> {
    pub(super) fn new(base_rate: f64, known: Known<'_>) -> Self {
        Self {
            base_rate,
            bias: f64::from(known.bias),
            ceiling: f64::from(known.ceiling),
            scale: f64::from(known.likes.scale),
        }
    }
}

#[inline(always)]
pub(super) fn predict_block(
    given: Given<f64>,
    columns: (&[f32], &[f32], &[i32]),
    relevance: &mut [f64],
    purchase: &mut [f64],
) {
    let (biases, scales, dots) = columns;
    let products = dots.iter().zip(scales.iter().zip(biases));
    let answers = relevance.iter_mut().zip(purchase);
    for ((relevance, purchase), (dot, (of_item, bias))) in answers.zip(products) {
        let bias = f64::from(*bias) + given.bias;
        let logit = bias + f64::from(*dot) * (given.scale * f64::from(*of_item));
        let above = given.ceiling + (logit - given.ceiling) * ABOVE;
        *purchase = probability(if logit < above { logit } else { above });
        *relevance = *purchase / (*purchase + given.base_rate);
    }
}

#[inline(always)]
pub(super) fn estimate_block(
    given: Given<f32>,
    columns: (&[f32], &[f32], &[i32]),
    relevance: &mut [f32],
    purchase: &mut [f32],
) {
    let (biases, scales, dots) = columns;
    let products = dots.iter().zip(scales.iter().zip(biases));
    let answers = relevance.iter_mut().zip(purchase);
    for ((relevance, purchase), (dot, (of_item, bias))) in answers.zip(products) {
        // With p = 1 / a and p / (p + b) = 1 / (1 + a b), one division serves both.
        let logit = (bias + given.bias) + *dot as f32 * (given.scale * of_item);
        let above = given.ceiling + (logit - given.ceiling) * ABOVE as f32;
        let a = 1.0 + roughly(-if logit < above { logit } else { above });
        let other = 1.0 + a * given.base_rate;
        let both = 1.0 / (a * other);
        *purchase = both * other;
        *relevance = both * a;
    }
}

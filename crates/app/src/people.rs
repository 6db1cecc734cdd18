//! The people of a retailer: shoppers of the data, found by words, and personas made from them.

use crate::{Persona, Workspace};

/// Whom a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct People {
    /// Simulated shoppers: segments and tiers by how many shoppers they have, most first, then
    /// the ones that every retailer has.
    pub personas: Vec<PersonaRow>,
    /// Shoppers: those whose id begins with the first word first, each part by id.
    pub shoppers: Vec<ShopperRow>,
    /// How many shoppers were found, shown or not.
    pub total: usize,
}

/// A simulated shopper to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonaRow {
    /// Who.
    pub persona: Persona,
    /// What stands under its name: `18,204 shoppers like this`.
    pub say: String,
}

/// A shopper to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopperRow {
    /// Who.
    pub id: String,
    /// Loyalty tier.
    pub tier: Option<String>,
    /// Location id of the store used most.
    pub home_store: Option<String>,
    /// The segments the shopper belongs to.
    pub segments: Vec<String>,
    /// Orders up to the instant of the data.
    pub orders: u32,
    /// What the shopper agreed to, in words.
    pub consent: String,
}

impl ShopperRow {
    /// One line: `Gold · Tacoma 104 · 61 orders`.
    #[must_use]
    pub fn say(&self) -> String {
        String::new()
    }
}

impl Workspace {
    /// Finds people by words, each of which must be part of an id, a segment, a tier or a home
    /// store, or be `id:`, `segment:`, `tier:`, `store:` with the beginning of one, or
    /// `consent:yes` or `consent:no`. At most `limit` shoppers come back; no words find all.
    #[must_use]
    pub fn people(&self, text: &str, limit: usize) -> People {
        let _ = (text, limit);
        People::default()
    }
}

//! Simulated shoppers: made from words, and known to the model that ranks for them.

use std::sync::{Arc, PoisonError};

use endcap_learn::{Likes, PriceBand, WithPersona};
use endcap_vocab::{Consent, Shopper};

use crate::error::closest;
use crate::words::heading;
use crate::{Persona, UserError, Who, Workspace};

/// At most so many shoppers are asked for the taste of a segment, evenly by id.
const MOST_ALIKE: usize = 64;

/// What stands before the values of a persona's words.
const NAMES: [&str; 6] = ["segment", "tier", "brand", "category", "price", "like"];

impl Workspace {
    /// The persona that words make, with commas between: `segment:families`, `tier:gold`,
    /// `brand:Alpina`, `category:grocery/beverages`, `price:low` (`middle`, `high`), and `like:ID`
    /// for somebody new with the taste, segments and tier of a shopper. It agreed to personal
    /// ranking, and to nothing else that a shopper it is like did not.
    ///
    /// # Errors
    /// A word that is none of these, and what this retailer does not have.
    pub fn persona(&self, text: &str) -> Result<Persona, UserError> {
        let mut persona = Persona::default();
        let words = text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty());
        let mut said = Vec::new();
        for word in words {
            let (name, value) = word.split_once(':').unwrap_or((word, ""));
            said.push(self.add(&mut persona, name, value.trim())?);
        }
        if said.is_empty() {
            return Err(
                UserError::bad_input("a persona is made of words, and there are none").hint(
                    "such as segment:families, brand:NAME, category:PATH, price:low or like:ID",
                ),
            );
        }
        persona.name = heading(&said.join(", "));
        persona.consent.personalization = true;
        Ok(persona)
    }

    /// Adds what a word says, and says it.
    fn add(&self, persona: &mut Persona, name: &str, value: &str) -> Result<String, UserError> {
        let values = |of: fn(&Shopper) -> Vec<&str>| {
            let mut values: Vec<&str> = self.shoppers.values().flat_map(of).collect();
            values.sort_unstable();
            values.dedup();
            values
        };
        Ok(match name {
            "segment" => {
                let all = values(|shopper| shopper.segments.iter().map(String::as_str).collect());
                let segment = one_of(name, value, &all)?;
                persona.segments.push(segment.clone());
                heading(&segment)
            }
            "tier" => {
                let all = values(|shopper| shopper.tier.iter().map(String::as_str).collect());
                let tier = one_of(name, value, &all)?;
                persona.tier = Some(tier.clone());
                format!("{tier} tier")
            }
            "brand" => {
                let brands = &self.retailer.columns().brand.values;
                let all: Vec<&str> = brands.iter().map(|brand| &**brand).collect();
                let brand = one_of(name, value, &all)?;
                persona.likes.brands.push(brand.clone());
                format!("likes {brand}")
            }
            "category" => {
                if self.retailer.page(value).is_empty() || value.is_empty() {
                    return Err(self.unknown_page(value));
                }
                persona.likes.categories.push(value.to_owned());
                format!("likes {value}")
            }
            "price" => {
                let bands = [
                    ("low", PriceBand::Low),
                    ("middle", PriceBand::Middle),
                    ("high", PriceBand::High),
                ];
                let price = one_of(name, value, &bands.map(|(name, _)| name))?;
                let band = bands.iter().find(|(name, _)| *name == price);
                persona.likes.prices = band.map(|(_, band)| *band);
                format!("{price} prices")
            }
            "like" => {
                let shopper = self.shoppers.get(value);
                let shopper = shopper.ok_or_else(|| self.unknown_shopper(value))?;
                let alike = Self::like(shopper);
                *persona = Persona {
                    likes: std::mem::take(&mut persona.likes),
                    ..alike
                };
                persona.name.clone()
            }
            _ => {
                let error = UserError::bad_input(format!("`{name}` makes no persona"));
                return Err(error.hint(format!("what does: {}", NAMES.join(", "))));
            }
        })
    }

    /// Somebody new who is like a shopper.
    pub(crate) fn like(shopper: &Shopper) -> Persona {
        Persona {
            name: format!("like {}, but new", shopper.id),
            segments: shopper.segments.clone(),
            tier: shopper.tier.clone(),
            permits: shopper.permits.clone(),
            consent: Consent {
                personalization: true,
                ..shopper.consent
            },
            like: Some(shopper.id.clone()),
            likes: Likes::default(),
        }
    }

    /// The model as it answers for somebody: it knows a persona as it knows any shopper.
    pub(crate) fn model_of(&self, who: &Who) -> WithPersona<'_> {
        let model = self.model();
        let Who::Persona(persona) = who else {
            return WithPersona::new(model, None);
        };
        let mut last = self
            .last_persona
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let simulated = match &*last {
            Some((known, simulated)) if known == persona => simulated.clone(),
            _ => {
                let like = self.alike(persona);
                let new = self.in_use.simulate(&self.retailer, &like, &persona.likes);
                let new = Arc::new(new);
                *last = Some((persona.clone(), new.clone()));
                new
            }
        };
        WithPersona::new(model, Some((persona.customer().id, simulated)))
    }

    /// The model's numbers of those whose taste a persona has.
    fn alike(&self, persona: &Persona) -> Vec<u32> {
        if let Some(id) = &persona.like {
            return self.model().shopper(id).into_iter().collect();
        }
        if persona.segments.is_empty() && persona.tier.is_none() {
            return Vec::new();
        }
        let is_alike = |shopper: &&Shopper| {
            let mut segments = persona.segments.iter();
            segments.all(|segment| shopper.segments.contains(segment))
                && (persona.tier.is_none() || shopper.tier == persona.tier)
        };
        let alike = self.shoppers.values().filter(is_alike);
        let known: Vec<u32> = alike
            .filter_map(|shopper| self.model().shopper(&shopper.id))
            .collect();
        let stride = known.len().div_ceil(MOST_ALIKE).max(1);
        known.into_iter().step_by(stride).collect()
    }
}

/// The value as it is written among all, whatever its letters' case.
fn one_of(name: &str, value: &str, all: &[&str]) -> Result<String, UserError> {
    let lower = value.to_lowercase();
    let found = all.iter().find(|known| known.to_lowercase() == lower);
    found.map(|known| (*known).to_owned()).ok_or_else(|| {
        let error = UserError::bad_input(format!("no {name} `{value}` here"));
        let by_case = all.iter().map(|known| (known.to_lowercase(), *known));
        let begins = by_case.clone().find(|(known, _)| known.starts_with(&lower));
        let begins = begins.filter(|_| !lower.is_empty()).map(|(_, known)| known);
        match begins.or_else(|| closest(value, all.iter().copied())) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => match all.first() {
                Some(first) => error.hint(format!("they are written as in `{first}`")),
                None => error.hint(format!("this retailer has no {name} at all")),
            },
        }
    })
}

#[cfg(test)]
mod tests {
    //! 1. Who likes a brand sees more of it, and who likes a category more of that.
    //! 2. Like a shopper but new: more of what the shopper buys most of, but its own purchases do
    //!    not lead any more.
    //! 3. A segment's persona is ranked for by what its shoppers buy.
    //! 4. Words that make no persona are refused with a cure.
    //! 5. Without consent to personal ranking a persona is anybody.

    use std::collections::BTreeMap;

    use endcap_engine::Model;

    use super::*;
    use crate::{RankCommand, Slot};

    fn slots(workspace: &Workspace, who: Who) -> Vec<Slot> {
        let rules = Workspace::compile(&Workspace::relevance_alone()).unwrap();
        let command = RankCommand {
            who,
            slots: 48,
            ..RankCommand::default()
        };
        workspace.rank(&rules, &command).unwrap().answer.slots
    }

    fn count(workspace: &Workspace, slots: &[Slot], is: impl Fn(usize) -> bool) -> usize {
        let rows = slots
            .iter()
            .filter_map(|slot| workspace.retailer.row(&slot.sku));
        rows.filter(|row| is(*row)).count()
    }

    #[test]
    fn who_likes_a_brand_or_a_category_sees_more_of_it() {
        let workspace = Workspace::demo().unwrap();
        let columns = workspace.retailer.columns();
        let anybody = slots(&workspace, Who::Anonymous);
        let mut all = [0, 0];
        let mut brands: BTreeMap<&str, usize> = BTreeMap::new();
        for row in 0..workspace.retailer.len() {
            if let Some(brand) = columns.brand.get(row) {
                *brands.entry(&**brand).or_default() += 1;
            }
        }
        for brand in brands
            .iter()
            .filter(|(_, count)| **count > 10)
            .map(|(brand, _)| *brand)
        {
            let persona = workspace
                .persona(&format!("brand:{}", brand.to_uppercase()))
                .unwrap();
            assert_eq!(persona.likes.brands, [brand]);
            let is = |row: usize| columns.brand.get(row).is_some_and(|of| **of == *brand);
            let liked = slots(&workspace, Who::Persona(persona));
            let (liked, others) = (
                count(&workspace, &liked, is),
                count(&workspace, &anybody, is),
            );
            assert!(liked >= others, "{brand}: {liked} and {others}");
            all = [all[0] + liked, all[1] + others];
        }
        assert!(all[0] > 3 * all[1], "{all:?}");
        let page = "grocery/beverages/coffee";
        let persona = workspace
            .persona(&format!("category:{page}, price:low"))
            .unwrap();
        let is = |row: usize| {
            columns
                .category
                .get(row)
                .is_some_and(|of| of.starts_with(page))
        };
        let liked = slots(&workspace, Who::Persona(persona));
        assert!(count(&workspace, &liked, is) > count(&workspace, &anybody, is));
    }

    #[test]
    fn like_a_shopper_but_new_has_its_taste_and_no_repeats() {
        let workspace = Workspace::demo().unwrap();
        let id = workspace.most_loyal_shopper().unwrap().to_owned();
        let persona = workspace.persona(&format!("like:{id}")).unwrap();
        assert_eq!(persona.segments, workspace.shoppers[&id].segments);
        let number = workspace.model().shopper(&id);
        let rows = workspace.retailer.len();
        let ask = |model: &dyn Model, who| {
            let [mut relevance, mut purchase] = [vec![0.0; rows], vec![0.0; rows]];
            model.predict(who, 0..rows, &mut relevance, &mut purchase);
            purchase
        };
        let (own, unknown) = (ask(workspace.model(), number), ask(workspace.model(), None));
        let model = workspace.model_of(&Who::Persona(persona.clone()));
        let new = ask(&model, model.shopper(&persona.customer().id));
        // What the shopper buys most often beside others.
        let most = (0..rows)
            .max_by(|a, b| own[*a].total_cmp(&own[*b]))
            .unwrap();
        assert!(
            new[most] < own[most] / 2.0,
            "{} and {}",
            new[most],
            own[most]
        );
        let columns = workspace.retailer.columns();
        let category = columns.category.code(most);
        let of_category = |purchase: &[f64]| -> f64 {
            let rows = (0..rows).filter(|row| columns.category.code(*row) == category);
            rows.map(|row| purchase[row]).sum()
        };
        assert!(of_category(&new) > of_category(&unknown));
    }

    #[test]
    fn a_persona_of_a_segment_is_ranked_for_by_what_its_shoppers_buy() {
        let workspace = Workspace::demo().unwrap();
        let rows = workspace.people("", 0).personas;
        let families = rows
            .iter()
            .find(|row| row.persona.name == "Families")
            .unwrap();
        let same = workspace.persona("segment:Families").unwrap();
        assert_eq!(same.segments, families.persona.segments);
        let who = Who::Persona(families.persona.clone());
        assert_ne!(slots(&workspace, who), slots(&workspace, Who::Anonymous));
        let new = rows
            .iter()
            .find(|row| row.persona.name == "New, no history")
            .unwrap();
        let who = Who::Persona(new.persona.clone());
        let skus = |slots: Vec<Slot>| slots.into_iter().map(|slot| slot.sku).collect::<Vec<_>>();
        assert_eq!(
            skus(slots(&workspace, who)),
            skus(slots(&workspace, Who::Anonymous))
        );
    }

    #[test]
    fn words_that_make_no_persona_are_refused_with_a_cure() {
        let workspace = Workspace::demo().unwrap();
        for (words, cure) in [
            ("", "segment:families"),
            ("families", "what does"),
            ("segment:familes", "`families`"),
            ("price:cheap", "written as in"),
            (
                "category:grocery/beverages/cofee",
                "grocery/beverages/coffee",
            ),
            ("like:S0", "`S0"),
            ("brand:", "written as in"),
        ] {
            let refused = workspace.persona(words).unwrap_err();
            let hint = refused.hint.unwrap_or_default();
            assert!(hint.contains(cure), "{words}: {} ({hint})", refused.summary);
        }
    }

    #[test]
    fn without_consent_to_personal_ranking_a_persona_is_anybody() {
        let workspace = Workspace::demo().unwrap();
        let mut persona = workspace.persona("segment:families, price:high").unwrap();
        persona.consent = Consent::default();
        let skus = |who| -> Vec<String> {
            let slots = slots(&workspace, who).into_iter();
            slots.map(|slot| slot.sku).collect()
        };
        assert_eq!(skus(Who::Persona(persona)), skus(Who::Anonymous));
    }
}

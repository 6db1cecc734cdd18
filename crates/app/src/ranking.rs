//! A slate for a shopper, and why one product is where it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use endcap_engine::{CompiledRules, Quote, Why, quotes, rank, why};
use endcap_rules::Columns;
use endcap_vocab::{Answer, Metrics, Placement, Problem, Problems, Request, Sort, category_parent};
use serde::{Deserialize, Serialize};

use crate::error::closest;
use crate::{At, UserError, Who, Workspace};

/// What is asked; whatever is left out is taken from the shopper and the snapshot.
///
/// A session stores it as JSON: a field it does not know is passed over, one that is
/// missing has its default, so that an older and a newer program read each other's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RankCommand {
    /// Who looks.
    pub who: Who,
    /// Where the slate is shown; `None` follows from the rest.
    pub placement: Option<Placement>,
    /// Category path.
    pub page: Option<String>,
    /// Location id; `None` is the shopper's home store.
    pub store: Option<String>,
    /// `None` is `web`.
    pub channel: Option<String>,
    /// `None` is the instant of the snapshot.
    pub at: Option<At>,
    /// How many slots.
    pub slots: u32,
    /// What the shopper typed; its words pick the candidates.
    pub query: Option<String>,
    /// The product that the slate stands beside.
    pub anchor: Option<String>,
    /// Skus in the cart.
    pub cart: Vec<String>,
    /// The shopper's own order.
    pub sort: Sort,
    /// The shopper's own facets, as a condition.
    pub filter: Option<String>,
}

impl Default for RankCommand {
    fn default() -> Self {
        Self {
            who: Who::Anonymous,
            placement: None,
            page: None,
            store: None,
            channel: None,
            at: None,
            slots: 24,
            query: None,
            anchor: None,
            cart: Vec::new(),
            sort: Sort::Recommended,
            filter: None,
        }
    }
}

/// What a person reads of a product beside its sku.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductFacts {
    /// What a shopper reads.
    pub title: String,
    /// The name on it.
    pub brand: Option<String>,
    /// Price, cost and stock for this request.
    #[serde(flatten)]
    pub quote: Quote,
}

/// A slate with what a person reads of its products.
#[derive(Debug, Clone, PartialEq)]
pub struct RankView {
    /// What was asked, with everything filled in.
    pub request: Request,
    /// The slate.
    pub answer: Answer,
    /// One a slot.
    pub products: Vec<ProductFacts>,
    /// The slots of the slate without rules, by sku.
    pub organic_slots: BTreeMap<String, u32>,
    /// The figures of the slate without rules; none where it is empty.
    pub organic_metrics: Option<Metrics>,
    /// The request's instant on the store's wall clock, with its zone.
    pub local_time: String,
    /// What is odd about the request, in sentences.
    pub warnings: Vec<String>,
    /// Of every price.
    pub currency: String,
}

impl Workspace {
    /// The request that a command stands for.
    ///
    /// # Errors
    /// A shopper, page, store or sku that the retailer does not have; a filter that does
    /// not hold up.
    pub fn request(&self, command: &RankCommand) -> Result<Request, UserError> {
        let (customer, home_store) = match &command.who {
            Who::Anonymous => (None, None),
            Who::Shopper(id) => {
                let shopper = self.shoppers.get(id);
                let shopper = shopper.ok_or_else(|| self.unknown_shopper(id))?;
                (Some(shopper.customer()), shopper.home_store.clone())
            }
            Who::Persona(persona) => (Some(persona.customer()), None),
        };
        if let Some(page) = &command.page
            && self.retailer.page(page).is_empty()
        {
            return Err(self.unknown_page(page));
        }
        for sku in command.cart.iter().chain(&command.anchor) {
            if self.retailer.row(sku).is_none() {
                return Err(self.unknown_sku(sku));
            }
        }
        let store = command
            .store
            .clone()
            // The data may name a home store that it does not describe.
            .or_else(|| home_store.filter(|id| self.has_store(id)));
        if let Some(store) = &store
            && !self.has_store(store)
        {
            return Err(self.unknown_store(store));
        }
        let placement = command.placement.unwrap_or(match command {
            RankCommand { query: Some(_), .. } => Placement::Search,
            RankCommand {
                anchor: Some(_), ..
            } => Placement::Product,
            RankCommand { page: Some(_), .. } => Placement::Category,
            _ => Placement::Home,
        });
        Ok(Request {
            placement,
            page: command.page.clone(),
            channel: command.channel.clone().unwrap_or_else(|| "web".to_owned()),
            at: match command.at {
                Some(at) => at.instant(self.time_zone(store.as_deref()))?,
                None => self.taken_at,
            },
            store,
            slots: command.slots,
            candidates: match &command.query {
                Some(query) => Some(self.find(query)),
                None => self.candidates_beside(placement, command),
            },
            query: command.query.clone(),
            anchor: command.anchor.clone(),
            cart: command.cart.clone(),
            filter: command.filter.clone(),
            sort: command.sort,
            explain: true,
            customer,
        })
    }

    /// Ranks.
    ///
    /// # Errors
    /// Those of [`Workspace::request`].
    pub fn rank(
        &self,
        rules: &CompiledRules,
        command: &RankCommand,
    ) -> Result<RankView, UserError> {
        let request = self.request(command)?;
        let answer = rank(
            &self.retailer,
            rules,
            &self.model_of(&command.who),
            &request,
        )
        .map_err(of_request)?;
        let skus: Vec<&str> = answer.slots.iter().map(|slot| slot.sku.as_str()).collect();
        let quotes = quotes(
            &self.retailer,
            rules,
            &self.model_of(&command.who),
            &request,
            &skus,
        )
        .map_err(of_request)?;
        let products = skus
            .iter()
            .zip(quotes)
            .map(|(sku, quote)| self.facts(sku, quote))
            .collect();
        let organic = rank(
            &self.retailer,
            &rules.organic(),
            &self.model_of(&command.who),
            &request,
        )
        .map_err(of_request)?;
        let mut warnings = self.warnings(&request);
        warnings.extend(self.proposals(&answer.notes));
        Ok(RankView {
            warnings,
            local_time: self.local_time(&request),
            request,
            answer,
            products,
            organic_slots: organic
                .slots
                .into_iter()
                .map(|slot| (slot.sku, slot.slot))
                .collect(),
            organic_metrics: organic.metrics.flatten(),
            currency: self.retailer.currency().to_owned(),
        })
    }

    fn has_store(&self, id: &str) -> bool {
        self.retailer.time_zone(id).is_some()
    }

    pub(crate) fn time_zone(&self, store: Option<&str>) -> Tz {
        store
            .and_then(|store| self.retailer.time_zone(store))
            .unwrap_or(Tz::UTC)
    }

    /// A request's instant on the wall clock of its store, with its zone.
    pub(crate) fn local_time(&self, request: &Request) -> String {
        let tz = self.time_zone(request.store.as_deref());
        let local_time = request.at.with_timezone(&tz).format("%Y-%m-%d %H:%M");
        format!("{local_time} {tz}")
    }

    pub(crate) fn warnings(&self, request: &Request) -> Vec<String> {
        let mut warnings = Vec::new();
        let channel = &request.channel;
        if !["web", "store", "email"].contains(&channel.as_str())
            && !self.retailer.knows_channel(channel)
        {
            warnings.push(format!(
                "Nothing in the data names the channel `{channel}`: every location serves it."
            ));
        }
        if let (Some(query), Some([])) = (&request.query, request.candidates.as_deref()) {
            warnings.push(format!(
                "No product's title, brand or category has `{query}`."
            ));
        }
        if let (Placement::Product, Some(anchor), None) =
            (request.placement, &request.anchor, &request.candidates)
        {
            warnings.push(format!(
                "Orders do not tell what goes with {anchor}: the whole catalogue is ranked."
            ));
        }
        warnings
    }

    /// Follows one product through a request.
    ///
    /// # Errors
    /// Those of [`Workspace::request`], and a sku that the catalogue lacks.
    pub fn why(
        &self,
        rules: &CompiledRules,
        command: &RankCommand,
        sku: &str,
    ) -> Result<Why, UserError> {
        if self.retailer.row(sku).is_none() {
            return Err(self.unknown_sku(sku));
        }
        let request = self.request(command)?;
        why(
            &self.retailer,
            rules,
            &self.model_of(&command.who),
            &request,
            sku,
        )
        .map_err(of_request)
    }

    fn facts(&self, sku: &str, quote: Quote) -> ProductFacts {
        let columns: &Columns = self.retailer.columns();
        let row = self.retailer.row(sku);
        ProductFacts {
            title: row.map_or_else(String::new, |row| columns.title.get(row).to_owned()),
            brand: row
                .and_then(|row| columns.brand.get(row))
                .map(ToString::to_string),
            quote,
        }
    }

    pub(crate) fn unknown_sku(&self, sku: &str) -> UserError {
        let columns = self.retailer.columns();
        let skus = (0..columns.len()).map(|row| columns.sku.get(row));
        unknown("product", sku, skus)
    }

    pub(crate) fn unknown_shopper(&self, id: &str) -> UserError {
        unknown("shopper", id, self.shoppers.keys().map(String::as_str))
    }

    fn unknown_store(&self, store: &str) -> UserError {
        let error = UserError::bad_input(format!("no store `{store}` here"));
        if let Some(near) = closest(store, self.retailer.locations()) {
            return error.hint(format!("did you mean `{near}`?"));
        }
        let mut ids: Vec<&str> = self.retailer.locations().collect();
        let more = ids.len().saturating_sub(FEW);
        ids.truncate(FEW);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        error.hint(format!("the locations are {}{more}", ids.join(", ")))
    }

    pub(crate) fn unknown_page(&self, page: &str) -> UserError {
        let mut pages: BTreeSet<&str> = BTreeSet::new();
        for (category, _) in self.retailer.categories() {
            let above = std::iter::successors(Some(category), |path| category_parent(path));
            pages.extend(above);
        }
        let lower = page.to_lowercase();
        let begins = pages
            .iter()
            .find(|path| path.to_lowercase().starts_with(&lower));
        let near = begins
            .copied()
            .or_else(|| closest(&lower, pages.iter().copied()));
        let error = UserError::bad_input(format!("no page `{page}` here"));
        match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => {
                let tops: Vec<&str> = pages
                    .into_iter()
                    .filter(|path| category_parent(path).is_none())
                    .collect();
                error.hint(format!("at the top there are {}", tops.join(", ")))
            }
        }
    }
}

/// How many names a hint lists.
const FEW: usize = 6;

/// There is nothing of this name; the hint is the closest of `names`, or else the first.
fn unknown<'n>(
    what: &str,
    name: &str,
    mut names: impl Iterator<Item = &'n str> + Clone,
) -> UserError {
    let error = UserError::bad_input(format!("no {what} `{name}` here"));
    match (closest(name, names.clone()), names.next()) {
        (Some(near), _) => error.hint(format!("did you mean `{near}`?")),
        (None, Some(first)) => error.hint(format!("ids are written as in `{first}`")),
        (None, None) => error.hint(format!("this retailer has no {what} at all")),
    }
}

pub(crate) fn of_request(problems: Problems) -> UserError {
    match problems.problems.as_slice() {
        [Problem { path, problem }] => {
            UserError::bad_input(format!("{}: {problem}", path.trim_start_matches('/')))
        }
        _ => UserError::refused("the request", problems),
    }
}

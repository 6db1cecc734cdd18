//! The model that a retailer is ranked by: one that was trained before and belongs to the
//! snapshot, or what its orders say when it is opened.

use std::path::Path;

use endcap_engine::{Model, Retailer};
use endcap_learn::{Artifact, Likes, OrderModel, Simulated};
use endcap_store::{Snapshot, model_path, read_model};

use crate::UserError;
use crate::words::counted;

/// What ranks by relevance.
pub(crate) enum InUse {
    /// What orders say, trained on opening.
    Orders(Box<OrderModel>),
    /// The model beside the snapshot.
    Trained(Box<Artifact>),
}

impl InUse {
    pub(crate) fn model(&self) -> &dyn Model {
        match self {
            Self::Orders(model) => &**model,
            Self::Trained(artifact) => artifact.model(),
        }
    }

    /// A persona with the taste of shoppers, by the model's numbers, who likes what is named.
    pub(crate) fn simulate(&self, retailer: &Retailer, like: &[u32], likes: &Likes) -> Simulated {
        match self {
            Self::Orders(model) => Simulated::new(retailer, &**model, like, likes),
            Self::Trained(artifact) => artifact.simulate(retailer, like, likes),
        }
    }

    /// How many orders a shopper made; 0 for one with none.
    pub(crate) fn order_count(&self, shopper: &str) -> u32 {
        match self {
            Self::Orders(model) => model.order_count(shopper),
            Self::Trained(artifact) => artifact.orders(shopper),
        }
    }

    /// How many orders a shopper made, the latest counting most where that is known.
    pub(crate) fn orders(&self, shopper: &str) -> f64 {
        match self {
            Self::Orders(model) => model.orders(shopper),
            Self::Trained(artifact) => f64::from(artifact.orders(shopper)),
        }
    }

    /// What it is, as a person reads it.
    pub(crate) fn say(&self) -> String {
        match self {
            Self::Orders(_) => "own purchases and best sellers, from its orders".to_owned(),
            Self::Trained(artifact) => {
                let trained_on = &artifact.report().trained_on;
                format!("trained on {}", counted(trained_on.orders, "order"))
            }
        }
    }
}

/// The model beside a snapshot.
///
/// # Errors
/// The sentence why it is not used, where there is one that does not belong to the snapshot or
/// cannot be read.
pub(crate) fn beside(path: &Path, snapshot: &Snapshot) -> Result<Option<Box<Artifact>>, String> {
    let model = model_path(path);
    let refused = |reason: String| format!("{} is not used: {reason}", model.display());
    let bytes = read_model(&model).map_err(|error| error.to_string())?;
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let artifact = Artifact::from_bytes(bytes).map_err(|error| refused(error.to_string()))?;
    let content = snapshot.content_hash().map_err(|error| error.to_string())?;
    if artifact.report().trained_on.snapshot != content {
        return Err(refused(format!(
            "it was trained on other data; `endcap train {}` trains again",
            path.display()
        )));
    }
    Ok(Some(Box::new(artifact)))
}

/// A model by its file.
pub(crate) fn read(path: &Path) -> Result<Artifact, UserError> {
    let bytes = crate::error::read(path)?;
    Artifact::from_bytes(bytes)
        .map_err(|error| UserError::unreadable(format!("cannot use {}: {error}", path.display())))
}

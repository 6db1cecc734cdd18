//! What was measured, beside the goal it is held against.

use std::fmt;
use std::time::Duration;

/// One measured number.
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// The most that is good enough; none where the number only explains another.
    pub(crate) goal: Option<f64>,
}

impl Figure {
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            goal: None,
        }
    }

    pub(crate) fn goal(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }

    /// As one line of JSON.
    pub(crate) fn json(&self) -> String {
        let goal = self
            .goal
            .map_or_else(|| "null".to_owned(), |goal| goal.to_string());
        format!(
            r#"{{"name": {:?}, "value": {:.3}, "unit": {:?}, "goal": {goal}}}"#,
            self.name, self.value, self.unit
        )
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<72} {:>9.3} {:<6}", self.name, self.value, self.unit)?;
        match self.goal {
            Some(goal) if self.value <= goal => write!(f, " goal {goal}: met"),
            Some(goal) => write!(f, " goal {goal}: MISSED"),
            None => Ok(()),
        }
    }
}

/// The value below which a share of the values lies (nearest rank), in milliseconds.
pub(crate) fn quantile_ms(values: &[Duration], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (share * sorted.len() as f64).ceil() as usize;
    let value = sorted.get(rank.clamp(1, sorted.len().max(1)) - 1);
    value.map_or(f64::NAN, |value| value.as_secs_f64() * 1e3)
}

//! What is there again at the next start: the data, the view, the context, the settings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::RankCommand;

/// Everything that a window remembers; a field that an older program did not write has its
/// default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// What was open last; `None` is the demo.
    pub source: Option<Source>,
    /// What was opened before, newest first.
    pub recent: Vec<Source>,
    /// The view that is shown.
    pub view: View,
    /// How the page is drawn.
    pub layout: Layout,
    /// Who looks at which place, where and when.
    pub context: Option<RankCommand>,
    /// The slates beside the draft in the Shoppers view.
    pub columns: Vec<ColumnChoice>,
    /// Widths of side panels in points, by name.
    pub panels: BTreeMap<String, f32>,
    /// Branches of the category tree that are closed.
    pub closed_pages: Vec<String>,
    /// What the user set.
    pub settings: Settings,
}

/// A snapshot with the rules that are live for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The snapshot.
    pub snapshot: PathBuf,
    /// The rule set that counts as live; `None` ranks by relevance alone.
    pub rules: Option<PathBuf>,
}

/// A view of the console.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Rules and what they do to a page.
    #[default]
    Rank,
    /// What shoppers see, and why.
    Shoppers,
    /// Data that is open, and import.
    Data,
    /// Settings.
    Settings,
}

/// How a page is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Cards.
    #[default]
    Grid,
    /// A table.
    List,
    /// The draft's slate beside live's.
    Compare,
}

/// A slate of the Shoppers view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnChoice {
    /// Under which rules.
    pub rules: RulesChoice,
    /// In another context than the view's.
    #[serde(default)]
    pub context: Option<RankCommand>,
}

/// The rules of a slate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RulesChoice {
    /// The draft.
    Draft,
    /// What production holds.
    Live,
    /// None: relevance alone decides among what may be shown.
    Off,
    /// A rule-set file.
    File(PathBuf),
}

/// What the user set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// Size of everything, 0.75..2.
    pub scale: f32,
    /// How numbers are written.
    pub numbers: Numbers,
    /// How dates are written.
    pub dates: Dates,
    /// Whether the first-run guide was dismissed for good.
    pub guide_done: bool,
    /// The most the picture cache may hold, in mebibytes.
    pub picture_cache_mib: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            scale: 1.0,
            numbers: Numbers::default(),
            dates: Dates::default(),
            guide_done: false,
            picture_cache_mib: 256,
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// 1,234.50
    #[default]
    CommaPoint,
    /// 1.234,50
    PointComma,
    /// 1 234,50
    SpaceComma,
}

/// How dates are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    /// Fri 20 Nov 2026
    #[default]
    DayMonth,
    /// Fri Nov 20, 2026
    MonthDay,
    /// 2026-11-20
    Iso,
}

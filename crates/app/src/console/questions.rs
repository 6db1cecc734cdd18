//! What is asked of the engine, each kind in its own lane.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use endcap_engine::CompiledRules;
use endcap_engine::lint::Finding;
use endcap_vocab::{Reason, RuleSet};

use super::compiled::Compiled;
use super::linting::Linting;
use super::unshown::UnshownRows;
use super::{ColumnChoice, Console, Lane, RulesChoice, Wake};
use crate::{
    Above, At, Column, Comparison, Explained, Matches, PageView, People, ProductHit, ProductSheet,
    RankCommand, RuleInsight, Slate, SlateColumn, UserError, Workspace, changes, read_rules,
};

/// How many shoppers or products a search lists.
const LISTED: usize = 200;

/// While a gesture goes on the page alone follows it; everything else that the draft decides
/// is worked out once the gesture has been still for so long. The page needs the processor.
const STILL: Duration = Duration::from_millis(120);

/// What rules do to a page, rule by rule.
pub struct Insight {
    /// By rule, as asked.
    pub rules: Vec<RuleInsight>,
}

/// Why a product stands where it does.
pub struct Explanation {
    /// Its path through the request.
    pub explained: Explained,
    /// Why it stands above or below the product it is held against.
    pub above: Option<Above>,
}

/// The slate of live with the generation it is of; pages that differ in the draft alone share it.
type LiveSlate = Arc<Mutex<Option<(u64, Arc<Slate>)>>>;

/// The answers that a window looks at.
pub struct Questions {
    compiled: Arc<Compiled>,
    live: LiveSlate,
    data: u64,
    /// How long the answers beside the page wait for the next edit.
    pause: Duration,
    pub(super) explained: Option<(usize, String, Option<String>)>,
    pub(super) sheet_of: Option<String>,
    pub(super) page: Lane<PageView>,
    insight: Lane<Insight>,
    findings: Lane<Vec<Arc<Finding>>>,
    /// What the findings are of.
    linted: Option<(Arc<RuleSet>, Option<At>)>,
    linting: Linting,
    comparison: Lane<Comparison>,
    explanation: Lane<Explanation>,
    unshown: Lane<UnshownRows>,
    sheet: Lane<ProductSheet>,
    people: Lane<People>,
    products: Lane<Vec<ProductHit>>,
    matches: Lane<Matches>,
    /// The condition whose matches are looked at.
    tried: Option<String>,
}

impl Questions {
    pub(super) fn new(wake: &Wake) -> Self {
        Self {
            compiled: Arc::default(),
            live: Arc::default(),
            data: 0,
            pause: Duration::ZERO,
            explained: None,
            sheet_of: None,
            page: Lane::new(Arc::clone(wake)),
            insight: Lane::new(Arc::clone(wake)),
            findings: Lane::new(Arc::clone(wake)),
            linted: None,
            linting: Linting::default(),
            comparison: Lane::new(Arc::clone(wake)),
            explanation: Lane::new(Arc::clone(wake)),
            unshown: Lane::new(Arc::clone(wake)),
            sheet: Lane::new(Arc::clone(wake)),
            people: Lane::new(Arc::clone(wake)),
            products: Lane::new(Arc::clone(wake)),
            matches: Lane::new(Arc::clone(wake)),
            tried: None,
        }
    }

    /// The page under the draft, against live.
    #[must_use]
    pub fn page(&self) -> &Lane<PageView> {
        &self.page
    }

    /// What each rule of the page reaches and moves.
    #[must_use]
    pub fn insight(&self) -> &Lane<Insight> {
        &self.insight
    }

    /// What lint finds in the draft, the worst first.
    #[must_use]
    pub fn findings(&self) -> &Lane<Vec<Arc<Finding>>> {
        &self.findings
    }

    /// The slates of the Shoppers view.
    #[must_use]
    pub fn comparison(&self) -> &Lane<Comparison> {
        &self.comparison
    }

    /// Which product of which slate is explained, and against which other.
    #[must_use]
    pub fn explained(&self) -> Option<&(usize, String, Option<String>)> {
        self.explained.as_ref()
    }

    /// Why a product stands where it does.
    #[must_use]
    pub fn explanation(&self) -> &Lane<Explanation> {
        &self.explanation
    }

    /// Products that the page may not show, where they were asked for last.
    #[must_use]
    pub fn unshown(&self) -> &Lane<UnshownRows> {
        &self.unshown
    }

    /// The product whose sheet is open.
    #[must_use]
    pub fn sheet_of(&self) -> Option<&str> {
        self.sheet_of.as_deref()
    }

    /// The sheet.
    #[must_use]
    pub fn sheet(&self) -> &Lane<ProductSheet> {
        &self.sheet
    }

    /// Shoppers found.
    #[must_use]
    pub fn people(&self) -> &Lane<People> {
        &self.people
    }

    /// Products found.
    #[must_use]
    pub fn products(&self) -> &Lane<Vec<ProductHit>> {
        &self.products
    }

    /// What the condition tried last matches.
    #[must_use]
    pub fn matches(&self) -> &Lane<Matches> {
        &self.matches
    }

    pub(super) fn is_busy(&self) -> bool {
        self.page.is_busy()
            || self.insight.is_busy()
            || self.findings.is_busy()
            || self.comparison.is_busy()
            || self.explanation.is_busy()
            || self.unshown.is_busy()
            || self.sheet.is_busy()
            || self.people.is_busy()
            || self.products.is_busy()
            || self.matches.is_busy()
    }

    pub(super) fn poll(&mut self) {
        self.insight.poll();
        self.findings.poll();
        self.comparison.poll();
        self.explanation.poll();
        self.unshown.poll();
        self.sheet.poll();
        self.people.poll();
        self.products.poll();
        self.matches.poll();
    }

    /// Says whether what is asked next may be asked again in a moment.
    pub(super) fn in_gesture(&mut self, goes_on: bool) {
        self.pause = if goes_on { STILL } else { Duration::ZERO };
    }

    /// Other data: no answer of before counts any more.
    pub(super) fn clear(&mut self) {
        self.data += 1;
        self.explained = None;
        self.sheet_of = None;
        self.page.clear();
        self.insight.clear();
        self.findings.clear();
        self.linted = None;
        self.comparison.clear();
        self.explanation.clear();
        self.unshown.clear();
        self.sheet.clear();
        self.people.clear();
        self.products.clear();
        self.matches.clear();
        self.tried = None;
    }
}

/// What every question needs, to be moved to its thread.
#[derive(Clone)]
struct Desk {
    workspace: Arc<Workspace>,
    compiled: Arc<Compiled>,
    draft: Arc<RuleSet>,
    live: Arc<RuleSet>,
    context: RankCommand,
}

impl Desk {
    fn draft(&self) -> Result<Arc<CompiledRules>, UserError> {
        self.compiled.get(&self.draft)
    }

    /// The rules of one slate.
    fn rules(&self, choice: &RulesChoice) -> Result<Arc<CompiledRules>, UserError> {
        match choice {
            RulesChoice::Draft => self.draft(),
            RulesChoice::Live => self.compiled.get(&self.live),
            RulesChoice::Off => Ok(Arc::new(self.draft()?.organic())),
            RulesChoice::File(path) => Ok(Arc::new(Workspace::compile(&read_rules(path)?)?)),
        }
    }
}

impl Console {
    fn desk(&self) -> Option<Desk> {
        let (data, draft) = (self.data.as_ref()?, self.draft.as_ref()?);
        Some(Desk {
            workspace: Arc::clone(&data.workspace),
            compiled: Arc::clone(&self.questions.compiled),
            draft: Arc::clone(draft.rules()),
            live: Arc::clone(draft.live()),
            context: self.context.clone(),
        })
    }

    /// What the page is about: other data or another context is another topic.
    fn topic(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.questions.data.hash(&mut hasher);
        serde_json::to_string(&self.context)
            .unwrap_or_default()
            .hash(&mut hasher);
        hasher.finish()
    }

    pub(super) fn ask_page(&mut self) {
        let Some(desk) = self.desk() else { return };
        let topic = self.topic();
        let live = Arc::clone(&self.questions.live);
        self.questions.page.ask(topic, move |_| {
            let draft = desk.draft()?;
            let slate = desk.workspace.slate(&draft, &desk.context)?;
            let lock = || live.lock().unwrap_or_else(PoisonError::into_inner);
            let known = lock().as_ref().filter(|(of, _)| *of == topic).cloned();
            let live_slate = match known {
                Some((_, slate)) => slate,
                None => {
                    let rules = desk.compiled.get(&desk.live)?;
                    let slate = Arc::new(desk.workspace.slate(&rules, &desk.context)?);
                    *lock() = Some((topic, Arc::clone(&slate)));
                    slate
                }
            };
            Ok(desk.workspace.page(&desk.draft, slate, &live_slate))
        });
    }

    pub(super) fn ask_insight(&mut self) {
        let (Some(desk), Some(page)) = (self.desk(), self.questions.page.value().cloned()) else {
            return;
        };
        let (topic, pause) = (self.topic(), self.questions.pause);
        let insight = &mut self.questions.insight;
        insight.ask_after(pause, topic, move |cancel| {
            let ids: Vec<&str> = page.rules.iter().map(|rule| rule.id.as_str()).collect();
            let draft = desk.draft()?;
            let cancelled = || cancel.is_cancelled();
            let rules = desk
                .workspace
                .insight(&draft, &desk.context, &ids, &cancelled)?;
            Ok(Insight { rules })
        });
    }

    /// Lint looks at every page: only another draft or instant asks anything new of it.
    pub(super) fn ask_findings(&mut self) {
        let Some(desk) = self.desk() else { return };
        let (draft, at) = (Arc::clone(&desk.draft), desk.context.at);
        let linted = self.questions.linted.as_ref();
        if linted.is_some_and(|(other, then)| Arc::ptr_eq(other, &draft) && *then == at) {
            return;
        }
        self.questions.linted = Some((draft, at));
        let (topic, pause) = (self.questions.data, self.questions.pause);
        let has_live = self.has_live();
        let findings = &mut self.questions.findings;
        let linting = self.questions.linting.clone();
        findings.ask_after(pause, topic, move |_| {
            let compiled = desk.draft()?;
            let live = has_live.then_some(&*desk.live);
            linting.lint(&desk.workspace, (&desk.draft, &compiled), live, (topic, at))
        });
    }

    /// The slates of the Shoppers view: the draft's and live's, where nothing else is chosen.
    #[must_use]
    pub fn columns(&self) -> Vec<ColumnChoice> {
        if !self.session.columns.is_empty() {
            return self.session.columns.clone();
        }
        let column = |rules| ColumnChoice {
            rules,
            context: None,
        };
        vec![column(RulesChoice::Draft), column(RulesChoice::Live)]
    }

    pub(super) fn ask_comparison(&mut self) {
        let Some(desk) = self.desk() else { return };
        let columns = self.columns();
        let (topic, pause) = (self.topic(), self.questions.pause);
        let comparison = &mut self.questions.comparison;
        comparison.ask_after(pause, topic, move |_| Ok(desk.compare(&columns)));
    }

    pub(super) fn ask_explanation(&mut self) {
        let Some(desk) = self.desk() else { return };
        let Some((column, sku, against)) = self.questions.explained.clone() else {
            self.questions.explanation.clear();
            return;
        };
        let Some(choice) = self.columns().get(column).cloned() else {
            return;
        };
        let (topic, pause) = (self.topic(), self.questions.pause);
        let explanation = &mut self.questions.explanation;
        explanation.ask_after(pause, topic, move |_| {
            let rules = desk.rules(&choice.rules)?;
            let context = choice.context.as_ref().unwrap_or(&desk.context);
            let above = |other: String| desk.workspace.why_above(&rules, context, [&sku, &other]);
            Ok(Explanation {
                explained: desk.workspace.explain(&rules, context, &sku)?,
                above: against.map(above).transpose()?,
            })
        });
    }

    pub(super) fn ask_sheet(&mut self) {
        let Some(desk) = self.desk() else { return };
        let Some(sku) = self.questions.sheet_of.clone() else {
            self.questions.sheet.clear();
            return;
        };
        let mut hasher = DefaultHasher::new();
        (self.topic(), &sku).hash(&mut hasher);
        let pause = self.questions.pause;
        let sheet = &mut self.questions.sheet;
        sheet.ask_after(pause, hasher.finish(), move |_| {
            let compiled = desk.draft()?;
            desk.workspace
                .sheet(&sku, &desk.draft, &compiled, &desk.context)
        });
    }

    pub(super) fn find_people(&mut self, text: String) {
        let Some(desk) = self.desk() else { return };
        self.questions.people.ask(self.questions.data, move |_| {
            Ok(desk.workspace.people(&text, LISTED))
        });
    }

    pub(super) fn find_products(&mut self, text: String) {
        let Some(desk) = self.desk() else { return };
        self.questions.products.ask(self.questions.data, move |_| {
            Ok(desk.workspace.find_products(&text, LISTED))
        });
    }

    pub(super) fn show_unshown(&mut self, asked: (String, Option<Reason>), places: Range<usize>) {
        let (Some(desk), Some(page)) = (self.desk(), self.questions.page.value().cloned()) else {
            return;
        };
        let topic = self.topic();
        self.questions.unshown.ask(topic, move |_| {
            let rules = desk.draft()?;
            desk.workspace.unshown_rows(&rules, page, asked, places)
        });
    }

    /// Asks again what the condition of the editor matches: the page is another now.
    pub(super) fn try_again(&mut self) {
        if let Some(condition) = self.questions.tried.clone() {
            self.try_condition(condition);
        }
    }

    pub(super) fn try_condition(&mut self, condition: String) {
        self.questions.tried = Some(condition.clone());
        let Some(desk) = self.desk() else { return };
        let topic = self.topic();
        self.questions.matches.ask(topic, move |_| {
            let rules = desk.draft()?;
            desk.workspace
                .try_condition(&rules, &desk.context, &condition)
        });
    }
}

impl Desk {
    /// The slates of the Shoppers view; one whose rules cannot be had stands there with why.
    fn compare(&self, choices: &[ColumnChoice]) -> Comparison {
        let changes = changes(&self.live, &self.draft).len();
        let rules: Vec<_> = choices
            .iter()
            .map(|choice| self.rules(&choice.rules))
            .collect();
        let mut columns = Vec::with_capacity(choices.len());
        // Movement is against live, as everywhere, or else against the first.
        let mut baseline = 0;
        for (choice, rules) in choices.iter().zip(&rules) {
            let Ok(rules) = rules else { continue };
            if choice.rules == RulesChoice::Live && choice.context.is_none() {
                baseline = columns.len();
            }
            let (title, subtitle) = self.heading(&choice.rules, changes);
            columns.push(Column {
                title,
                subtitle,
                command: choice.context.as_ref().unwrap_or(&self.context).clone(),
                rules,
            });
        }
        let mut comparison = self.workspace.compare(&columns, baseline);
        for (at, (choice, rules)) in choices.iter().zip(rules).enumerate() {
            let Err(error) = rules else { continue };
            let (title, subtitle) = self.heading(&choice.rules, changes);
            insert(&mut comparison, at, failed(title, subtitle, error));
        }
        comparison
    }

    fn heading(&self, rules: &RulesChoice, changes: usize) -> (String, String) {
        match rules {
            RulesChoice::Draft => ("Draft".to_owned(), changes_to_live(changes)),
            RulesChoice::Live => ("Live".to_owned(), self.live.name.clone()),
            RulesChoice::Off => ("Rules off".to_owned(), "scores alone".to_owned()),
            RulesChoice::File(path) => (file_name(path), "from a file".to_owned()),
        }
    }
}

fn failed(title: String, subtitle: String, error: UserError) -> SlateColumn {
    SlateColumn {
        title,
        subtitle,
        rows: Vec::new(),
        metrics: None,
        notes: Vec::new(),
        local_time: String::new(),
        error: Some(error),
    }
}

/// Puts a column where it was asked for; the others keep their places and their baseline.
fn insert(comparison: &mut Comparison, at: usize, column: SlateColumn) {
    if at <= comparison.baseline && !comparison.columns.is_empty() {
        comparison.baseline += 1;
    }
    for pair in &mut comparison.pairs {
        pair.column += usize::from(pair.column >= at);
    }
    comparison.columns.insert(at, column);
}

fn changes_to_live(changes: usize) -> String {
    match changes {
        0 => "as live".to_owned(),
        1 => "1 change to live".to_owned(),
        count => format!("{count} changes to live"),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

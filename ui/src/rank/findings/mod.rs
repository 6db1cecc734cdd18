//! What lint finds: by rule for the cards, by weight for the objective, and a list of all.

mod list;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use egui::{Color32, Label, Ui};
use endcap_app::{
    Finding, FixEdit, PageView, Severity, fix_of, is_about_weight_of, page_name, signal_label,
};
use endcap_look::{Button, Icon, SPACE_1, Tokens, Tone, small};

use super::outdented_ui;
use crate::{Action, Desk};

pub(super) use list::FindingList;

/// The answers that findings are sorted for.
struct Answers {
    findings: Arc<Vec<Arc<Finding>>>,
    page: Arc<PageView>,
}

impl Answers {
    /// Those that are there now, where both are.
    fn now(desk: &Desk) -> Option<Self> {
        let answers = desk.console.answers();
        Some(Self {
            findings: Arc::clone(answers.findings().value()?),
            page: Arc::clone(answers.page().value()?),
        })
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.findings, &other.findings) && Arc::ptr_eq(&self.page, &other.page)
    }
}

/// What lint finds, by where it stands; sorted again when it or the page is another.
#[derive(Default)]
pub(super) struct Found {
    /// How often it was sorted.
    times: u64,
    of: Option<Answers>,
    by_rule: BTreeMap<String, Vec<Arc<Finding>>>,
    /// Of weights of the page and above it.
    of_weights: Vec<Arc<Finding>>,
    elsewhere: usize,
}

impl Found {
    /// Takes in what the console has answered; called once a frame.
    pub(super) fn update(&mut self, desk: &Desk) {
        let Some(answers) = Answers::now(desk) else {
            *self = Self {
                times: self.times + 1,
                ..Self::default()
            };
            return;
        };
        if self.of.as_ref().is_some_and(|of| of.is(&answers)) {
            return;
        }
        let mut found = Self {
            times: self.times + 1,
            ..Self::default()
        };
        for card in &answers.page.rules {
            found.by_rule.insert(card.id.clone(), Vec::new());
        }
        for finding in answers.findings.iter() {
            let here = match finding.rules.first() {
                Some(rule) => found.by_rule.get_mut(rule),
                None => is_about_weight_of(finding, &answers.page).then_some(&mut found.of_weights),
            };
            match here {
                Some(here) => here.push(Arc::clone(finding)),
                None => found.elsewhere += 1,
            }
        }
        found.of = Some(answers);
        *self = found;
    }

    /// Those of a rule of the page, the worst first.
    pub(super) fn of_rule(&self, rule: &str) -> &[Arc<Finding>] {
        self.by_rule.get(rule).map_or(&[], Vec::as_slice)
    }

    /// Whether the page shows what a finding is about.
    fn has(&self, finding: &Finding) -> bool {
        match (finding.rules.first(), &self.of) {
            (Some(rule), _) => self.by_rule.contains_key(rule),
            (None, Some(of)) => is_about_weight_of(finding, &of.page),
            (None, None) => false,
        }
    }

    fn all(&self) -> usize {
        self.of.as_ref().map_or(0, |of| of.findings.len())
    }
}

/// Draws how many findings there are, which opens the list of them; nothing where there are none.
pub(super) fn count_ui(ui: &mut Ui, desk: &mut Desk, found: &Found) {
    let text = match (found.all(), found.elsewhere) {
        (0, _) => return,
        (all, 0) => counted(all),
        (all, elsewhere) if all == elsewhere => format!("{} elsewhere", counted(all)),
        (all, elsewhere) => format!("{}, {elsewhere} elsewhere", counted(all)),
    };
    outdented_ui(ui, |ui| {
        let button = Button::quiet(&text).icon(Icon::Warning).small();
        if button.ui(ui).clicked() {
            desk.act(Action::Findings);
        }
    });
    ui.add_space(SPACE_1);
}

fn counted(count: usize) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} finding{s}")
}

/// Draws what is the matter with the weights of the page.
pub(super) fn weights_ui(ui: &mut Ui, desk: &mut Desk, found: &Found) {
    for finding in &found.of_weights {
        ui.add_space(SPACE_1);
        let subject = subject(finding, &HashMap::new());
        if finding_ui(ui, finding, &subject) {
            mend(desk, finding, &subject);
        }
    }
}

/// Draws a finding and the button that ends it; says whether that was clicked. `of` is what the
/// finding is about, for who hears the button.
pub(super) fn finding_ui(ui: &mut Ui, finding: &Finding, of: &str) -> bool {
    let ink = ink(finding.severity, Tokens::of(ui));
    let said = Label::new(small(&finding.sentence).color(ink)).wrap();
    ui.add(said)
        .on_hover_text(format!("Lint: {}", finding.code.name()));
    fix_ui(ui, finding, of)
}

/// Draws the button that ends a finding, where one edit does.
fn fix_ui(ui: &mut Ui, finding: &Finding, of: &str) -> bool {
    let Some(fix) = &finding.fix else {
        return false;
    };
    let name = format!("{}: {of}", fix.say);
    let button = Button::secondary(&fix.say).small().name(&name);
    button.ui(ui).clicked()
}

/// Carries out what ends a finding, as one step that can be taken back.
pub(super) fn mend(desk: &mut Desk, finding: &Finding, of: &str) {
    let say = finding.fix.as_ref().map_or("", |fix| fix.say.as_str());
    if let Some(edit) = fix_of(finding)
        && desk.edit(format!("{say}: “{of}”"), vec![edit])
    {
        desk.offer_undo(format!("{say}: “{of}”."));
    }
}

/// What a finding is about: its rule by name, or a weight with its page.
fn subject(finding: &Finding, names: &HashMap<&str, &str>) -> String {
    if let Some(id) = finding.rules.first() {
        let name = names.get(id.as_str()).copied();
        return name.unwrap_or(id).to_owned();
    }
    match finding.fix.as_ref().map(|fix| &fix.edit) {
        Some(FixEdit::DropWeight { category, signal }) => {
            let of = category
                .as_deref()
                .map_or_else(|| "all products".to_owned(), page_name);
            format!("{} weight of {of}", signal_label(*signal))
        }
        _ => "Objective".to_owned(),
    }
}

fn ink(severity: Severity, tokens: &Tokens) -> Color32 {
    match severity {
        Severity::Error => tokens.bad,
        Severity::Warning => tokens.warn,
        Severity::Notice => tokens.ink2,
    }
}

/// A severity as a tag says it.
fn tag(severity: Severity) -> (Tone, &'static str) {
    match severity {
        Severity::Error => (Tone::Bad, "Error"),
        Severity::Warning => (Tone::Warn, "Warning"),
        Severity::Notice => (Tone::Neutral, "Notice"),
    }
}

//! The rule editor: a sheet at the right beside the slate, which follows every edit.

mod condition;
mod effect;
mod form;
mod scope;

use std::sync::Arc;

use egui::{Frame, Id, Key, Label, Margin, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use endcap_app::console::{Command, Edit};
use endcap_app::{Owner, Rule, blank_rule, page_name};
use endcap_look::{
    Button, CONTROL_HEIGHT, Chip, Icon, IconButton, MenuItem, SPACE_1, SPACE_2, SPACE_3, SPACE_4,
    TextField, Tokens, hairline_ui, menu_ui, section, small, title,
};

use crate::Desk;
use crate::rank::found::Finder;
use crate::rank::outdented_ui;
use condition::{ConditionDesk, ConditionForm};
use form::{Faults, Form, Kind};
use scope::ScopeItems;

/// How wide the sheet is, in points.
pub(crate) const EDITOR_WIDTH: f32 = 440.0;

/// A rule that is being written.
pub(super) struct Editor {
    /// The rule before; none where it is new.
    original: Option<Rule>,
    start: Form,
    form: Form,
    /// What the draft shows of it so far.
    applied: Option<Rule>,
    gesture: u64,
    condition: ConditionDesk,
    pins: Finder,
    items: ScopeItems,
    open: Open,
    is_leaving: bool,
    is_new: bool,
}

/// Which sections are unfolded.
#[derive(Default)]
struct Open {
    scope: bool,
    schedule: bool,
    about: bool,
}

/// How the editing ends.
enum End {
    Save(Box<Rule>),
    Cancel,
}

impl Editor {
    /// A new rule for the page that is shown; none while there is no page.
    pub(super) fn new_rule(desk: &mut Desk) -> Option<Self> {
        let page = desk.console.answers().page().value()?.clone();
        let draft = desk.console.draft()?;
        let rule = blank_rule(&page.slate.request, draft.rules());
        Self::of(desk, &rule, None)
    }

    /// A rule of the draft.
    pub(super) fn of_rule(desk: &mut Desk, rule: Rule) -> Option<Self> {
        Self::of(desk, &rule.clone(), Some(rule))
    }

    fn of(desk: &mut Desk, rule: &Rule, original: Option<Rule>) -> Option<Self> {
        let data = desk.console.data()?.clone();
        let fields = Arc::new(data.workspace.fields());
        let condition = ConditionForm::of(rule.when.as_deref(), fields);
        let title = |sku: &str| {
            let retailer = &data.workspace.retailer;
            let row = retailer.row(sku);
            row.map_or_else(
                || sku.to_owned(),
                |row| retailer.columns().title.get(row).to_owned(),
            )
        };
        let form = Form::of(rule, condition, title);
        Some(Self {
            start: form.clone(),
            form,
            applied: original.clone(),
            original,
            gesture: desk.take_gesture(),
            condition: ConditionDesk::default(),
            pins: Finder::default(),
            items: ScopeItems::of(&data),
            open: Open::default(),
            is_leaving: false,
            is_new: true,
        })
    }

    /// The id of its rule.
    pub(super) fn id(&self) -> &str {
        &self.form.id
    }

    /// Whether anything was typed or chosen.
    pub(super) fn is_changed(&self) -> bool {
        self.form != self.start
    }

    fn title(&self) -> &'static str {
        if self.original.is_some() {
            "Edit rule"
        } else {
            "New rule"
        }
    }

    /// Lets the draft follow what is typed, as one step of undo.
    fn preview(&mut self, desk: &mut Desk, rule: &Rule) {
        if self.applied.as_ref() == Some(rule) || !self.is_changed() {
            return;
        }
        let verb = if self.original.is_some() {
            "Edit"
        } else {
            "New rule"
        };
        let command = Command::Edit {
            label: format!("{verb} “{}”", rule.name),
            edits: vec![Edit::put(rule.clone())],
            gesture: Some(self.gesture),
        };
        if desk.send(command) {
            self.applied = Some(rule.clone());
        }
    }

    /// Puts the draft back as it was before.
    fn restore(&self, desk: &mut Desk) {
        if self.applied == self.original {
            return;
        }
        desk.send(Command::GiveUpGesture(self.gesture));
        // Something else was done in between: what this editor did is taken back by itself.
        let draft = desk.console.draft();
        let now = draft.and_then(|draft| {
            let rules = &draft.rules().rules;
            rules.iter().find(|rule| rule.id == self.form.id).cloned()
        });
        if now != self.original {
            let edit = match &self.original {
                Some(rule) => Edit::put(rule.clone()),
                None => Edit::RemoveRule {
                    id: self.form.id.clone(),
                },
            };
            desk.edit("Cancel a rule", vec![edit]);
        }
    }
}

/// Draws the sheet; says whether the editing is over.
pub(super) fn editor_ui(ui: &mut Ui, desk: &mut Desk, editor: &mut Editor) -> bool {
    let Some(draft) = desk.console.draft() else {
        return true;
    };
    let rules = draft.rules().clone();
    let instead_of = rules.rules.iter().any(|rule| rule.id == editor.form.id);
    let id = editor.form.id.clone();
    let checked = editor.form.rule(&rules, instead_of.then_some(id.as_str()));
    let end = sheet_ui(ui, desk, editor, &checked);
    let name = editor.title();
    let sheet = ui.interact(ui.max_rect(), Id::unique("rule-editor"), Sense::hover());
    sheet.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Dialog, true, name));
    match end {
        Some(End::Save(rule)) => {
            // It may have been undone meanwhile: what is saved is what stands in the form.
            editor.applied = None;
            editor.preview(desk, &rule);
            desk.end_gesture();
            true
        }
        Some(End::Cancel) => {
            editor.restore(desk);
            true
        }
        None => {
            if let Ok(rule) = &checked {
                editor.preview(desk, rule);
            }
            false
        }
    }
}

fn sheet_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    editor: &mut Editor,
    checked: &Result<Rule, Faults>,
) -> Option<End> {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut end = None;
    let sides = Margin::symmetric(SPACE_4 as i8, SPACE_2 as i8);
    Frame::NONE.inner_margin(sides).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(CONTROL_HEIGHT);
            let head = ui.label(title(editor.title()).color(tokens.ink));
            head.widget_info(|| {
                WidgetInfo::labeled(egui::accesskit::Role::Heading, true, editor.title())
            });
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if IconButton::new(Icon::Close, "Close the editor")
                    .keys("Esc")
                    .ui(ui)
                    .clicked()
                {
                    end = editor.leave();
                }
            });
        });
    });
    hairline_ui(ui);
    let foot = CONTROL_HEIGHT + 2.0 * SPACE_3 + 20.0;
    let none = Faults::default();
    let faults = match checked {
        Ok(_) => &none,
        Err(faults) => faults,
    };
    ScrollArea::vertical()
        .id_salt("rule-editor-fields")
        .max_height(ui.available_height() - foot)
        .auto_shrink(false)
        .show(ui, |ui| {
            let margin = Margin::symmetric(SPACE_4 as i8, SPACE_3 as i8);
            Frame::NONE.inner_margin(margin).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = SPACE_2;
                fields_ui(ui, desk, editor, faults);
            });
        });
    hairline_ui(ui);
    Frame::NONE.inner_margin(sides).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = SPACE_1;
        end = end.take().or(foot_ui(ui, editor, checked));
    });
    let is_mine = ui.input(|input| input.key_pressed(Key::Escape))
        && !egui::Popup::is_any_open(ui.ctx())
        && ui.memory(|memory| memory.focused().is_none());
    if is_mine {
        end = end.or_else(|| editor.leave());
    }
    end
}

impl Editor {
    /// Closes at once where nothing was changed, else asks first.
    fn leave(&mut self) -> Option<End> {
        if self.is_changed() {
            self.is_leaving = true;
            return None;
        }
        Some(End::Cancel)
    }
}

fn fields_ui(ui: &mut Ui, desk: &mut Desk, editor: &mut Editor, faults: &Faults) {
    let form = &mut editor.form;
    let name = TextField::new("Name", &mut form.name)
        .id(Id::unique("rule-name"))
        .error(faults.at("/name"))
        .ui(ui);
    if std::mem::take(&mut editor.is_new) {
        name.request_focus();
    }
    effect::effect_ui(ui, desk, (form, faults), &mut editor.pins);
    if form.kind != Kind::Pin {
        head_ui(ui, "Which products");
        ui.push_id("condition", |ui| {
            condition::condition_ui(ui, desk, &mut form.condition, &mut editor.condition);
        });
        if let Some(fault) = faults
            .at("/when")
            .filter(|_| !form.condition.says_its_fault())
        {
            let tokens = Tokens::of(ui);
            ui.add(Label::new(small(fault).color(tokens.bad)).wrap());
        }
    }
    let said = form.scope_in_few(page_name);
    if fold_ui(
        ui,
        ("Where and for whom", &said),
        &mut editor.open.scope,
        faults.at("/scope"),
    ) {
        scope::scope_ui(ui, (form, faults), &editor.items);
    }
    let said = form.schedule_in_few();
    let fault = faults.at("/scope/schedule");
    if fold_ui(ui, ("When", &said), &mut editor.open.schedule, fault) {
        scope::schedule_ui(ui, (form, faults));
    }
    let said = form.owner.name().to_owned();
    if fold_ui(
        ui,
        ("About", &said),
        &mut editor.open.about,
        faults.at("/priority"),
    ) {
        about_ui(ui, (form, faults));
    }
}

fn head_ui(ui: &mut Ui, text: &str) {
    ui.add_space(SPACE_1);
    let head = ui.label(section(text).color(Tokens::of(ui).ink2));
    head.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Heading, true, text));
}

/// A section that unfolds, with what is in it in a few words; one with a fault stays open.
fn fold_ui(
    ui: &mut Ui,
    (text, said): (&str, &str),
    is_open: &mut bool,
    fault: Option<&str>,
) -> bool {
    let tokens = Tokens::of(ui);
    *is_open |= fault.is_some();
    hairline_ui(ui);
    outdented_ui(ui, |ui| {
        let icon = if *is_open {
            Icon::ChevronDown
        } else {
            Icon::ChevronRight
        };
        if Button::quiet(text).icon(icon).small().ui(ui).clicked() {
            *is_open = !*is_open;
        }
        if !*is_open {
            ui.add(Label::new(small(said).color(tokens.ink3)).truncate());
        }
    });
    *is_open
}

fn about_ui(ui: &mut Ui, (form, faults): (&mut Form, &Faults)) {
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = SPACE_1;
            let tokens = Tokens::of(ui);
            ui.label(
                endcap_look::Face::SmallMedium
                    .text("Owner")
                    .color(tokens.ink2),
            );
            let owner = endcap_app::heading(form.owner.name());
            let chip = Chip::new("", &owner).ui(ui);
            menu_ui(&chip, "Owner", |ui| {
                let owners = [
                    Owner::Merchandising,
                    Owner::Marketing,
                    Owner::Operations,
                    Owner::Legal,
                ];
                for owner in owners {
                    let name = endcap_app::heading(owner.name());
                    if MenuItem::new(&name)
                        .checked(owner == form.owner)
                        .ui(ui)
                        .clicked()
                    {
                        form.owner = owner;
                    }
                }
            });
        });
        TextField::new("Priority", &mut form.priority)
            .help("Higher goes first among pins, reserves, quotas and caps")
            .error(faults.at("/priority"))
            .ui(ui);
    });
    TextField::new("Campaign", &mut form.campaign)
        .error(faults.at("/campaign"))
        .ui(ui);
    TextField::new("Note", &mut form.note)
        .hint("Why it is there")
        .rows(3)
        .error(faults.at("/note"))
        .ui(ui);
}

fn foot_ui(ui: &mut Ui, editor: &mut Editor, checked: &Result<Rule, Faults>) -> Option<End> {
    let tokens = Tokens::of(ui);
    let mut end = None;
    let said = match (checked, editor.is_leaving) {
        (_, true) => "Close without what you changed?".to_owned(),
        (Err(faults), _) => faults.first().unwrap_or_default().to_owned(),
        (Ok(_), _) if !editor.is_changed() => "The slate follows while you edit.".to_owned(),
        (Ok(_), _) => "The slate shows this rule already; Cancel takes it back.".to_owned(),
    };
    let ink = if checked.is_err() && !editor.is_leaving {
        tokens.bad
    } else {
        tokens.ink3
    };
    ui.add(Label::new(small(said).color(ink)).truncate());
    let size = vec2(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(
        size,
        egui::Layout::right_to_left(egui::Align::Center),
        |ui| {
            if editor.is_leaving {
                if Button::danger("Close without saving").ui(ui).clicked() {
                    end = Some(End::Cancel);
                }
                if Button::secondary("Keep editing").ui(ui).clicked() {
                    editor.is_leaving = false;
                }
                return;
            }
            let save = Button::primary("Save").enabled(checked.is_ok()).ui(ui);
            if save.clicked()
                && let Ok(rule) = checked
            {
                end = Some(End::Save(Box::new(rule.clone())));
            }
            if Button::secondary("Cancel").ui(ui).clicked() {
                end = Some(End::Cancel);
            }
        },
    );
    end
}

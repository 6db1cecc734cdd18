//! The own context of a slate: another shopper, store, channel or instant than the view's.

use egui::Ui;
use endcap_app::console::{ColumnChoice, Command};
use endcap_app::{At, RankCommand, Who};
use endcap_look::{Button, Modal, SPACE_2, SPACE_3, TextField, Tokens, body, modal_actions_ui};

use super::head::explain_again;
use crate::Desk;
use crate::desk::sentence;

/// The dialog in which a slate gets a context of its own; an empty field is as the view has it.
pub(crate) struct ContextForm {
    column: usize,
    title: String,
    /// A persona has no id to type; it stays until a shopper is named.
    persona: Option<Who>,
    shopper: String,
    store: String,
    channel: String,
    at: String,
    error: Option<String>,
}

/// What a form was left with.
enum Answer {
    Open,
    Show,
    AsView,
    Cancel,
}

impl ContextForm {
    /// The form for a slate, filled in with what it has.
    pub(super) fn new(column: usize, title: &str, choice: &ColumnChoice) -> Self {
        let own = choice.context.clone().unwrap_or_default();
        let (persona, shopper) = match own.who {
            Who::Shopper(id) => (None, id),
            Who::Persona(persona) => (Some(Who::Persona(persona)), String::new()),
            Who::Anonymous => (None, String::new()),
        };
        Self {
            column,
            title: title.to_owned(),
            persona,
            shopper,
            store: own.store.unwrap_or_default(),
            channel: own.channel.unwrap_or_default(),
            at: own.at.map(|at| at.to_string()).unwrap_or_default(),
            error: None,
        }
    }

    /// Draws the form; says whether it is done with.
    pub(super) fn is_done_ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let title = format!("Another context for {}", self.title);
        let shown = Modal::new(&title).ui(ui, |ui| self.fields_ui(ui));
        match shown.inner {
            Answer::Open => shown.dismissed,
            Answer::Cancel => true,
            Answer::AsView => self.set(None, desk),
            Answer::Show => match self.context(desk) {
                Ok(context) => self.set(Some(context), desk),
                Err(error) => {
                    self.error = Some(error);
                    false
                }
            },
        }
    }

    fn fields_ui(&mut self, ui: &mut Ui) -> Answer {
        let tokens = Tokens::of(ui);
        ui.label(body("What is left empty is as the view has it.").color(tokens.ink2));
        ui.add_space(SPACE_2);
        ui.spacing_mut().item_spacing.y = SPACE_2;
        TextField::new("Shopper", &mut self.shopper)
            .hint("An id")
            .ui(ui);
        TextField::new("Store", &mut self.store)
            .hint("A location id")
            .ui(ui);
        TextField::new("Channel", &mut self.channel)
            .hint("web, app, store")
            .ui(ui);
        TextField::new("At", &mut self.at)
            .hint("2026-11-20T09:00")
            .help("On the store's clock, or with its offset.")
            .ui(ui);
        if let Some(error) = &self.error {
            ui.add(egui::Label::new(body(error).color(tokens.bad)).wrap());
        }
        modal_actions_ui(ui, |ui| {
            let show = Button::primary("Show").ui(ui).clicked();
            ui.add_space(SPACE_3);
            let as_view = Button::secondary("As the view").ui(ui).clicked();
            ui.add_space(SPACE_3);
            let cancel = Button::quiet("Cancel").ui(ui).clicked();
            match (show, as_view, cancel) {
                (true, _, _) => Answer::Show,
                (_, true, _) => Answer::AsView,
                (_, _, true) => Answer::Cancel,
                _ => Answer::Open,
            }
        })
    }

    /// The context of the view with what was typed put in its place.
    fn context(&self, desk: &Desk) -> Result<RankCommand, String> {
        let mut context = desk.console.context().clone();
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(id) = typed(&self.shopper) {
            context.who = Who::Shopper(id);
        } else if let Some(who) = &self.persona {
            context.who = who.clone();
        }
        context.store = typed(&self.store).or(context.store);
        context.channel = typed(&self.channel).or(context.channel);
        if let Some(at) = typed(&self.at) {
            let at: At = at.parse().map_err(|needed: String| {
                format!("“{at}” is not an instant: it must be {needed}.")
            })?;
            context.at = Some(at);
        }
        if let Some(data) = desk.console.data() {
            data.workspace
                .request(&context)
                .map_err(|error| sentence(&error))?;
        }
        Ok(context)
    }

    fn set(&self, context: Option<RankCommand>, desk: &mut Desk) -> bool {
        let mut choices = desk.console.columns();
        if let Some(choice) = choices.get_mut(self.column) {
            choice.context = context;
        }
        let done = desk.send(Command::Compare(choices));
        explain_again(desk);
        done
    }
}

/// A slate's own context in few words: `S000012, berlin-mitte, app`.
pub(super) fn context_in_words(context: &RankCommand) -> String {
    let who = match &context.who {
        Who::Anonymous => "Anonymous".to_owned(),
        Who::Shopper(id) => id.clone(),
        Who::Persona(persona) => persona.name.clone(),
    };
    let mut words = vec![who];
    words.extend(context.store.clone());
    words.extend(context.channel.clone());
    words.extend(context.at.map(|at| at.to_string()));
    words.join(", ")
}

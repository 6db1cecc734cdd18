//! What every view works with: the door, the formats, the clock, and what is selected.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use egui::{Context, Rect, Ui};
use endcap_app::console::{Command, Console, Draft, Edit, Event, View};
use endcap_app::{RankCommand, UserError};
use endcap_look::{Toast, Toasts, Tone};

use crate::Action;
use crate::format::Format;
use crate::shell::Spot;
use crate::shots::Shots;

/// Tells the time; fixed in pictures.
pub type Clock = Arc<dyn Fn() -> DateTime<FixedOffset>>;

/// What every view works with.
pub struct Desk {
    /// The door.
    pub console: Console,
    /// How numbers, money and dates are written.
    pub format: Format,
    /// Pictures of products.
    pub shots: Shots,
    /// What was said and goes away by itself.
    pub toasts: Toasts,
    /// The skus that are selected, in any view.
    pub selected: BTreeSet<String>,
    /// The sku that keys act on, and from which a range is selected.
    pub focus: Option<String>,
    /// The id of the rule whose editor is asked for; the Rank view takes it.
    pub open_rule: Option<String>,
    spots: Vec<(Spot, Rect)>,
    actions: Vec<Action>,
    gesture: u64,
    clock: Clock,
}

impl Desk {
    /// A desk on a console.
    #[must_use]
    pub fn new(console: Console, clock: Clock) -> Self {
        Self {
            format: Format::new(&console.session().settings, None),
            console,
            shots: Shots::default(),
            toasts: Toasts::default(),
            selected: BTreeSet::new(),
            focus: None,
            open_rule: None,
            spots: Vec::new(),
            actions: Vec::new(),
            gesture: 0,
            clock,
        }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<FixedOffset> {
        (self.clock)()
    }

    /// Takes in what other threads have done; called once a frame, before anything is drawn.
    pub fn poll(&mut self, ctx: &Context) -> Vec<Event> {
        let events = self.console.poll();
        let currency = self
            .console
            .data()
            .map(|data| data.workspace.retailer.currency().to_owned());
        self.format = Format::new(&self.console.session().settings, currency.as_deref());
        for event in &events {
            match event {
                Event::Opened => {
                    self.shots.clear();
                    self.selected.clear();
                    self.focus = None;
                }
                Event::Undid(label) => self.say(&format!("Undone: {label}")),
                Event::Redid(label) => self.say(&format!("Done again: {label}")),
                Event::Saved(path) => self.say(&format!("Written: {}", path.display())),
                // Where the draft held the same rules there is nothing to take back.
                Event::Loaded(name) if self.has_loaded(name) => {
                    self.offer_undo(format!("{name} stands in the draft's place"));
                }
                // What fails is said where it happened, which the shell knows.
                _ => {}
            }
        }
        let now = self.now().into();
        let data = self.console.data();
        let pack_shots = data.and_then(|data| data.pack_shots.as_ref());
        self.shots.poll(ctx, pack_shots, now);
        events
    }

    fn has_loaded(&self, name: &str) -> bool {
        let label = self.console.draft().and_then(Draft::undo_label);
        label.is_some_and(|label| label.ends_with(name))
    }

    /// Carries out a command; what it is refused for is said.
    pub fn send(&mut self, command: Command) -> bool {
        match self.console.send(command) {
            Ok(()) => true,
            Err(error) => {
                self.refuse(&error);
                false
            }
        }
    }

    /// Edits the draft as one step of undo.
    pub fn edit(&mut self, label: impl Into<String>, edits: Vec<Edit>) -> bool {
        self.send(Command::Edit {
            label: label.into(),
            edits,
            gesture: None,
        })
    }

    /// Edits the draft while something is dragged; one drag is one step of undo.
    pub fn drag_edit(&mut self, label: impl Into<String>, edits: Vec<Edit>) -> bool {
        self.send(Command::Edit {
            label: label.into(),
            edits,
            gesture: Some(self.gesture),
        })
    }

    /// Ends the drag: the next one is another step.
    pub fn end_gesture(&mut self) {
        self.gesture += 1;
    }

    /// A gesture of its own, for what goes on while other things are dragged.
    pub fn take_gesture(&mut self) -> u64 {
        self.gesture += 2;
        self.gesture - 1
    }

    /// Leaves the draft as it was before the drag.
    pub fn give_up_gesture(&mut self) {
        self.send(Command::GiveUpGesture(self.gesture));
        self.end_gesture();
    }

    /// Looks at the page in another context.
    pub fn look(&mut self, change: impl FnOnce(&mut RankCommand)) -> bool {
        let mut context = self.console.context().clone();
        change(&mut context);
        self.send(Command::Look(Box::new(context)))
    }

    /// Asks for an action at the end of this frame.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// The actions asked for.
    pub(crate) fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// Says something that goes away by itself.
    pub fn say(&mut self, text: &str) {
        self.toasts.push(Toast::new(Tone::Neutral, text));
    }

    /// Says what was done, with the way back for as long as nothing else was done since.
    pub fn offer_undo(&mut self, done: impl Into<String>) {
        let revision = self.console.draft().map_or(0, Draft::revision);
        let toast = Toast::new(Tone::Neutral, done).action("Undo", revision);
        self.toasts.push(toast);
    }

    /// Takes back what a toast offered to take back, by the key of its action.
    pub fn take_back(&mut self, key: u64) {
        if self.console.draft().map(Draft::revision) == Some(key) {
            self.send(Command::Undo);
        } else {
            self.say("Something else was edited since: Undo takes the steps back one by one.");
        }
    }

    /// Draws what was said, and takes back what it offers to.
    pub(crate) fn toasts_ui(&mut self, ui: &Ui) {
        if let Some(key) = self.toasts.ui(ui) {
            self.take_back(key);
        }
    }

    /// Shows a view.
    pub fn show(&mut self, view: View) {
        self.console.remember(|session| session.view = view);
    }

    /// Says where a part of the window is, for the guide; views call it while they draw.
    pub fn spot(&mut self, spot: Spot, rect: Rect) {
        self.spots.retain(|(other, _)| *other != spot);
        self.spots.push((spot, rect));
    }

    /// Where a part of the window was drawn in this frame.
    pub(crate) fn spot_of(&self, spot: Spot) -> Option<Rect> {
        let found = self.spots.iter().find(|(other, _)| *other == spot);
        found.map(|(_, rect)| *rect)
    }

    /// A frame begins: no part has been drawn yet.
    pub(crate) fn forget_spots(&mut self) {
        self.spots.clear();
    }

    /// Says what went wrong, and what to do next.
    pub fn refuse(&mut self, error: &UserError) {
        self.toasts
            .push(Toast::new(Tone::Bad, sentence(error)).timeout_secs(12.0));
    }
}

/// An error as one or two sentences.
#[must_use]
pub fn sentence(error: &UserError) -> String {
    let mut text = capitalised(&error.summary);
    for problem in error.problems.iter().take(3) {
        let place = problem.path.trim_start_matches('/');
        let dash = if place.is_empty() { "" } else { ": " };
        text.push_str(&format!("; {place}{dash}{}", problem.problem));
    }
    text.push('.');
    if let Some(hint) = &error.hint {
        text.push_str(&format!(" {}.", capitalised(hint)));
    }
    text
}

fn capitalised(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + chars.as_str()
    })
}

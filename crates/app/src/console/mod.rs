//! The console's door: commands in, events out, and between them the answers to look at.
//!
//! A window sends [`Command`]s and reads what [`Console`] shows; it computes nothing. Work
//! runs in [`Lane`]s, off the interface thread, and its last answer stays until the next is
//! there. Whatever a command changes is on its way to the disk before `send` returns.

mod by_hand;
mod command;
mod compiled;
mod draft;
mod edit;
mod files;
mod home;
mod keeper;
mod lane;
mod linting;
mod opening;
mod questions;
mod session;
mod unshown;

use std::path::PathBuf;
use std::sync::Arc;

use endcap_vocab::RuleSet;

pub use by_hand::{ByHand, Held};
pub use command::{Command, Event, ImportOrder};
pub use draft::Draft;
pub use edit::Edit;
pub use files::{Entry, FileKind, Files, Listing, Storage, path_of, snapshot_beside, text_of};
pub use home::{Home, HomeLock};
pub use lane::{Cancel, Lane, Wake};
pub use opening::{Imported, Opened, Opening, Work};
pub use questions::{Explanation, Insight, Questions};
pub use session::{
    ColumnChoice, Dates, Layout, Numbers, RulesChoice, Session, Settings, Source, Theme, View,
};
pub use unshown::UnshownRows;

use crate::{RankCommand, UserError};
use keeper::Keeper;

pub use keeper::Keeping;

/// How a console starts.
pub struct Start {
    /// Where its own files are.
    pub home: Home,
    /// What to open instead of what was open last.
    pub open: Option<Source>,
    /// Called from other threads when there is something to poll.
    pub wake: Wake,
}

/// An open console: a workspace, a draft, and what is asked of them.
pub struct Console {
    home: Home,
    session: Session,
    keeper: Keeper,
    opening: Opening,
    data: Option<Arc<Opened>>,
    draft: Option<Draft>,
    context: RankCommand,
    questions: Questions,
    files: Files,
    events: Vec<Event>,
}

impl Console {
    /// Starts with the session of last time and begins to open its data.
    #[must_use]
    pub fn start(start: Start) -> Self {
        let Start { home, open, wake } = start;
        let mut session: Session = home::read_json(&home.session()).unwrap_or_default();
        session.settings.scale = session.settings.scale.clamp(0.75, 2.0);
        if open.is_some() && open != session.source {
            session.context = None;
            session.source = open;
        }
        let mut console = Self {
            keeper: Keeper::new(Arc::clone(&wake)),
            opening: Opening::new(&wake),
            data: None,
            draft: None,
            context: RankCommand::default(),
            questions: Questions::new(&wake),
            files: Files::new(&wake),
            events: Vec::new(),
            session,
            home,
        };
        let source = console.session.source.clone();
        console.open(source);
        console
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// What keeps it from being carried out; nothing is changed then.
    pub fn send(&mut self, command: Command) -> Result<(), UserError> {
        match command {
            Command::Open(source) => self.open(source),
            Command::Import(order) => self.opening.import(order),
            Command::GiveUp => self.opening.give_up(),
            Command::Edit {
                label,
                edits,
                gesture,
            } => {
                self.questions.in_gesture(gesture.is_some());
                self.edit(label, edits, gesture)?;
            }
            Command::GiveUpGesture(gesture) => {
                let draft = self.draft.as_mut();
                if draft.is_some_and(|draft| draft.give_up(gesture)) {
                    self.keep_draft();
                }
            }
            Command::Undo => self.step(Draft::undo, Event::Undid),
            Command::Redo => self.step(Draft::redo, Event::Redid),
            Command::Discard => {
                if let Some(draft) = &self.draft {
                    let live = Box::new(RuleSet::clone(draft.live()));
                    let label = "Start again from live".to_owned();
                    self.edit(label, vec![Edit::Replace(live)], None)?;
                }
            }
            Command::SaveRules(path) => {
                if let Some(draft) = &self.draft {
                    self.files.save_rules(path, Arc::clone(draft.rules()));
                }
            }
            Command::LoadRules(path) => self.files.load_rules(path),
            Command::SaveReport(path) => {
                if let Some(imported) = self.opening.imported() {
                    self.files.save_report(path, imported.report.clone());
                }
            }
            Command::List { text, kind } => self.files.list(text, kind),
            Command::Measure => self.files.measure(self.home.clone()),
            Command::ClearPictures => self.files.clear_pictures(self.home.clone()),
            Command::Look(context) => self.look(*context)?,
            Command::Compare(columns) => {
                self.questions.in_gesture(false);
                self.remember(|session| session.columns = columns);
                self.ask_comparison();
            }
            Command::Explain {
                column,
                sku,
                against,
            } => {
                self.questions.in_gesture(false);
                self.questions.explained = Some((column, sku, against));
                self.ask_explanation();
            }
            Command::Sheet(sku) => {
                self.questions.in_gesture(false);
                self.questions.sheet_of = sku;
                self.ask_sheet();
            }
            Command::FindPeople(text) => self.find_people(text),
            Command::FindProducts(text) => self.find_products(text),
            Command::Unshown {
                text,
                reason,
                places,
            } => self.show_unshown((text, reason), places),
            Command::Try(condition) => self.try_condition(condition),
        }
        Ok(())
    }

    /// Takes in what other threads have done; gives what has happened.
    pub fn poll(&mut self) -> Vec<Event> {
        self.poll_opening();
        self.poll_files();
        self.events
            .extend(self.keeper.poll().into_iter().map(Event::NotKept));
        if self.questions.page.poll() {
            self.ask_insight();
        }
        self.questions.poll();
        std::mem::take(&mut self.events)
    }

    /// Whether an answer is on its way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.opening.is_busy() || self.questions.is_busy() || self.files.is_busy()
    }

    /// What the window remembers.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Changes what the window remembers.
    pub fn remember(&mut self, change: impl FnOnce(&mut Session)) {
        let before = self.session.clone();
        change(&mut self.session);
        if self.session != before {
            self.keeper
                .session(self.home.session(), self.session.clone());
        }
    }

    /// The data that is open.
    #[must_use]
    pub fn data(&self) -> Option<&Arc<Opened>> {
        self.data.as_ref()
    }

    /// What is being opened or imported.
    #[must_use]
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The rule set that is worked on.
    #[must_use]
    pub fn draft(&self) -> Option<&Draft> {
        self.draft.as_ref()
    }

    /// Who looks at which place, where and when.
    #[must_use]
    pub fn context(&self) -> &RankCommand {
        &self.context
    }

    /// The answers to look at.
    #[must_use]
    pub fn answers(&self) -> &Questions {
        &self.questions
    }

    /// What dialogs ask of the disk.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Whether the draft is on the disk.
    #[must_use]
    pub fn keeping(&self) -> Keeping<'_> {
        self.keeper.keeping()
    }

    /// Where the console's own files are.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Waits until everything is on the disk.
    pub fn close(&mut self) {
        self.keeper.flush();
        let failed = self.keeper.poll();
        self.events.extend(failed.into_iter().map(Event::NotKept));
    }

    fn poll_opening(&mut self) {
        for event in self.opening.poll() {
            if event == Event::Opened {
                self.install();
            }
            if let Event::Imported(path) = &event {
                let source = Source {
                    snapshot: path.clone(),
                    rules: None,
                };
                self.open(Some(source));
            }
            self.events.push(event);
        }
    }

    fn install_draft(&mut self, opened: &Opened) {
        let live = Arc::clone(&opened.live);
        let before = self.data.as_ref();
        let is_same = before.is_some_and(|before| before.draft_path == opened.draft_path);
        // The same data again: what was read may be older than what is in the window.
        if is_same && let Some(draft) = &mut self.draft {
            draft.set_live(live);
            return;
        }
        let unwritten = self.keeper.pending(&opened.draft_path);
        let draft = match (unwritten, &opened.draft) {
            (Some(rules), _) => rules,
            (None, Ok(Some(rules))) => Arc::new(rules.clone()),
            (None, Ok(None)) => Arc::clone(&live),
            (None, Err(error)) => {
                self.events.push(Event::DraftDamaged(error.clone()));
                Arc::clone(&live)
            }
        };
        self.draft = Some(Draft::new(live, draft));
    }

    fn poll_files(&mut self) {
        let (events, loaded) = self.files.poll();
        self.events.extend(events);
        if let Some((name, rules)) = loaded {
            let edits = vec![Edit::Replace(Box::new(rules))];
            match self.edit(format!("Load {name}"), edits, None) {
                Ok(()) => self.events.push(Event::Loaded(name)),
                Err(error) => self.events.push(Event::LoadFailed(error)),
            }
        }
    }

    /// Puts newly opened data in the place of what was open.
    fn install(&mut self) {
        let Some(opened) = self.opening.opened() else {
            return;
        };
        self.install_draft(&opened);
        self.questions.clear();
        self.files.forget_loading();
        let remembered = (self.session.source == opened.source)
            .then(|| self.session.context.clone())
            .flatten()
            .filter(|context| opened.workspace.request(context).is_ok());
        self.context = remembered.unwrap_or_else(|| opened.first_look.clone());
        let (source, context) = (opened.source.clone(), self.context.clone());
        self.data = Some(opened);
        self.remember(|session| {
            if let Some(source) = &source {
                session.recent.retain(|recent| recent != source);
                session.recent.insert(0, source.clone());
                session.recent.truncate(10);
            }
            session.source = source;
            session.context = Some(context);
        });
        self.ask_all();
    }

    fn open(&mut self, source: Option<Source>) {
        let pictures_mib = self.session.settings.picture_cache_mib;
        self.opening.open(source, self.home.clone(), pictures_mib);
    }

    fn edit(
        &mut self,
        label: String,
        edits: Vec<Edit>,
        gesture: Option<u64>,
    ) -> Result<(), UserError> {
        for edit in &edits {
            edit.check()?;
        }
        let Some(draft) = &mut self.draft else {
            return Ok(());
        };
        if draft.edit(label.clone(), edits, gesture) {
            self.changed(Event::Edited(label));
        }
        Ok(())
    }

    fn step(
        &mut self,
        step: impl FnOnce(&mut Draft) -> Option<String>,
        event: impl FnOnce(String) -> Event,
    ) {
        self.questions.in_gesture(false);
        if let Some(label) = self.draft.as_mut().and_then(step) {
            self.changed(event(label));
        }
    }

    /// The draft is another: it goes to the disk, and everything that shows it is asked anew.
    fn changed(&mut self, event: Event) {
        self.events.push(event);
        self.keep_draft();
    }

    fn keep_draft(&mut self) {
        if let (Some(draft), Some(data)) = (&self.draft, &self.data) {
            self.keeper
                .draft(data.draft_path.clone(), Arc::clone(draft.rules()));
        }
        self.ask_all();
    }

    fn look(&mut self, context: RankCommand) -> Result<(), UserError> {
        if let Some(data) = &self.data {
            data.workspace.request(&context)?;
        }
        self.context = context.clone();
        self.questions.in_gesture(false);
        self.remember(|session| session.context = Some(context));
        self.ask_all();
        self.try_again();
        Ok(())
    }

    fn ask_all(&mut self) {
        self.ask_page();
        self.ask_findings();
        self.ask_comparison();
        self.ask_explanation();
        self.ask_sheet();
    }

    /// Whether it is known what is live: a file says so, or the demo.
    fn has_live(&self) -> bool {
        let source = self.data.as_ref().map(|data| &data.source);
        source.is_some_and(|source| source.as_ref().is_none_or(|source| source.rules.is_some()))
    }

    /// The file that live came from.
    #[must_use]
    pub fn rules_path(&self) -> Option<PathBuf> {
        self.data.as_ref()?.source.as_ref()?.rules.clone()
    }
}

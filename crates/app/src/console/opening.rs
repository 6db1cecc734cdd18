//! Opening and importing data: long work with progress and a way out.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use endcap_connect::{Progress, QualityReport, Stage};
use endcap_vocab::RuleSet;

use super::home::read_draft;
use super::{Cancel, Event, Home, ImportOrder, Lane, Source, Wake};
use crate::{
    CategoryTree, Choices, DataSource, OpenStage, PackShots, PictureOptions, RankCommand,
    UserError, Workspace, import, read_rules,
};

/// The page of the demo that has most to show.
const DEMO_PAGE: &str = "grocery/beverages/coffee";

/// Data that is open.
pub struct Opened {
    /// Where it came from; `None` is the demo.
    pub source: Option<Source>,
    /// The retailer.
    pub workspace: Arc<Workspace>,
    /// Its pages.
    pub tree: CategoryTree,
    /// What contexts and scopes can be chosen from.
    pub choices: Choices,
    /// The rules that count as live.
    pub live: Arc<RuleSet>,
    /// The draft of an earlier session, or what is wrong with it.
    pub draft: Result<Option<RuleSet>, UserError>,
    /// Where to look first.
    pub first_look: RankCommand,
    /// Pictures of its products; `None` where the data names none.
    pub pack_shots: Option<PackShots>,
    /// Where its draft is kept. Worked out once: a link may lead elsewhere later.
    pub(super) draft_path: PathBuf,
}

impl Opened {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.source {
            None => "Demo".to_owned(),
            Some(source) => {
                let name = source.snapshot.file_stem().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
        }
    }
}

fn draft_path(home: &Home, source: Option<&Source>) -> PathBuf {
    match source {
        None => home.draft("demo", None),
        // The same file by another way is the same file.
        Some(source) => {
            let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let data = whole(&source.snapshot).display().to_string();
            home.draft(&data, source.rules.as_deref().map(whole).as_deref())
        }
    }
}

/// What was imported.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The snapshot.
    pub snapshot: PathBuf,
    /// What was taken, mended and refused.
    pub report: QualityReport,
}

/// How far long work is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Work {
    /// What is being done.
    pub what: String,
    /// Rows done so far, where they are counted.
    pub rows: u64,
    /// 0..1, where it is known.
    pub share: Option<f32>,
}

/// The two kinds of long work.
pub struct Opening {
    open: Lane<Opened>,
    import: Lane<Imported>,
    work: Arc<Mutex<Work>>,
    /// Counts what was asked: only the newest is taken in.
    asked: u64,
    wake: Wake,
}

impl Opening {
    pub(super) fn new(wake: &Wake) -> Self {
        Self {
            open: Lane::new(Arc::clone(wake)),
            import: Lane::new(Arc::clone(wake)),
            work: Arc::default(),
            asked: 0,
            wake: Arc::clone(wake),
        }
    }

    /// Whether anything is being opened or imported.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.open.is_busy() || self.import.is_busy()
    }

    /// How far it is, from 100 ms on: what is quicker shows no progress.
    #[must_use]
    pub fn work(&self) -> Option<Work> {
        let waiting = self.open.waiting_ms().max(self.import.waiting_ms());
        (waiting >= 100).then(|| lock(&self.work).clone())
    }

    /// What was imported last.
    #[must_use]
    pub fn imported(&self) -> Option<&Arc<Imported>> {
        self.import.value()
    }

    /// Why the last import was refused.
    #[must_use]
    pub fn import_error(&self) -> Option<&UserError> {
        self.import.error()
    }

    /// Why data could not be opened.
    #[must_use]
    pub fn open_error(&self) -> Option<&UserError> {
        self.open.error()
    }

    pub(super) fn opened(&self) -> Option<Arc<Opened>> {
        self.open.value().cloned()
    }

    pub(super) fn give_up(&mut self) {
        self.open.cancel();
        self.import.cancel();
    }

    pub(super) fn open(&mut self, source: Option<Source>, home: Home, pictures_mib: u32) {
        let progress = self.progress();
        progress(Work {
            what: "Opening".to_owned(),
            ..Work::default()
        });
        let wake = Arc::clone(&self.wake);
        self.asked += 1;
        self.open.ask(self.asked, move |cancel| {
            let mut opened = open(source, &home, cancel, &progress)?;
            let options = PictureOptions {
                max_bytes: u64::from(pictures_mib) << 20,
                ..PictureOptions::default()
            };
            if let DataSource::Snapshot(path) = &opened.workspace.source {
                // Without its pictures the window still shows everything else.
                let pack_shots = PackShots::of_snapshot(path, &home.pictures(), options, wake);
                opened.pack_shots = pack_shots.unwrap_or_default();
            }
            Ok(opened)
        });
    }

    pub(super) fn import(&mut self, order: ImportOrder) {
        let progress = self.progress();
        self.asked += 1;
        self.import.ask(self.asked, move |cancel| {
            let ImportOrder {
                dir,
                mapping,
                into,
                strict,
            } = order;
            let mut tell = |step: Progress<'_>| {
                progress(work_of_import(&step));
                going_on(cancel)
            };
            let report = import(&dir, mapping.as_deref(), &into, strict, &mut tell)?;
            Ok(Imported {
                snapshot: into,
                report,
            })
        });
    }

    /// What has come to an end.
    pub(super) fn poll(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.open.poll() {
            events.push(match self.open.error() {
                Some(error) => Event::OpenFailed(error.clone()),
                None => Event::Opened,
            });
        }
        if self.import.poll() {
            match (self.import.error(), self.import.value()) {
                (Some(error), _) => events.push(Event::ImportFailed(error.clone())),
                (None, Some(imported)) => events.push(Event::Imported(imported.snapshot.clone())),
                (None, None) => {}
            }
        }
        events
    }

    fn progress(&self) -> impl Fn(Work) + Send + use<> {
        let (work, wake) = (Arc::clone(&self.work), Arc::clone(&self.wake));
        move |now| {
            let mut work = lock(&work);
            // A row more is no news: the window would repaint for each.
            let news = work.what != now.what || work.rows / 20_000 != now.rows / 20_000;
            *work = now;
            drop(work);
            if news {
                wake();
            }
        }
    }
}

fn lock(work: &Mutex<Work>) -> std::sync::MutexGuard<'_, Work> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}

fn going_on(cancel: &Cancel) -> ControlFlow<()> {
    if cancel.is_cancelled() {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

fn open(
    source: Option<Source>,
    home: &Home,
    cancel: &Cancel,
    progress: &dyn Fn(Work),
) -> Result<Opened, UserError> {
    let (workspace, live) = match &source {
        None => (Workspace::demo()?, Workspace::demo_rules()),
        Some(source) => {
            let live = match &source.rules {
                Some(path) => read_rules(path)?,
                None => Workspace::relevance_alone(),
            };
            let mut tell = |stage: OpenStage| {
                progress(work_of_opening(stage));
                going_on(cancel)
            };
            (Workspace::open_with(&source.snapshot, &mut tell)?, live)
        }
    };
    let draft_path = draft_path(home, source.as_ref());
    Ok(Opened {
        tree: workspace.tree(),
        choices: workspace.choices(),
        first_look: first_look(&workspace, source.is_none()),
        draft: read_draft(&draft_path),
        draft_path,
        live: Arc::new(live),
        workspace: Arc::new(workspace),
        source,
        pack_shots: None,
    })
}

fn work_of_opening(stage: OpenStage) -> Work {
    let so_far = match stage {
        OpenStage::Products(so_far) | OpenStage::Shoppers(so_far) => Some(so_far),
        OpenStage::Columns | OpenStage::Orders | OpenStage::Model | OpenStage::Training => None,
    };
    Work {
        what: stage.sentence().to_owned(),
        rows: so_far.map_or(0, |so_far| so_far.read),
        share: so_far.map(|so_far| so_far.read as f32 / so_far.of.max(1) as f32),
    }
}

fn work_of_import(step: &Progress<'_>) -> Work {
    let doing = match step.stage {
        Stage::Reading => "Reading",
        Stage::Mapping => "Mapping",
        Stage::Writing => "Writing",
    };
    Work {
        what: format!("{doing} {}", step.name),
        rows: step.rows,
        share: None,
    }
}

/// The demo's show page, or the category with the most products.
fn first_look(workspace: &Workspace, is_demo: bool) -> RankCommand {
    let page = if is_demo {
        Some(DEMO_PAGE.to_owned())
    } else {
        // Of equals the first in the tree.
        let categories = workspace.retailer.categories();
        let most = categories.reduce(|most, next| if next.1 > most.1 { next } else { most });
        most.map(|(path, _)| path.to_owned())
    };
    RankCommand {
        page,
        ..RankCommand::default()
    }
}

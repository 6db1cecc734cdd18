//! Banners under the view bar: what must not be overlooked, and what can be done about it.

use egui::{Frame, Margin, Panel, Ui};
use endcap_app::console::{Event, View};
use endcap_app::{ErrorCode, UserError};
use endcap_look::{Banner, SPACE_1, SPACE_4, Tokens, Tone};

use super::status::is_stale;
use crate::{Action, Desk, sentence};

/// Which banners were closed, and what went wrong and is not mended yet.
#[derive(Default)]
pub(super) struct Banners {
    demo_closed: bool,
    stale_closed: bool,
    open_failed: Option<UserError>,
    draft_damaged: Option<UserError>,
}

/// What a banner's buttons do, in their order.
struct Offer {
    tone: Tone,
    text: String,
    actions: &'static [(&'static str, Action)],
}

const OPEN: (&str, Action) = ("Open a snapshot", Action::Open);
const IMPORT: (&str, Action) = ("Import files", Action::Import);
const DEMO: (&str, Action) = ("Open the demo", Action::OpenDemo);

impl Banners {
    /// Takes in what has happened.
    pub(super) fn hear(&mut self, event: &Event) {
        match event {
            Event::Opened => {
                self.stale_closed = false;
                self.open_failed = None;
                self.draft_damaged = None;
            }
            Event::OpenFailed(error) if error.code == ErrorCode::Cancelled => {}
            Event::OpenFailed(error) => self.open_failed = Some(error.clone()),
            Event::DraftDamaged(error) => self.draft_damaged = Some(error.clone()),
            _ => {}
        }
    }

    /// Draws the banners there are, the most pressing first.
    pub(super) fn banners_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let is_demo = desk
            .console
            .data()
            .is_some_and(|data| data.source.is_none());
        let failed = self.open_failed.as_ref().map(|error| Offer {
            tone: Tone::Bad,
            text: sentence(error),
            actions: if is_demo { &[OPEN] } else { &[OPEN, DEMO] },
        });
        let damaged = self.draft_damaged.as_ref().map(|error| Offer {
            tone: Tone::Bad,
            text: sentence(error),
            actions: &[],
        });
        let stale = (is_stale(desk) && !self.stale_closed).then(|| Offer {
            tone: Tone::Warn,
            text: stale_sentence(desk),
            actions: &[OPEN, IMPORT],
        });
        // The Data view says so itself, with the same ways out.
        let says_so = desk.console.session().view == View::Data;
        let demo = (is_demo && !says_so && !self.demo_closed).then(|| Offer {
            tone: Tone::Info,
            text: "This is the demo: made-up products and shoppers.".to_owned(),
            actions: &[OPEN, IMPORT],
        });
        let offers = [failed, damaged, stale, demo];
        if offers.iter().all(Option::is_none) {
            return;
        }
        let margin = Margin::symmetric(SPACE_4 as i8, SPACE_1 as i8);
        let frame = Frame::NONE.fill(Tokens::of(ui).panel).inner_margin(margin);
        let mut closed = [false; 4];
        Panel::top("banners")
            .resizable(false)
            .frame(frame)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = SPACE_1;
                for (offer, closed) in offers.iter().zip(&mut closed) {
                    if let Some(offer) = offer {
                        *closed = offer_ui(ui, desk, offer);
                    }
                }
            });
        let [failed, damaged, stale, demo] = closed;
        if failed {
            self.open_failed = None;
        }
        if damaged {
            self.draft_damaged = None;
        }
        self.stale_closed |= stale;
        self.demo_closed |= demo;
    }
}

/// Draws one banner; says whether it is to go.
fn offer_ui(ui: &mut Ui, desk: &mut Desk, offer: &Offer) -> bool {
    let labels: Vec<&str> = offer.actions.iter().map(|(label, _)| *label).collect();
    let asked = Banner::new(offer.tone, &offer.text)
        .actions(&labels)
        .dismissable()
        .ui(ui);
    if let Some((_, action)) = asked.action.and_then(|index| offer.actions.get(index)) {
        desk.act(*action);
    }
    asked.dismissed
}

fn stale_sentence(desk: &Desk) -> String {
    let age = desk.console.data().map_or_else(String::new, |data| {
        desk.format.age(data.workspace.taken_at, desk.now())
    });
    format!("This data was taken {age}: prices and stock have moved on since.")
}

//! Shoppers: what somebody sees under several rule sets, and why.

mod context;
mod head;
mod lines;
mod people;
mod slates;
mod why;

use egui::{CentralPanel, Frame, Ui};
use endcap_look::Tokens;

use crate::rank::chips;
use crate::side::Side;
use crate::{Action, Desk};

const PEOPLE: Side = Side {
    name: "shoppers-people",
    width: 264.0,
    narrow: 240.0,
    least: 200.0,
    most: 360.0,
};
const WHY: Side = Side {
    name: "shoppers-why",
    width: 400.0,
    narrow: 348.0,
    least: 320.0,
    most: 520.0,
};

/// The Shoppers view.
#[derive(Default)]
pub(crate) struct Shoppers {
    chips: chips::State,
    people: people::PeopleList,
    slates: slates::Slates,
    why: why::WhyPanel,
}

impl Shoppers {
    /// Draws the context chips of the view bar.
    pub(crate) fn bar_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        chips::bar_ui(ui, desk, &mut self.chips);
    }

    /// Draws the view.
    pub(crate) fn view_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        PEOPLE.left_ui(ui, desk, |ui, desk| self.people.people_ui(ui, desk));
        WHY.right_ui(ui, desk, |ui, desk| self.why.why_ui(ui, desk));
        CentralPanel::no_frame()
            .frame(Frame::new().fill(Tokens::of(ui).ground))
            .show(ui, |ui| self.slates.slates_ui(ui, desk));
    }

    /// Carries out an action of this view; says whether it is one.
    pub(crate) fn act(&mut self, action: Action, desk: &mut Desk) -> bool {
        match action {
            Action::Find => {
                self.people.find();
                true
            }
            Action::Sheet => self.slates.open_sheet(desk),
            _ => false,
        }
    }
}

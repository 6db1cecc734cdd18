//! What can be done from the keyboard, the command palette and menus, each with its key.

use egui::{Context, Key, KeyboardShortcut, Modifiers};
use endcap_app::console::{Layout, View};

/// Something a user can do from anywhere or in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Shows a view.
    Show(View),
    /// Opens the command palette.
    Palette,
    /// Shows every key.
    Keys,
    /// Shows the first-run guide.
    Guide,
    /// Takes the last edit back.
    Undo,
    /// Does it again.
    Redo,
    /// Asks for a snapshot to open.
    Open,
    /// Opens the demo.
    OpenDemo,
    /// Asks for files to import.
    Import,
    /// Asks where to write the draft.
    SaveRules,
    /// Asks for a rule set to put in the draft's place.
    LoadRules,
    /// Asks where to write the report of the last import.
    SaveReport,
    /// Starts the draft again from live.
    Discard,
    /// Draws the page as cards, a table, or beside live.
    Arrange(Layout),
    /// Begins a new rule for the page.
    NewRule,
    /// Lists what lint finds in the draft.
    Findings,
    /// Puts the cursor into the search of categories or shoppers.
    Find,
    /// Pins what is selected.
    Pin,
    /// Hides what is selected.
    Hide,
    /// Boosts what is selected.
    Boost,
    /// Searches a product to pin.
    PinAny,
    /// Shows or hides the products that are not eligible.
    Ineligible,
    /// Opens the sheet of what is selected.
    Sheet,
    /// Selects every card of the page.
    SelectAll,
    /// Light, dark, as the system has it, in turn.
    NextTheme,
    /// Makes everything larger.
    Larger,
    /// Makes everything smaller.
    Smaller,
    /// Closes the window.
    Quit,
}

const COMMAND: Modifiers = Modifiers::COMMAND;

impl Action {
    /// Every action, in the order the keyboard map lists them.
    pub const ALL: &[Self] = &[
        Self::Palette,
        Self::Keys,
        Self::Guide,
        Self::Show(View::Rank),
        Self::Show(View::Shoppers),
        Self::Show(View::Data),
        Self::Show(View::Settings),
        Self::Undo,
        Self::Redo,
        Self::Open,
        Self::OpenDemo,
        Self::Import,
        Self::SaveRules,
        Self::LoadRules,
        Self::SaveReport,
        Self::Discard,
        Self::Arrange(Layout::Grid),
        Self::Arrange(Layout::List),
        Self::Arrange(Layout::Compare),
        Self::NewRule,
        Self::Findings,
        Self::Find,
        Self::SelectAll,
        Self::Pin,
        Self::PinAny,
        Self::Hide,
        Self::Boost,
        Self::Sheet,
        Self::Ineligible,
        Self::NextTheme,
        Self::Larger,
        Self::Smaller,
        Self::Quit,
    ];

    /// What menus and the palette call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Show(View::Rank) => "Go to Rank",
            Self::Show(View::Shoppers) => "Go to Shoppers",
            Self::Show(View::Data) => "Go to Data",
            Self::Show(View::Settings) => "Go to Settings",
            Self::Palette => "Find a command, page, product or shopper",
            Self::Keys => "Show the keyboard map",
            Self::Guide => "Show the first-run guide",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Open => "Open a snapshot",
            Self::OpenDemo => "Open the demo",
            Self::Import => "Import files",
            Self::SaveRules => "Save the draft as a rule set",
            Self::LoadRules => "Load a rule set into the draft",
            Self::SaveReport => "Save the quality report of the last import",
            Self::Discard => "Start the draft again from live",
            Self::Arrange(Layout::Grid) => "Show the page as a grid",
            Self::Arrange(Layout::List) => "Show the page as a list",
            Self::Arrange(Layout::Compare) => "Compare the page with live",
            Self::NewRule => "New rule for this page",
            Self::Findings => "Show what lint finds in the rules",
            Self::Find => "Search in this view",
            Self::SelectAll => "Select every product of the page",
            Self::Pin => "Pin the selected products",
            Self::PinAny => "Pin any product",
            Self::Hide => "Hide the selected products",
            Self::Boost => "Boost the selected products",
            Self::Sheet => "Open the product sheet",
            Self::Ineligible => "Show products that are not eligible",
            Self::NextTheme => "Switch between light, dark and system",
            Self::Larger => "Make everything larger",
            Self::Smaller => "Make everything smaller",
            Self::Quit => "Close the window",
        }
    }

    /// Its key.
    #[must_use]
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let plain = |key| KeyboardShortcut::new(Modifiers::NONE, key);
        let command = |key| KeyboardShortcut::new(COMMAND, key);
        let shifted = |key| KeyboardShortcut::new(COMMAND.plus(Modifiers::SHIFT), key);
        Some(match self {
            Self::Palette => command(Key::K),
            Self::Keys => plain(Key::F1),
            Self::Show(View::Rank) => command(Key::Num1),
            Self::Show(View::Shoppers) => command(Key::Num2),
            Self::Show(View::Data) => command(Key::Num3),
            Self::Show(View::Settings) => command(Key::Comma),
            Self::Undo => command(Key::Z),
            Self::Redo => shifted(Key::Z),
            Self::Open => command(Key::O),
            Self::Import => command(Key::I),
            Self::SaveRules => command(Key::S),
            Self::LoadRules => shifted(Key::O),
            Self::NewRule => command(Key::N),
            Self::Find => command(Key::F),
            Self::Findings => shifted(Key::F),
            Self::Arrange(Layout::Grid) => command(Key::G),
            Self::Arrange(Layout::List) => command(Key::L),
            Self::Arrange(Layout::Compare) => command(Key::D),
            Self::SelectAll => command(Key::A),
            Self::Pin => command(Key::P),
            Self::PinAny => shifted(Key::P),
            Self::Hide => command(Key::H),
            Self::Boost => command(Key::B),
            Self::Sheet => plain(Key::F2),
            Self::Ineligible => command(Key::E),
            Self::NextTheme => shifted(Key::L),
            Self::Larger => command(Key::Plus),
            Self::Smaller => command(Key::Minus),
            Self::Quit => command(Key::Q),
            Self::Guide | Self::OpenDemo | Self::SaveReport | Self::Discard => return None,
        })
    }

    /// A second key for the same: where `+` needs Shift, its key without Shift will do.
    #[must_use]
    pub fn other_shortcut(self) -> Option<KeyboardShortcut> {
        let equals = KeyboardShortcut::new(COMMAND, Key::Equals);
        (self == Self::Larger).then_some(equals)
    }

    /// Its key as this system writes it: "Ctrl+K".
    #[must_use]
    pub fn keys(self, ctx: &Context) -> Option<String> {
        let shortcut = self.shortcut()?;
        let keys = ctx.format_shortcut(&shortcut);
        Some(keys.replace("Comma", ",").replace("Minus", "−"))
    }

    /// Under which head the keyboard map lists it.
    #[must_use]
    pub fn group(self) -> &'static str {
        match self {
            Self::Undo | Self::Redo | Self::SaveRules | Self::LoadRules | Self::Discard => "Draft",
            Self::Open | Self::OpenDemo | Self::Import | Self::SaveReport => "Data",
            _ if self.is_of_rank() => "Rank",
            _ => "Everywhere",
        }
    }

    /// Whether it means something on the Rank view alone.
    #[must_use]
    pub fn is_of_rank(self) -> bool {
        matches!(
            self,
            Self::Arrange(_)
                | Self::NewRule
                | Self::Findings
                | Self::SelectAll
                | Self::Pin
                | Self::PinAny
                | Self::Hide
                | Self::Boost
                | Self::Ineligible
        )
    }

    /// Whether it may be carried out while a dialog is open; what lies behind one keeps still.
    #[must_use]
    pub fn works_over_dialogs(self) -> bool {
        matches!(
            self,
            Self::Palette
                | Self::Keys
                | Self::NextTheme
                | Self::Larger
                | Self::Smaller
                | Self::Quit
        )
    }

    /// Whether it has a meaning while a text is being typed: plain editing keys stay with the
    /// text.
    #[must_use]
    pub fn works_in_text(self) -> bool {
        !matches!(self, Self::Undo | Self::Redo | Self::SelectAll)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. No key stands for two actions, and every action has a sentence.
    #[test]
    fn every_key_does_one_thing() {
        let mut keys: Vec<_> = Action::ALL
            .iter()
            .filter_map(|action| action.shortcut())
            .map(|shortcut| format!("{shortcut:?}"))
            .collect();
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert!(Action::ALL.iter().all(|action| !action.label().is_empty()));
    }
}

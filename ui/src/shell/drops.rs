//! Files that are dropped onto the window.

use std::path::{Path, PathBuf};

use egui::{Align2, LayerId, Order, Ui};
use endcap_app::console::FileKind;
use endcap_look::{Face, Tokens};

/// What was dropped.
pub(super) enum Dropped {
    /// A snapshot, to be opened.
    Snapshot(PathBuf),
    /// A rule set, to be loaded into the draft.
    Rules(PathBuf),
    /// A folder of files, or a file in one, to be imported.
    Files(PathBuf),
    /// Something else, by its name.
    Unknown(String),
}

/// Says over the window what dropping would do; gives what was dropped.
pub(super) fn dropped_ui(ui: &Ui) -> Option<Dropped> {
    let (is_over, path) = ui.input(|input| {
        let dropped = input.raw.dropped_files.first();
        let path = dropped.map(|file| file.path().to_owned());
        (!input.raw.hovered_files.is_empty(), path)
    });
    if is_over {
        let tokens = Tokens::of(ui);
        let painter = ui.layer_painter(LayerId::new(Order::Tooltip, egui::Id::unique("drop")));
        let whole = ui.content_rect();
        painter.rect_filled(whole, 0, tokens.scrim());
        painter.text(
            whole.center(),
            Align2::CENTER_CENTER,
            "Drop a snapshot, a rule set or a folder of CSV files",
            Face::Title.font(),
            tokens.panel,
        );
    }
    path.map(|path| kind_of(&path))
}

fn kind_of(path: &Path) -> Dropped {
    match FileKind::of(path) {
        Some(FileKind::Snapshot) => Dropped::Snapshot(path.to_owned()),
        Some(FileKind::Rules) => Dropped::Rules(path.to_owned()),
        Some(FileKind::CsvFolder) => {
            Dropped::Files(path.parent().unwrap_or(Path::new(".")).to_owned())
        }
        _ if path.extension().is_none() => Dropped::Files(path.to_owned()),
        _ => Dropped::Unknown(path.file_name().unwrap_or_default().display().to_string()),
    }
}

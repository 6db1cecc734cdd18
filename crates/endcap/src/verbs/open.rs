//! The window: `endcap` on what was open last, `endcap open` on a snapshot.

use std::path::Path;
use std::sync::Arc;

use chrono::Local;
use endcap_app::UserError;
use endcap_app::console::{Home, Source};

use crate::args::OpenArgs;
use crate::screen::{Exit, Outcome};

/// What works in a terminal alone.
const VERBS: &str = "these verbs work without a window: tour, rank, beside, case, diff, say, check, lint, \
                     evaluate, train, drift, import, export, demo, bench, \
                     completions";

/// Opens the window on what was open last, or on the demo.
pub(crate) fn last() -> Outcome {
    window(None)
}

/// Opens the window on a snapshot.
pub(crate) fn run(args: &OpenArgs) -> Outcome {
    // Said here, before a window is there that could not show it.
    for path in std::iter::once(&args.snapshot).chain(&args.rules) {
        if !path.is_file() {
            let path = path.display();
            return Err(UserError::unreadable(format!("no file {path} here")).into());
        }
    }
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    window(Some(Source {
        snapshot: absolute(&args.snapshot),
        rules: args.rules.as_deref().map(absolute),
    }))
}

fn window(open: Option<Source>) -> Outcome {
    if let Some(missing) = missing_display() {
        return Err(UserError::unreadable(missing).hint(VERBS).into());
    }
    let home = Home::of_user()?;
    let _lock = home.lock()?;
    let clock = Arc::new(|| Local::now().fixed_offset());
    match endcap_ui::open_window(home, open, clock) {
        Ok(()) => Ok(Exit::Agrees),
        Err(error) => {
            let error = format!("no window can be opened: {}", error.trim_end_matches('.'));
            Err(UserError::unreadable(error).hint(VERBS).into())
        }
    }
}

/// What a display would need; elsewhere than on Linux and its like there is always one.
fn missing_display() -> Option<&'static str> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_display = !cfg!(all(unix, not(target_os = "macos")))
        || is_set("DISPLAY")
        || is_set("WAYLAND_DISPLAY");
    (!has_display).then_some("there is no display here: neither WAYLAND_DISPLAY nor DISPLAY is set")
}

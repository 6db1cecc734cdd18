//! Where answers, errors and progress go.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, TableStyle};
use endcap_app::{ErrorCode, UserError};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Section heads.
const HEAD: Style = Style::new().bold();
/// What matters less.
const FAINT: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// The program's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    Agrees = 0,
    Differs = 1,
    BadInput = 2,
    Unreadable = 3,
    /// What a shell says of a program that Ctrl+C ended.
    Interrupted = 130,
}

/// Why a verb stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Whoever read the answer went away.
    Gone,
    /// Something the user can act on.
    Error(UserError),
}

impl Failure {
    pub(crate) fn code(error: &UserError) -> Exit {
        match error.code {
            ErrorCode::BadInput => Exit::BadInput,
            ErrorCode::Unreadable => Exit::Unreadable,
            ErrorCode::Cancelled => Exit::Interrupted,
        }
    }
}

impl From<UserError> for Failure {
    fn from(error: UserError) -> Self {
        Self::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Gone
        } else {
            Self::Error(UserError::unreadable(format!(
                "cannot write the answer: {error}"
            )))
        }
    }
}

/// What a verb gives back.
pub(crate) type Outcome = Result<Exit, Failure>;

/// Standard output, with colour only where somebody sees it, and standard error.
///
/// Titles and names are other people's texts: whatever is written here reaches the terminal
/// without the characters that steer one.
pub(crate) struct Screen {
    out: BufWriter<AutoStream<io::Stdout>>,
}

impl Screen {
    pub(crate) fn new() -> Self {
        Self {
            out: BufWriter::new(AutoStream::auto(io::stdout())),
        }
    }

    /// Columns of the terminal; `None` where the answer goes elsewhere and may be as wide
    /// as it likes.
    pub(crate) fn width(&self) -> Option<u16> {
        let terminal = io::stdout().is_terminal();
        terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| width.0)
    }

    /// A table without lines, as wide as the terminal, or as it likes where there is none.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(TableStyle::new());
        if let Some(width) = self.width() {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        table
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Prints what `write!` and `writeln!` make.
    pub(crate) fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> Result<(), Failure> {
        Ok(self.out.write_all(tame(&text.to_string()).as_bytes())?)
    }

    /// Prints a section head.
    pub(crate) fn head(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{HEAD}{}{HEAD:#}", tame(text))?)
    }

    /// Prints a line that matters less.
    pub(crate) fn faint(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{FAINT}{}{FAINT:#}", tame(text))?)
    }

    /// Prints JSON, over many lines.
    pub(crate) fn json(&mut self, value: &serde_json::Value) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", tame_json(&format!("{value:#}")))?)
    }

    /// Prints JSON on one line.
    pub(crate) fn json_line(&mut self, value: &serde_json::Value) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", tame_json(&value.to_string()))?)
    }

    /// Says something beside the answer, on standard error.
    pub(crate) fn aside(&mut self, text: &str) -> Result<(), Failure> {
        self.flush()?;
        // Nobody to tell is no reason to stop.
        let _ = writeln!(anstream::stderr(), "{FAINT}{}{FAINT:#}", tame(text));
        Ok(())
    }

    /// Says what went wrong, on standard error.
    pub(crate) fn error(&mut self, error: &UserError) {
        let mut text = format!("{ERROR}error:{ERROR:#} {}\n", tame(&error.summary));
        for problem in &error.problems {
            let place = if problem.path.is_empty() {
                "document"
            } else {
                &problem.path
            };
            text.push_str(&format!("  {}: {}\n", tame(place), tame(&problem.problem)));
        }
        if let Some(hint) = &error.hint {
            text.push_str(&format!("{HINT}hint:{HINT:#} {}\n", tame(hint)));
        }
        let _ = self.out.flush();
        let _ = anstream::stderr().write_all(text.as_bytes());
    }

    /// A bar on standard error, which draws itself only on a terminal.
    pub(crate) fn progress(&self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        // The template is this file's own, so a fault in it is one of this file.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}

/// Whether a character steers a terminal, or turns the text after it around.
fn steers(character: char) -> bool {
    let stays = matches!(character, '\n' | '\t');
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() && !stays || turns
}

/// A text with `\u{fffd}` for each character that steers.
fn tame(text: &str) -> Cow<'_, str> {
    if text.contains(steers) {
        text.replace(steers, "\u{fffd}").into()
    } else {
        text.into()
    }
}

/// The same JSON, with an escape for each character that steers: outside of its strings JSON
/// has none.
fn tame_json(json: &str) -> Cow<'_, str> {
    if !json.contains(steers) {
        return json.into();
    }
    let mut tamed = String::with_capacity(json.len() + 8);
    for character in json.chars() {
        if steers(character) {
            tamed.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            tamed.push(character);
        }
    }
    tamed.into()
}

#[cfg(test)]
mod tests {
    //! 1. No character that steers a terminal is left in a text.
    //! 2. JSON keeps its meaning when it is tamed.

    use super::*;

    const STEERING: &str = "a\u{1b}[31m b\u{7f} c\u{9b}2J d\u{202e} e\r f\u{7}";

    #[test]
    fn a_tamed_text_steers_nothing_and_keeps_its_lines() {
        assert_eq!(tame("one\ttwo\nthree שלום"), "one\ttwo\nthree שלום");
        let tamed = tame(STEERING);
        assert_eq!(
            tamed,
            "a\u{fffd}[31m b\u{fffd} c\u{fffd}2J d\u{fffd} e\u{fffd} f\u{fffd}"
        );
    }

    #[test]
    fn tamed_json_means_the_same() {
        let value = serde_json::json!({ STEERING: [STEERING, "plain"] });
        for json in [value.to_string(), format!("{value:#}")] {
            let tamed = tame_json(&json);
            assert!(!tamed.contains(steers));
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&tamed).unwrap(),
                value
            );
        }
    }
}

//! Where answers, errors and progress go.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use endcap_app::{ErrorCode, UserError};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Section heads.
pub(crate) const HEAD: Style = Style::new().bold();
/// What matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// The program's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    Agrees = 0,
    Differs = 1,
    BadInput = 2,
    Unreadable = 3,
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

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Prints a section head.
    pub(crate) fn head(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{HEAD}{text}{HEAD:#}")?)
    }

    /// Prints JSON.
    pub(crate) fn json(&mut self, value: &serde_json::Value) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{value:#}")?)
    }

    /// Says something beside the answer, on standard error.
    pub(crate) fn aside(&mut self, text: &str) -> Result<(), Failure> {
        self.flush()?;
        // Nobody to tell is no reason to stop.
        let _ = writeln!(anstream::stderr(), "{FAINT}{text}{FAINT:#}");
        Ok(())
    }

    /// Says what went wrong, on standard error.
    pub(crate) fn error(&mut self, error: &UserError) {
        let mut text = format!("{ERROR}error:{ERROR:#} {}\n", error.summary);
        for problem in &error.problems {
            let place = if problem.path.is_empty() {
                "document"
            } else {
                &problem.path
            };
            text.push_str(&format!("  {place}: {}\n", problem.problem));
        }
        if let Some(hint) = &error.hint {
            text.push_str(&format!("{HINT}hint:{HINT:#} {hint}\n"));
        }
        let _ = self.out.flush();
        let _ = anstream::stderr().write_all(text.as_bytes());
    }

    /// A bar on standard error, which draws itself only on a terminal.
    pub(crate) fn progress(&self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        // The template is this file's own, so a fault in it is one of this file.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

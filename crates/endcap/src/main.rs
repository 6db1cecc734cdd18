//! The endcap program: one verb, one answer.

mod args;
mod interrupt;
mod screen;
mod verbs;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Verb};
use crate::screen::{Failure, Screen};

fn main() -> ExitCode {
    let args = Args::parse();
    let mut screen = Screen::new();
    let outcome = match args.verb {
        None => verbs::open::last(),
        Some(Verb::Open(args)) => verbs::open::run(&args),
        Some(Verb::Tour) => verbs::rank::tour(&mut screen),
        Some(Verb::Rank(args)) => verbs::rank::run(&args, &mut screen),
        Some(Verb::Beside(args)) => verbs::beside::run(&args, &mut screen),
        Some(Verb::Case(args)) => verbs::case::run(&args, &mut screen),
        Some(Verb::Diff(args)) => verbs::documents::diff(&args, &mut screen),
        Some(Verb::Say(args)) => verbs::documents::say(&args, &mut screen),
        Some(Verb::Check(args)) => verbs::documents::check(&args, &mut screen),
        Some(Verb::Lint(args)) => verbs::lint::run(&args, &mut screen),
        Some(Verb::Evaluate(args)) => verbs::evaluate::run(&args, &mut screen),
        Some(Verb::Train(args)) => verbs::train::run(&args, &mut screen),
        Some(Verb::Drift(args)) => verbs::train::drift(&args, &mut screen),
        Some(Verb::Import(args)) => verbs::data::import(&args, &mut screen),
        Some(Verb::Export(args)) => verbs::data::export(&args, &mut screen),
        Some(Verb::Demo(args)) => verbs::data::demo(&args, &mut screen),
        Some(Verb::Bench(args)) => verbs::bench::run(&args, &mut screen),
        Some(Verb::Completions(args)) => verbs::documents::completions(&args, &mut screen),
    };
    let outcome = outcome.and_then(|code| screen.flush().map(|()| code));
    match outcome {
        Ok(code) => ExitCode::from(code as u8),
        // Whoever read the answer has seen enough: that is no failure.
        Err(Failure::Gone) => ExitCode::SUCCESS,
        Err(Failure::Error(error)) => {
            screen.error(&error);
            ExitCode::from(Failure::code(&error) as u8)
        }
    }
}

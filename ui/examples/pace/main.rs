//! Measures the window without a display: how soon it is there, how soon it answers a drag, what
//! a frame of scrolling costs, and what it does while nothing happens.
//!
//! `cargo run --release -p endcap-ui --example pace -- [SNAPSHOT] [--rules FILE] [--json]`
//!
//! The window, the console, the events and the frames are the real ones, up to the triangles
//! that a graphics processor would be given. Without a snapshot the demo is measured.
#![allow(clippy::print_stdout, reason = "what it measures is its output")]

mod driven;
mod figures;
mod measures;

use std::path::PathBuf;
use std::process::ExitCode;

use endcap_app::console::Source;

use figures::Figure;
use measures::Pages;

/// What is asked on the command line.
struct Args {
    source: Option<Source>,
    /// The page to drag over; the one that is nearest to 2,000 products without it.
    page: Option<String>,
    /// `open`, `drag`, `scroll` or `idle`: that one alone.
    only: Option<String>,
    /// What assistive technology is told is worked out, too.
    accesskit: bool,
    json: bool,
}

fn main() -> ExitCode {
    let args = match args() {
        Ok(args) => args,
        Err(problem) => {
            println!("{problem}");
            println!(
                "pace [SNAPSHOT] [--rules FILE] [--page PATH] [--only open|drag|scroll|idle] \
                 [--accesskit] [--json]"
            );
            return ExitCode::from(2);
        }
    };
    let mut found = Vec::new();
    let mut say = |figures: Vec<Figure>| {
        if !args.json {
            figures.iter().for_each(|figure| println!("{figure}"));
        }
        found.extend(figures);
    };
    let wanted = |name: &str| args.only.as_deref().is_none_or(|only| only == name);
    if wanted("open") {
        say(measures::open(args.source.as_ref()));
    }
    if ["drag", "scroll", "idle"].into_iter().any(wanted) {
        let mut driven = driven::Driven::start(args.source.as_ref(), args.accesskit);
        driven.settle();
        let pages = Pages::of(&mut driven, args.page);
        if wanted("drag") {
            measures::drags(&mut driven, &pages, &mut say);
        }
        if wanted("scroll") {
            measures::scrolls(&mut driven, &pages, &mut say);
        }
        if wanted("idle") {
            say(measures::idle(&mut driven));
        }
        driven.close();
    }
    if args.json {
        let rows: Vec<String> = found.iter().map(Figure::json).collect();
        println!("[\n  {}\n]", rows.join(",\n  "));
    }
    ExitCode::SUCCESS
}

fn args() -> Result<Args, String> {
    let mut args = Args {
        source: None,
        page: None,
        only: None,
        accesskit: false,
        json: false,
    };
    let mut snapshot = None;
    let mut rules = None;
    let mut given = std::env::args().skip(1);
    while let Some(arg) = given.next() {
        let mut value = || given.next().ok_or(format!("{arg} wants a value"));
        match arg.as_str() {
            "--rules" => rules = Some(PathBuf::from(value()?)),
            "--page" => args.page = Some(value()?),
            "--only" => args.only = Some(value()?),
            "--accesskit" => args.accesskit = true,
            "--json" => args.json = true,
            _ if arg.starts_with('-') || snapshot.is_some() => return Err(format!("not {arg}")),
            _ => snapshot = Some(PathBuf::from(arg)),
        }
    }
    args.source = snapshot.map(|snapshot| Source { snapshot, rules });
    Ok(args)
}

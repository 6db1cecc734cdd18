//! Verbs over documents: `diff`, `say`, `check`, and completions.

use std::path::Path;

use clap::CommandFactory;
use endcap_app::{
    Document, RuleSet, UserError, Workspace, changes, check_document, parse_rules, say_rules,
    skus_not_in,
};
use serde_json::json;

use super::case::{name_of, read};
use crate::args::{Args, CheckArgs, CompletionsArgs, DiffArgs, SayArgs};
use crate::screen::{Exit, Outcome, Screen};

/// A rule set from a file, or from standard input for `-`.
pub(crate) fn rules(path: &Path) -> Result<RuleSet, UserError> {
    parse_rules(&read(path)?, &name_of(path))
}

pub(crate) fn diff(args: &DiffArgs, screen: &mut Screen) -> Outcome {
    let changes = changes(&rules(&args.before)?, &rules(&args.after)?);
    if args.json {
        let changes: Vec<_> = changes
            .iter()
            .map(|change| {
                json!({
                    "path": change.path,
                    "sentence": change.sentence,
                    "before": change.before,
                    "after": change.after,
                })
            })
            .collect();
        screen.json(&json!({"changes": changes}))?;
    } else {
        for change in &changes {
            writeln!(screen, "{}", change.sentence)?;
        }
        if changes.is_empty() {
            screen.aside("the two rule sets say the same")?;
        }
    }
    Ok(if changes.is_empty() {
        Exit::Agrees
    } else {
        Exit::Differs
    })
}

pub(crate) fn say(args: &SayArgs, screen: &mut Screen) -> Outcome {
    let rules = match &args.rules {
        Some(path) => rules(path)?,
        None => Workspace::demo_rules(),
    };
    writeln!(screen, "{}", say_rules(&rules).trim_end())?;
    Ok(Exit::Agrees)
}

pub(crate) fn check(args: &CheckArgs, screen: &mut Screen) -> Outcome {
    let name = name_of(&args.path);
    let text = read(&args.path)?;
    let kind = match check_document(&text, args.kind.map(Document::from)) {
        Ok(kind) => kind,
        Err(problems) if args.json => {
            screen.json(&json!({"problems": problems.problems}))?;
            return Ok(Exit::BadInput);
        }
        Err(problems) => return Err(UserError::refused(&name, problems).into()),
    };
    let unknown = match (&args.data, kind) {
        (Some(data), Document::RuleSet) => skus_not_in(data, &parse_rules(&text, &name)?)?,
        (Some(_), _) => {
            let summary = format!("{name} is no rule set, so there are no skus to look up");
            return Err(UserError::bad_input(summary)
                .hint("leave --data out")
                .into());
        }
        (None, _) => Vec::new(),
    };
    if args.json {
        screen.json(&json!({"kind": kind.name(), "problems": [], "unknown_skus": unknown}))?;
        return Ok(Exit::Agrees);
    }
    writeln!(screen, "{name}: a valid {}", kind.name().replace('-', " "))?;
    for sku in unknown {
        writeln!(
            screen,
            "{name}: `{sku}` is not in the catalogue; its pin waits until it is"
        )?;
    }
    Ok(Exit::Agrees)
}

pub(crate) fn completions(args: &CompletionsArgs, screen: &mut Screen) -> Outcome {
    // Gathered first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "endcap", &mut script);
    write!(screen, "{}", String::from_utf8_lossy(&script))?;
    Ok(Exit::Agrees)
}

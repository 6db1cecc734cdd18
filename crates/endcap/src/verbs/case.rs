//! `endcap case`: conformance cases.

use std::io::Read;
use std::path::{Path, PathBuf};

use endcap_app::{CaseOutcome, Difference, Problems, UserError, run_case};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::args::CaseArgs;
use crate::screen::{Exit, Outcome, Screen};

/// Files answered before their answers are printed.
const BATCH: usize = 256;

pub(crate) fn run(args: &CaseArgs, screen: &mut Screen) -> Outcome {
    if args.path.is_dir() {
        return run_folder(args, screen);
    }
    let name = args.path.display().to_string();
    match run_case(&read(&args.path)?) {
        Ok(CaseOutcome::Answered(answer)) => {
            screen.json(&json!(*answer))?;
            Ok(Exit::Agrees)
        }
        Ok(CaseOutcome::Checked(differences)) => {
            print_differences(&name, &differences, args.json, screen)
        }
        Err(problems) => {
            screen.json(&json!(problems))?;
            Ok(Exit::BadInput)
        }
    }
}

fn run_folder(args: &CaseArgs, screen: &mut Screen) -> Outcome {
    let files = case_files(&args.path)?;
    if files.is_empty() {
        let summary = format!("no .json file in {}", args.path.display());
        return Err(UserError::bad_input(summary).into());
    }
    let (mut agree, mut differ, mut answered, mut refused) = (0, 0, 0, 0);
    let mut worst = Exit::Agrees;
    let bar = screen.progress();
    for (number, batch) in files.chunks(BATCH).enumerate() {
        bar.set_message(format!("case {} of {}", number * BATCH, files.len()));
        let outcomes: Vec<Result<_, UserError>> = batch
            .par_iter()
            .map(|file| Ok(run_case(&read(file)?)))
            .collect();
        for (file, outcome) in batch.iter().zip(outcomes) {
            let outcome = outcome?;
            match &outcome {
                Ok(CaseOutcome::Checked(differences)) if differences.is_empty() => agree += 1,
                Ok(CaseOutcome::Checked(_)) => differ += 1,
                Ok(CaseOutcome::Answered(_)) => answered += 1,
                Err(_) => refused += 1,
            }
            let name = file
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            worst = worst.max(print_line(
                &name.unwrap_or_default(),
                outcome,
                args.json,
                screen,
            )?);
        }
    }
    bar.finish_and_clear();
    let count = files.len();
    screen.aside(&format!(
        "{count} cases: {agree} agree, {differ} differ, {answered} answered, {refused} refused"
    ))?;
    Ok(worst)
}

/// In a folder: nothing for a case that agrees, unless JSON is wanted; one line of JSON for an
/// answer or a refusal.
fn print_line(
    file: &str,
    outcome: Result<CaseOutcome, Problems>,
    json: bool,
    screen: &mut Screen,
) -> Outcome {
    match outcome {
        Ok(CaseOutcome::Checked(differences)) if differences.is_empty() && !json => {
            Ok(Exit::Agrees)
        }
        Ok(CaseOutcome::Answered(answer)) => {
            screen.json_line(&json!({"file": file, "answer": *answer}))?;
            Ok(Exit::Agrees)
        }
        Err(problems) => {
            screen.json_line(&json!({"file": file, "problems": problems.problems}))?;
            Ok(Exit::BadInput)
        }
        Ok(CaseOutcome::Checked(differences)) => {
            print_differences(file, &differences, json, screen)
        }
    }
}

fn print_differences(
    file: &str,
    differences: &[Difference],
    json: bool,
    screen: &mut Screen,
) -> Outcome {
    let exit = if differences.is_empty() {
        Exit::Agrees
    } else {
        Exit::Differs
    };
    if json {
        screen.json_line(&json!({"file": file, "differences": differences}))?;
        return Ok(exit);
    }
    if differences.is_empty() {
        writeln!(screen, "{file}: agrees")?;
    }
    let says = |value: &Option<Value>| match value {
        Some(value) => value.to_string(),
        None => "nothing".to_owned(),
    };
    for Difference {
        path,
        expected,
        actual,
    } in differences
    {
        let (expected, actual) = (says(expected), says(actual));
        writeln!(
            screen,
            "{file}: {path}: the case says {expected}, endcap {actual}"
        )?;
    }
    Ok(exit)
}

/// What to call a file, or standard input.
pub(crate) fn name_of(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, UserError> {
    if path.as_os_str() == "-" {
        let mut text = Vec::new();
        return match std::io::stdin().lock().read_to_end(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(UserError::unreadable(format!(
                "cannot read standard input: {error}"
            ))),
        };
    }
    std::fs::read(path)
        .map_err(|error| UserError::unreadable(format!("cannot read {}: {error}", path.display())))
}

fn case_files(dir: &Path) -> Result<Vec<PathBuf>, UserError> {
    let unreadable = |error: std::io::Error| {
        UserError::unreadable(format!("cannot read {}: {error}", dir.display()))
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

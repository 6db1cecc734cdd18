//! `endcap lint`: what is likely not meant in a rule set, with a proof and a way out.

use std::collections::BTreeMap;
use std::sync::Arc;

use endcap_app::{Finding, Request, RuleSet, Severity, Workspace, request_words};
use serde_json::json;

use super::data::open_data;
use super::documents::rules;
use crate::args::LintArgs;
use crate::screen::{Exit, Failure, Outcome, Screen};

pub(crate) fn run(args: &LintArgs, screen: &mut Screen) -> Outcome {
    let live = args.live.as_deref().map(rules).transpose()?;
    let rules = match &args.rules {
        Some(path) => rules(path)?,
        None => Workspace::demo_rules(),
    };
    let workspace = open_data(args.data.as_deref(), screen)?;
    let findings = workspace.lint(&rules, args.at, live.as_ref())?;
    if args.json {
        let findings: Vec<&Finding> = findings.iter().map(Arc::as_ref).collect();
        screen.json(&json!({ "findings": findings }))?;
    } else {
        for finding in &findings {
            print(finding, &rules, screen)?;
        }
        print_counts(findings.iter().map(|finding| finding.severity), screen)?;
    }
    Ok(if findings.is_empty() {
        Exit::Agrees
    } else {
        Exit::Differs
    })
}

fn print(finding: &Finding, rules: &RuleSet, screen: &mut Screen) -> Result<(), Failure> {
    let (severity, code) = (finding.severity.name(), finding.code.name());
    let rule = finding
        .rules
        .first()
        .map_or("the objective", String::as_str);
    let named = rules.rules.iter().find(|known| known.id == rule);
    let name = named.map_or_else(String::new, |known| format!(" {}", known.name));
    screen.head(&format!("{severity} {code}: {rule}{name}"))?;
    writeln!(screen, "  {}", finding.sentence)?;
    let request = &finding.witness.request;
    let sku = finding.witness.sku.as_deref();
    let product = sku.map_or_else(String::new, |sku| format!("{sku} "));
    screen.faint(&format!("  seen: {product}{}", said(request)))?;
    screen.faint(&format!("  place: {}", finding.place))?;
    if let Some(fix) = &finding.fix {
        screen.faint(&format!("  fix: {}", fix.say))?;
    }
    Ok(())
}

/// The request of a witness, as far as it narrows anything.
fn said(request: &Request) -> String {
    let at = request.at.format("%Y-%m-%d %H:%M %:z");
    format!("{}, {at}", request_words(request))
}

fn print_counts(
    severities: impl Iterator<Item = Severity>,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for severity in severities {
        *counts.entry(severity).or_default() += 1;
    }
    let counted = counts.iter().map(|(severity, count)| {
        let plural = if *count == 1 { "" } else { "s" };
        format!("{count} {}{plural}", severity.name())
    });
    let counted: Vec<String> = counted.collect();
    screen.aside(&if counted.is_empty() {
        "nothing found".to_owned()
    } else {
        counted.join(", ")
    })
}

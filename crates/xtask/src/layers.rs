//! Holds the workspace to its layers: a crate uses crates with a lower number only.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What a package of the workspace may use, and who may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Part of the product: uses lower numbers, and testkit in its tests.
    Layer(u8),
    /// Serves tests: uses what lies below the console, and nothing that draws.
    Testkit,
    /// Runs on developers' machines; nothing uses it.
    Developer,
}

const UI_LAYER: u8 = 7;

/// Every package there may be. ARCHITECTURE.md says what each is for.
const ROLES: &[(&str, Role)] = &[
    ("endcap-vocab", Role::Layer(0)),
    ("endcap-look", Role::Layer(0)),
    ("endcap-rules", Role::Layer(1)),
    ("endcap-engine", Role::Layer(2)),
    ("endcap-learn", Role::Layer(3)),
    ("endcap-govern", Role::Layer(3)),
    ("endcap-store", Role::Layer(4)),
    ("endcap-demo", Role::Layer(5)),
    ("endcap-connect", Role::Layer(5)),
    ("endcap-report", Role::Layer(5)),
    ("endcap-serve", Role::Layer(5)),
    ("endcap-app", Role::Layer(6)),
    ("endcap-ui", Role::Layer(UI_LAYER)),
    ("endcap", Role::Layer(8)),
    ("endcap-testkit", Role::Testkit),
    ("endcap-xtask", Role::Developer),
    ("endcap-journeys", Role::Developer),
];

/// Checks the workspace at `root`; every problem is a sentence on its own line.
pub fn run(root: &Path) -> Result<String, String> {
    let metadata = read_metadata(root)?;
    let mut problems = misuses(&metadata);
    problems.extend(undocumented(&metadata, |path| fs::read_to_string(path)));
    if problems.is_empty() {
        let count = packages(&metadata).count();
        Ok(format!("All {count} packages keep to their layers."))
    } else {
        Err(problems.join("\n"))
    }
}

fn read_metadata(root: &Path) -> Result<Value, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata cannot be started: {error}."))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cargo metadata failed: {}", message.trim()));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata wrote what is not JSON: {error}."))
}

/// Every use that the layers forbid, sorted.
fn misuses(metadata: &Value) -> Vec<String> {
    let mut problems = BTreeSet::new();
    for package in packages(metadata) {
        let user = name(package);
        let Some(role) = role(user) else {
            problems.insert(format!(
                "{user} has no layer: give it a number in ROLES in crates/xtask/src/layers.rs, \
                 above every crate it uses, and a line in ARCHITECTURE.md."
            ));
            continue;
        };
        for dependency in dependencies(package) {
            let used = name(dependency);
            // A member without a layer is reported once, where it stands itself.
            let Some(used_role) = self::role(used).filter(|_| is_member(metadata, used)) else {
                continue;
            };
            let is_dev = dependency["kind"] == "dev";
            if let Some(fault) = fault(role, used_role, is_dev) {
                let section = match dependency["kind"].as_str() {
                    Some(kind) => format!("{kind}-dependencies"),
                    None => "dependencies".to_owned(),
                };
                problems.insert(format!(
                    "{user}{} has {used}{} in its [{section}]: {fault}.",
                    number(role),
                    number(used_role)
                ));
            }
        }
    }
    problems.extend(drawing_testkit(metadata));
    problems.into_iter().collect()
}

/// Why one may not use the other, if so.
fn fault(user: Role, used: Role, is_dev: bool) -> Option<&'static str> {
    match (user, used) {
        (_, Role::Developer) => Some("nothing may use a package that only developers run"),
        (Role::Developer, _) => None,
        (Role::Testkit, Role::Testkit) => Some("a package cannot use itself"),
        (Role::Testkit, Role::Layer(used)) => (used >= UI_LAYER)
            .then_some("testkit may use only what lies below layer 7, the console"),
        (Role::Layer(_), Role::Testkit) => {
            (!is_dev).then_some("testkit is for tests, so it belongs in [dev-dependencies]")
        }
        (Role::Layer(user), Role::Layer(used)) => (used >= user).then_some(
            "a crate may use only lower layers; move what both need down, or turn the use around",
        ),
    }
}

/// The sentence about a testkit that reaches egui through what it uses, if it does.
fn drawing_testkit(metadata: &Value) -> Option<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec!["endcap-testkit"];
    while let Some(user) = waiting.pop() {
        let Some(package) = packages(metadata).find(|package| name(package) == user) else {
            continue;
        };
        if !reached.insert(user) {
            continue;
        }
        for dependency in dependencies(package).filter(|dependency| dependency["kind"] != "dev") {
            let used = name(dependency);
            if used == "eframe" || used.starts_with("egui") {
                return Some(format!(
                    "endcap-testkit reaches {used} through {user}: testkit serves every crate's \
                     tests, so it must not draw. Keep egui out of what it uses."
                ));
            }
            waiting.push(used);
        }
    }
    None
}

/// Every library that does not refuse undocumented items, sorted. `read` gives a source file.
fn undocumented(
    metadata: &Value,
    read: impl Fn(&Path) -> std::io::Result<String>,
) -> BTreeSet<String> {
    let mut problems = BTreeSet::new();
    for package in packages(metadata) {
        let library = list(package, "targets").find(|target| {
            list(target, "kind").any(|kind| kind == "lib" || kind == "rlib" || kind == "proc-macro")
        });
        let Some(path) = library.and_then(|target| target["src_path"].as_str()) else {
            continue;
        };
        match read(Path::new(path)) {
            Ok(source) if denies_missing_docs(&source) => {}
            Ok(_) => {
                problems.insert(format!(
                    "{} lacks `#![deny(missing_docs)]`: add it to {path} below the crate's comment.",
                    name(package)
                ));
            }
            Err(error) => {
                problems.insert(format!(
                    "{path} of {} cannot be read: {error}.",
                    name(package)
                ));
            }
        }
    }
    problems
}

fn denies_missing_docs(source: &str) -> bool {
    source
        .lines()
        .any(|line| line.trim() == "#![deny(missing_docs)]")
}

fn role(package: &str) -> Option<Role> {
    ROLES
        .iter()
        .find(|(name, _)| *name == package)
        .map(|(_, role)| *role)
}

fn number(role: Role) -> String {
    match role {
        Role::Layer(number) => format!(" (layer {number})"),
        Role::Testkit | Role::Developer => String::new(),
    }
}

/// The members of the workspace; with `--no-deps`, cargo lists no other packages.
fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    list(metadata, "packages")
}

fn dependencies(package: &Value) -> impl Iterator<Item = &Value> {
    list(package, "dependencies")
}

fn list<'v>(parent: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    parent[field].as_array().into_iter().flatten()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

fn is_member(metadata: &Value, package: &str) -> bool {
    packages(metadata).any(|member| name(member) == package)
}

#[cfg(test)]
mod tests {
    //! 1. Lower layers may be used; the same and higher ones may not, whatever the section.
    //! 2. testkit is a dev-dependency of others, uses what lies below the console, never egui.
    //! 3. Nothing uses xtask or the journeys, which may use everything.
    //! 4. A package without a layer is told where to get one.
    //! 5. A library without `#![deny(missing_docs)]` is named; a program need not have it.

    use super::*;
    use serde_json::json;

    /// A workspace of packages, each with its uses as (name, kind); kind `""` is the normal one.
    fn workspace(packages: &[(&str, &[(&str, &str)])]) -> Value {
        let package = |(name, uses): &(&str, &[(&str, &str)])| {
            let uses = uses.iter().map(|(name, kind)| {
                let kind = (!kind.is_empty()).then_some(kind);
                json!({"name": name, "kind": kind})
            });
            json!({"name": name, "dependencies": uses.collect::<Vec<_>>()})
        };
        json!({"packages": packages.iter().map(package).collect::<Vec<_>>()})
    }

    #[test]
    fn lower_layers_and_strangers_may_be_used() {
        let metadata = workspace(&[
            ("endcap-vocab", &[("serde", ""), ("endcap-testkit", "dev")]),
            (
                "endcap-rules",
                &[("endcap-vocab", ""), ("endcap-vocab", "build")],
            ),
            (
                "endcap-engine",
                &[("endcap-rules", ""), ("endcap-vocab", "dev")],
            ),
            ("endcap-testkit", &[("endcap-engine", ""), ("proptest", "")]),
        ]);
        assert_eq!(misuses(&metadata), Vec::<String>::new());
    }

    #[test]
    fn the_same_and_higher_layers_may_not_be_used_in_any_section() {
        for kind in ["", "build", "dev"] {
            let metadata = workspace(&[
                ("endcap-vocab", &[("endcap-engine", kind)]),
                ("endcap-engine", &[]),
                ("endcap-demo", &[("endcap-connect", kind)]),
                ("endcap-connect", &[]),
            ]);
            let problems = misuses(&metadata);
            assert_eq!(problems.len(), 2, "{problems:?}");
            let section = if kind.is_empty() {
                "[dependencies]".to_owned()
            } else {
                format!("[{kind}-dependencies]")
            };
            assert!(problems[0].starts_with(&format!(
                "endcap-demo (layer 5) has endcap-connect (layer 5) in its {section}: "
            )));
            assert!(problems[1].starts_with(&format!(
                "endcap-vocab (layer 0) has endcap-engine (layer 2) in its {section}: "
            )));
        }
    }

    #[test]
    fn testkit_is_a_dev_dependency_only() {
        let metadata = workspace(&[
            ("endcap-vocab", &[("endcap-testkit", "")]),
            ("endcap-rules", &[("endcap-testkit", "dev")]),
            ("endcap-testkit", &[]),
        ]);
        let problems = misuses(&metadata);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("endcap-vocab (layer 0) has endcap-testkit in its [dep"));
    }

    #[test]
    fn testkit_stays_below_the_console_and_never_draws() {
        let metadata = workspace(&[
            ("endcap-look", &[("egui", "")]),
            ("endcap-app", &[("endcap-look", "")]),
            ("endcap-ui", &[]),
            ("endcap-testkit", &[("endcap-app", ""), ("endcap-ui", "")]),
        ]);
        let problems = misuses(&metadata);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("below layer 7"));
        assert!(problems[1].contains("reaches egui through endcap-look"));
    }

    #[test]
    fn nothing_uses_what_only_developers_run() {
        let metadata = workspace(&[
            ("endcap", &[("endcap-xtask", "dev")]),
            ("endcap-ui", &[]),
            ("endcap-testkit", &[]),
            ("endcap-xtask", &[("endcap-ui", "")]),
            (
                "endcap-journeys",
                &[("endcap-testkit", ""), ("endcap-xtask", "")],
            ),
        ]);
        let problems = misuses(&metadata);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("endcap (layer 8) has endcap-xtask"));
        assert!(problems[1].starts_with("endcap-journeys has endcap-xtask"));
    }

    #[test]
    fn a_package_without_a_layer_is_told_where_to_get_one() {
        let metadata = workspace(&[
            ("endcap-vocab", &[]),
            ("endcap-novel", &[("endcap-vocab", "")]),
            ("endcap-rules", &[("endcap-novel", "")]),
        ]);
        let problems = misuses(&metadata);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("endcap-novel has no layer: give it a number in ROLES"));
    }

    #[test]
    fn every_library_denies_missing_docs() {
        let package = |name: &str, kind: &str| {
            let target = json!({"kind": [kind], "src_path": format!("{name}.rs")});
            json!({"name": name, "dependencies": [], "targets": [target]})
        };
        let metadata = json!({"packages": [
            package("good", "lib"),
            package("bad", "lib"),
            package("lost", "lib"),
            package("program", "bin"),
        ]});
        let read = |path: &Path| match path.to_str() {
            Some("good.rs") => Ok("//! Good.\n\n#![deny(missing_docs)]\n".to_owned()),
            Some("bad.rs") => Ok("//! Wants #![deny(missing_docs)].\n".to_owned()),
            _ => Err(std::io::ErrorKind::NotFound.into()),
        };
        let problems: Vec<String> = undocumented(&metadata, read).into_iter().collect();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("bad lacks `#![deny(missing_docs)]`: add it to bad.rs"));
        assert!(problems[1].starts_with("lost.rs of lost cannot be read"));
    }
}

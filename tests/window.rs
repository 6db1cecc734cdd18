//! Journeys in a real window: an X server without a screen, a real pointer, and the
//! accessibility tree as an assistive technology reads it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use endcap_testkit::part;
use serde_json::Value;

use crate::program;

/// How long anything in the window may take to show.
const PATIENCE: Duration = Duration::from_secs(60);

/// An X server without a screen, with a session bus and the accessibility bus.
#[derive(Debug)]
pub struct Screen {
    server: Child,
    bus: Child,
    display: String,
    bus_address: String,
}

/// A node of the accessibility tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its role, as AT-SPI names it.
    pub role: String,
    /// Its name.
    pub name: String,
    /// Its middle in the window, in pixels.
    pub middle: (i64, i64),
    /// Its value, where it has one.
    pub value: Option<f64>,
}

/// The program with its window.
#[derive(Debug)]
pub struct Window<'s> {
    screen: &'s Screen,
    child: Child,
}

impl Screen {
    /// Starts one; `None`, with a sentence, where a part of it is missing.
    ///
    /// # Panics
    /// Where `ENDCAP_REQUIRE=all` and a part is missing.
    #[must_use]
    pub fn start() -> Option<Self> {
        let programs = ["Xvfb", "xdotool", "dbus-daemon", "/usr/bin/python3"];
        let missing = programs.into_iter().find(|program| !is_there(program));
        part(match missing {
            Some(program) => Err(format!("`{program}` is missing")),
            None => Ok(()),
        })?;
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("Xvfb does not start: {error}"));
        let display = format!(":{}", first_line(&mut server));
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .env("DISPLAY", &display)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("dbus-daemon does not start: {error}"));
        let bus_address = first_line(&mut bus);
        let screen = Self {
            server,
            bus,
            display,
            bus_address,
        };
        // Programs show their tree only to whom asks for it.
        screen.run(
            "dbus-send",
            [
                "--session",
                "--print-reply",
                "--dest=org.a11y.Bus",
                "/org/a11y/bus",
                "org.freedesktop.DBus.Properties.Set",
                "string:org.a11y.Status",
                "string:IsEnabled",
                "variant:boolean:true",
            ],
        );
        Some(screen)
    }

    /// A command on this screen.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null());
        command
    }

    fn run<A: AsRef<OsStr>>(&self, program: &str, args: impl IntoIterator<Item = A>) -> String {
        let output = self.command(program).args(args).output();
        let output = output.unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        assert!(output.status.success(), "{program}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts the program and waits for its window; its own files are in `home`.
    ///
    /// # Panics
    /// Where no window shows.
    #[must_use]
    pub fn open<A: AsRef<OsStr>>(
        &self,
        home: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Window<'_> {
        let child = self
            .command(program())
            .args(args)
            .env("ENDCAP_HOME", home)
            .spawn()
            .unwrap_or_else(|error| panic!("endcap does not start: {error}"));
        let window = Window {
            screen: self,
            child,
        };
        let id = self.run(
            "xdotool",
            ["search", "--sync", "--onlyvisible", "--name", "^Endcap$"],
        );
        let id = id.lines().next().unwrap_or_default();
        // Without a window manager nobody gives the keyboard to a window.
        self.run("xdotool", ["windowmove", id, "0", "0"]);
        self.run("xdotool", ["windowfocus", id]);
        window
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for child in [&mut self.bus, &mut self.server] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Window<'_> {
    /// Every node in sight.
    ///
    /// # Panics
    /// Where the tree cannot be read.
    #[must_use]
    pub fn tree(&self) -> Vec<Node> {
        let script = script();
        let text = self
            .screen
            .run("/usr/bin/python3", [script.as_os_str(), OsStr::new("tree")]);
        let nodes: Vec<Value> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        nodes.iter().map(node_of).collect()
    }

    /// The first node that a test accepts, as soon as there is one.
    ///
    /// # Panics
    /// Where none shows in time, with the names of all that do.
    #[must_use]
    pub fn wait_for(&self, what: &str, accepts: impl Fn(&Node) -> bool) -> Node {
        let start = Instant::now();
        loop {
            let tree = self.tree();
            if let Some(node) = tree.iter().find(|node| accepts(node)) {
                return node.clone();
            }
            if start.elapsed() > PATIENCE {
                let names: Vec<String> = tree
                    .iter()
                    .filter(|node| !node.name.is_empty())
                    .map(|node| format!("{} `{}`", node.role, node.name))
                    .collect();
                panic!("no {what} among:\n{}", names.join("\n"));
            }
            sleep(Duration::from_millis(100));
        }
    }

    /// The node of a name, as soon as it is there.
    #[must_use]
    pub fn named(&self, name: &str) -> Node {
        self.wait_for(name, |node| node.name == name)
    }

    /// Presses a button as an assistive technology does.
    pub fn press(&self, name: &str) {
        let _ = self.named(name);
        let script = script();
        let words = [script.as_os_str(), OsStr::new("press"), OsStr::new(name)];
        self.screen.run("/usr/bin/python3", words);
    }

    /// Moves the pointer, button down, from one place to another, as a hand does.
    pub fn drag(&self, from: (i64, i64), to: (i64, i64)) {
        self.pointer(["mousemove", &from.0.to_string(), &from.1.to_string()]);
        self.pointer(["mousedown", "1"]);
        for step in 1..=12 {
            let along = |from: i64, to: i64| (from + (to - from) * step / 12).to_string();
            self.pointer(["mousemove", &along(from.0, to.0), &along(from.1, to.1)]);
            sleep(Duration::from_millis(30));
        }
        sleep(Duration::from_millis(300));
        self.pointer(["mouseup", "1"]);
    }

    /// Clicks.
    pub fn click(&self, at: (i64, i64)) {
        self.pointer(["mousemove", &at.0.to_string(), &at.1.to_string()]);
        self.pointer(["click", "1"]);
    }

    /// Presses keys, such as `ctrl+z`.
    pub fn key(&self, keys: &str) {
        self.pointer(["key", keys]);
    }

    fn pointer<'a>(&self, words: impl IntoIterator<Item = &'a str>) {
        self.screen.run("xdotool", words);
        sleep(Duration::from_millis(40));
    }

    /// Ends the program as a crash does.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Closes the window with its key and waits for the program to end.
    ///
    /// # Panics
    /// Where it does not end, or not well.
    pub fn quit(mut self) {
        self.key("ctrl+q");
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break assert!(status.success(), "{status}"),
                Ok(None) => assert!(start.elapsed() < PATIENCE, "the window stays"),
                Err(error) => panic!("{error}"),
            }
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn node_of(value: &Value) -> Node {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let number = |place: usize| value["rect"][place].as_i64().unwrap_or_default();
    Node {
        role: text("role"),
        name: text("name"),
        middle: (number(0) + number(2) / 2, number(1) + number(3) / 2),
        value: value["value"].as_f64(),
    }
}

fn script() -> PathBuf {
    endcap_testkit::repository().join("tests/steps/accessible.py")
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Path::new(program).is_absolute() && Path::new(program).is_file()
        || std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    if let Some(out) = child.stdout.take() {
        let _ = BufReader::new(out).read_line(&mut line);
    }
    line.trim().to_owned()
}

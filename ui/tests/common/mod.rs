//! What tests of the window share: a window on the demo, at a fixed clock, without a display.

#![allow(dead_code)] // Each test file uses a part of it.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};
use egui::accesskit::Role;
use egui::{Context, Modifiers, Ui, UiBuilder, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use endcap_app::console::{Console, Home, Settings, Start, Theme};
use endcap_ui::{Action, Clock, Desk, Window};

/// The size of the mockups.
pub const LARGE: Vec2 = vec2(1440.0, 900.0);
/// The least size at which nothing may be cut off.
pub const SMALL: Vec2 = vec2(1280.0, 720.0);

/// A window under test; its home is removed when it goes.
pub struct Tested {
    harness: Option<Harness<'static, Window>>,
    // After the harness: the console writes into it until it is closed.
    home_to_remove: Option<tempfile::TempDir>,
}

impl std::ops::Deref for Tested {
    type Target = Harness<'static, Window>;

    fn deref(&self) -> &Self::Target {
        self.harness
            .as_ref()
            .expect("the harness goes with the window")
    }
}

impl std::ops::DerefMut for Tested {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.harness
            .as_mut()
            .expect("the harness goes with the window")
    }
}

impl Drop for Tested {
    fn drop(&mut self) {
        if let Some(mut harness) = self.harness.take() {
            harness.state_mut().desk().console.close();
        }
    }
}

/// A window on the demo, in a home of its own, after everything that was asked is answered.
pub fn window(size: Vec2, theme: egui::Theme) -> Tested {
    let home = tempfile::tempdir().expect("a folder for the home");
    let mut tested = window_in(home.path(), size, theme);
    tested.home_to_remove = Some(home);
    tested
}

/// A window on the demo whose home is `folder`, which stays.
pub fn window_in(folder: &std::path::Path, size: Vec2, theme: egui::Theme) -> Tested {
    let mut tested = Tested {
        harness: Some(harness(folder.to_path_buf(), size, theme)),
        home_to_remove: None,
    };
    settle(&mut tested);
    tested
}

/// A window on the home in `folder`, as it is at the first frame, past the first-run guide.
pub fn harness(folder: PathBuf, size: Vec2, theme: egui::Theme) -> Harness<'static, Window> {
    build(folder, size, theme, |console| {
        console.remember(|session| {
            session.settings = Settings {
                theme: match theme {
                    egui::Theme::Light => Theme::Light,
                    egui::Theme::Dark => Theme::Dark,
                },
                guide_done: true,
                ..session.settings.clone()
            };
        });
    })
}

/// A window on the home in `folder` as a user starts it: nothing is set for the test.
pub fn started(folder: &std::path::Path) -> Harness<'static, Window> {
    let mut harness = build(folder.to_path_buf(), LARGE, egui::Theme::Light, |_| ());
    settle(&mut harness);
    harness
}

fn build(
    folder: PathBuf,
    size: Vec2,
    theme: egui::Theme,
    set_up: impl FnOnce(&mut Console),
) -> Harness<'static, Window> {
    let ctx = Arc::new(OnceLock::<Context>::new());
    let wake = {
        let ctx = Arc::clone(&ctx);
        Arc::new(move || {
            if let Some(ctx) = ctx.get() {
                ctx.request_repaint();
            }
        })
    };
    let mut console = Console::start(Start {
        home: Home::at(folder),
        open: None,
        wake,
    });
    set_up(&mut console);
    // Fonts and styles must be there before the first frame, and the window makes them.
    let window = Window::new(&Context::default(), console, clock());
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_max_steps(64)
        .with_render_cursor(false)
        .with_context_setup(move |harness| {
            endcap_look::install(harness);
            let _ = ctx.set(harness.clone());
        })
        .build_ui_state(draw_ui, window)
}

/// Draws a frame over the whole of the harness, which keeps a margin of its own otherwise.
fn draw_ui(ui: &mut Ui, window: &mut Window) {
    let whole = ui.content_rect();
    let mut ui = ui.new_child(UiBuilder::new().max_rect(whole));
    ui.set_clip_rect(whole);
    window.logic(&ui);
    window.draw_ui(&mut ui);
}

/// The clock of tests: three hours after the demo's snapshot was taken.
pub fn clock() -> Clock {
    let now = DateTime::parse_from_rfc3339("2026-11-20T12:00:00Z").expect("a date");
    let now: DateTime<FixedOffset> = now;
    Arc::new(move || now)
}

/// Runs frames until nothing is on its way any more. Only those count time that are needed: a
/// slow machine must not see a toast go while an answer is on its way.
pub fn settle(harness: &mut Harness<'static, Window>) {
    let give_up = Instant::now() + Duration::from_secs(120);
    loop {
        harness.step();
        let ctx = harness.ctx.clone();
        while harness.state_mut().desk().console.is_busy() {
            assert!(Instant::now() < give_up, "the console stays busy");
            std::thread::sleep(Duration::from_millis(2));
            harness.state_mut().logic(&ctx);
        }
        harness.run_ok();
        if !harness.state_mut().desk().console.is_busy() {
            break;
        }
    }
}

/// Presses a key, then settles.
pub fn press(harness: &mut Harness<'static, Window>, modifiers: Modifiers, key: egui::Key) {
    harness.key_press_modifiers(modifiers, key);
    settle(harness);
}

/// Clicks what has a role and a label, then settles.
pub fn click(harness: &mut Harness<'static, Window>, role: Role, label: &str) {
    harness.get_by_role_and_label(role, label).click();
    settle(harness);
}

/// Gives the keyboard to what has a role and a label.
pub fn focus(harness: &mut Harness<'static, Window>, role: Role, label: &str) {
    harness.get_by_role_and_label(role, label).focus();
    settle(harness);
}

/// Types into what has the keyboard, then settles.
pub fn typed(harness: &mut Harness<'static, Window>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    settle(harness);
}

/// Does what a menu or a shortcut would, then settles.
pub fn act(harness: &mut Harness<'static, Window>, action: Action) {
    desk(harness).act(action);
    settle(harness);
}

/// The desk of a window.
pub fn desk<'h>(harness: &'h mut Harness<'static, Window>) -> &'h mut Desk {
    harness.state_mut().desk()
}

/// Writes what the window shows to `name`.png in the folder that `ENDCAP_SHOTS` names; does
/// nothing without it.
pub fn shot(harness: &mut Harness<'static, Window>, name: &str) {
    let Some(folder) = std::env::var_os("ENDCAP_SHOTS") else {
        return;
    };
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let image = harness.render().expect("a picture");
    image
        .save(folder.join(format!("{name}.png")))
        .expect("a written picture");
}

/// Whether there is a renderer for pictures; says so where there is none.
pub fn can_render() -> bool {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    let found = if adapters.is_empty() {
        Err("a Vulkan driver is missing (Debian: mesa-vulkan-drivers)".to_owned())
    } else {
        Ok(())
    };
    endcap_testkit::part(found).is_some()
}

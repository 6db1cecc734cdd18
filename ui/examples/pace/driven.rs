//! The real window, driven by events, which draws when a window on a screen would.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use egui::accesskit::{NodeId, Role};
use egui::{Context, Event, Pos2, RawInput, Rect, Vec2, ViewportId, pos2, vec2};
use endcap_app::PageView;
use endcap_app::console::{Console, Home, Source, Start};
use endcap_ui::{Desk, Window};

/// The size of the window.
pub(crate) const SIZE: Vec2 = vec2(1440.0, 900.0);
/// What a window asks for itself, an animation above all, comes with the next refresh of a
/// screen; what an event or a thread asks for comes at once.
const REFRESH: Duration = Duration::from_micros(16_667);

/// A frame that was painted, as far as triangles.
pub(crate) struct Frame {
    /// When its triangles were there.
    pub(crate) painted: Instant,
    /// How long it took: the keys, the views, and the triangles.
    pub(crate) took: Duration,
    triangles: Vec<egui::ClippedPrimitive>,
}

impl Frame {
    /// Stands for what it shows: another sum is another picture.
    pub(crate) fn sum(&self) -> f64 {
        let mut sum = 0.0;
        for clipped in &self.triangles {
            if let egui::epaint::Primitive::Mesh(mesh) = &clipped.primitive {
                for (at, vertex) in mesh.vertices.iter().enumerate() {
                    let place = f64::from(vertex.pos.x + 3.0 * vertex.pos.y);
                    sum += place * (1.0 + (at % 97) as f64);
                }
            }
        }
        sum
    }
}

/// A window with a home of its own.
pub(crate) struct Driven {
    ctx: Context,
    window: Window,
    woken: Receiver<()>,
    /// When the window wants to be drawn again of itself.
    due: Option<Instant>,
    started: Instant,
    /// Added to the time that the window is told.
    ahead: f64,
    accesskit: bool,
    home: tempfile::TempDir,
}

impl Driven {
    /// Starts a console and its window; nothing is drawn yet.
    pub(crate) fn start(source: Option<&Source>, accesskit: bool) -> Self {
        let home = tempfile::tempdir().expect("a folder for the home");
        let started = Instant::now();
        let ctx = Context::default();
        let (wakes, woken) = channel();
        hear_other_threads(&ctx, &wakes);
        let wake = {
            let (ctx, wakes) = (ctx.clone(), Mutex::new(wakes));
            Arc::new(move || {
                let _ = wakes
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .send(());
                ctx.request_repaint();
            })
        };
        let mut console = Console::start(Start {
            home: Home::at(home.path()),
            open: source.cloned(),
            wake,
        });
        // The guide would stand over what is measured.
        console.remember(|session| session.settings.guide_done = true);
        let clock = Arc::new(|| DateTime::<Utc>::from(SystemTime::now()).fixed_offset());
        let window = Window::new(&ctx, console, clock);
        Self {
            ctx,
            window,
            woken,
            due: None,
            started,
            ahead: 0.0,
            accesskit,
            home,
        }
    }

    /// When it was started.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    pub(crate) fn desk(&mut self) -> &mut Desk {
        self.window.desk()
    }

    /// The page that the next frame shows, or the last one did.
    pub(crate) fn page(&mut self) -> Option<Arc<PageView>> {
        self.desk().console.answers().page().value().cloned()
    }

    /// Draws a frame that takes in `events`.
    pub(crate) fn frame(&mut self, events: Vec<Event>) -> Frame {
        if self.accesskit {
            self.ctx.enable_accesskit();
        } else {
            self.ctx.disable_accesskit();
        }
        let begun = Instant::now();
        let (triangles, _) = self.draw(events);
        let painted = Instant::now();
        Frame {
            painted,
            took: painted - begun,
            triangles,
        }
    }

    fn draw(
        &mut self,
        events: Vec<Event>,
    ) -> (
        Vec<egui::ClippedPrimitive>,
        Option<egui::accesskit::TreeUpdate>,
    ) {
        // Whatever woke it is taken in by this frame.
        while self.woken.try_recv().is_ok() {}
        let begun = Instant::now();
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.started.elapsed().as_secs_f64() + self.ahead),
            events,
            ..RawInput::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(1.0);
        }
        let window = &mut self.window;
        let output = self.ctx.run_ui(input, |ui| {
            window.logic(ui.ctx());
            window.draw_ui(ui);
        });
        let triangles = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let delay = output
            .viewport_output
            .get(&ViewportId::ROOT)
            .map_or(Duration::MAX, |viewport| viewport.repaint_delay);
        self.due = begun.checked_add(delay.max(REFRESH));
        (triangles, output.platform_output.accesskit_update)
    }

    /// Waits until a frame is wanted, or until `at`; says whether one is wanted.
    pub(crate) fn wait(&mut self, at: Instant) -> bool {
        let until = self.due.map_or(at, |due| due.min(at));
        let left = until.saturating_duration_since(Instant::now());
        self.woken.recv_timeout(left).is_ok() || self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Draws whenever a frame is wanted, until nothing is on its way and nothing moves.
    pub(crate) fn settle(&mut self) {
        let give_up = Instant::now() + Duration::from_secs(120);
        self.frame(Vec::new());
        loop {
            let quiet = Instant::now() + Duration::from_millis(150);
            if self.wait(quiet) {
                self.frame(Vec::new());
            } else if !self.desk().console.is_busy() {
                return;
            }
            assert!(Instant::now() < give_up, "the console stays busy");
        }
    }

    /// Moves the window's time on without waiting, as if a screen had refreshed.
    pub(crate) fn skip_a_refresh(&mut self) {
        self.ahead += REFRESH.as_secs_f64();
    }

    /// Where a widget stands, as assistive technology is told.
    pub(crate) fn find(&mut self, role: Role, label: &str) -> Option<Rect> {
        self.ctx.enable_accesskit();
        let (_, tree) = self.draw(Vec::new());
        let nodes: BTreeMap<NodeId, _> = tree?.nodes.into_iter().collect();
        let node = nodes
            .values()
            .find(|node| node.role() == role && node.label() == Some(label))?;
        let bounds = node.bounds()?;
        Some(Rect::from_min_max(
            pos2(bounds.x0 as f32, bounds.y0 as f32),
            pos2(bounds.x1 as f32, bounds.y1 as f32),
        ))
    }

    /// Waits until everything is written, and removes the home.
    pub(crate) fn close(mut self) {
        self.desk().console.close();
        drop(self.home);
    }
}

/// Pictures that were fetched ask for a frame of themselves, from their own threads.
fn hear_other_threads(ctx: &Context, wakes: &Sender<()>) {
    let wakes = Mutex::new(wakes.clone());
    let own = std::thread::current().id();
    ctx.set_request_repaint_callback(move |info| {
        if std::thread::current().id() != own && info.delay.is_zero() {
            let _ = wakes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .send(());
        }
    });
}

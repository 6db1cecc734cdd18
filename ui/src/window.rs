//! The window: the shell around one view, drawn from the desk, once a frame.

use std::sync::Arc;

use egui::{
    CentralPanel, Context, Frame, InputState, Key, KeyboardShortcut, Margin, Panel, Ui,
    ViewportBuilder,
};
use endcap_app::console::{Console, Event, Home, Settings, Source, Start, Theme, View};
use endcap_look::{RAIL_WIDTH, ThemeChoice, Tokens, VIEW_BAR_HEIGHT};

use crate::rank::Rank;
use crate::shell::Shell;
use crate::shoppers::Shoppers;
use crate::{Action, Clock, Desk, Spot, sheet};

/// Height of the status line in points.
const STATUS_HEIGHT: f32 = 24.0;

/// The whole console.
pub struct Window {
    desk: Desk,
    rank: Rank,
    shoppers: Shoppers,
    shell: Shell,
    shown: Option<Settings>,
}

impl Window {
    /// A window on a console; [`endcap_look::install`] is called here.
    #[must_use]
    pub fn new(ctx: &Context, console: Console, clock: Clock) -> Self {
        endcap_look::install(ctx);
        // The scale is a setting, with keys of its own.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        Self {
            desk: Desk::new(console, clock),
            rank: Rank::default(),
            shoppers: Shoppers::default(),
            shell: Shell::default(),
            shown: None,
        }
    }

    /// The desk, for tests and pictures.
    #[must_use]
    pub fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    /// Takes in what other threads have done and the keys that were pressed.
    pub fn logic(&mut self, ctx: &Context) {
        let events = self.desk.poll(ctx);
        if events.contains(&Event::Opened) {
            // A rule that is edited or a card that is dragged is one of other data.
            self.rank = Rank::default();
        }
        self.shell.hear(&events, &mut self.desk);
        self.apply_settings(ctx);
        let typing = ctx.text_edit_focused();
        let is_modal = ctx.memory(|memory| memory.top_modal_layer().is_some());
        for action in actions_by_key() {
            // What lies behind a dialog keeps still.
            if (typing && !action.works_in_text()) || (is_modal && !action.works_over_dialogs()) {
                continue;
            }
            let shortcuts = [action.shortcut(), action.other_shortcut()];
            for shortcut in shortcuts.iter().flatten() {
                if ctx.input_mut(|input| takes(input, *shortcut)) {
                    self.desk.act(action);
                }
            }
        }
    }

    /// Draws everything, then does what was asked for while drawing.
    pub fn draw_ui(&mut self, ui: &mut Ui) {
        let tokens = Tokens::of(ui.ctx());
        let bare = |fill| Frame::new().fill(fill);
        let Self {
            desk,
            rank,
            shoppers,
            shell,
            ..
        } = self;
        desk.forget_spots();
        Panel::left("rail")
            .exact_size(RAIL_WIDTH)
            .resizable(false)
            .frame(bare(tokens.panel))
            .show(ui, |ui| shell.rail_ui(ui, desk));
        Panel::bottom("status")
            .exact_size(STATUS_HEIGHT)
            .resizable(false)
            .frame(bare(tokens.panel).inner_margin(Margin::symmetric(16, 0)))
            .show(ui, |ui| shell.status_ui(ui, desk));
        let view = desk.console.session().view;
        Panel::top("view-bar")
            .exact_size(VIEW_BAR_HEIGHT)
            .resizable(false)
            .frame(bare(tokens.panel).inner_margin(Margin::symmetric(16, 0)))
            .show(ui, |ui| {
                ui.horizontal_centered(|ui| {
                    shell.title_ui(ui, view);
                    match view {
                        View::Rank => rank.bar_ui(ui, desk),
                        View::Shoppers => shoppers.bar_ui(ui, desk),
                        View::Data | View::Settings => shell.bar_ui(ui, desk, view),
                    }
                });
            });
        shell.banners_ui(ui, desk);
        CentralPanel::no_frame()
            .frame(bare(tokens.ground))
            .show(ui, |ui| match view {
                View::Rank => rank.view_ui(ui, desk),
                View::Shoppers => {
                    desk.spot(Spot::Why, ui.max_rect());
                    shoppers.view_ui(ui, desk);
                }
                View::Data => shell.data_ui(ui, desk),
                View::Settings => shell.settings_ui(ui, desk),
            });
        sheet::sheet_ui(ui, desk);
        shell.overlays_ui(ui, desk);
        self.do_actions(ui.ctx());
    }

    fn do_actions(&mut self, ctx: &Context) {
        for action in self.desk.take_actions() {
            let desk = &mut self.desk;
            if action == Action::Quit {
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                continue;
            }
            let done = match desk.console.session().view {
                View::Rank => self.rank.act(action, desk),
                View::Shoppers => self.shoppers.act(action, desk),
                View::Data | View::Settings => false,
            };
            if !done && !self.shell.act(action, desk) {
                desk.say(&format!("Not in this view: {}", action.label()));
            }
            // What an action changed is drawn at once, not with the next event.
            ctx.request_repaint();
        }
    }

    fn apply_settings(&mut self, ctx: &Context) {
        let settings = &self.desk.console.session().settings;
        if self.shown.as_ref() == Some(settings) {
            return;
        }
        let theme = match settings.theme {
            Theme::System => ThemeChoice::System,
            Theme::Light => ThemeChoice::Light,
            Theme::Dark => ThemeChoice::Dark,
        };
        endcap_look::set_theme(ctx, theme);
        ctx.set_zoom_factor(settings.scale);
        self.shown = Some(settings.clone());
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw_ui(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.desk.console.close();
    }
}

/// Every action that has a key, the most specific keys first: Shift+Ctrl+Z is also Ctrl+Z.
fn actions_by_key() -> impl Iterator<Item = Action> {
    let shifted = |action: &&Action| {
        let shortcut = action.shortcut();
        shortcut.is_some_and(|shortcut| shortcut.modifiers.shift)
    };
    let first = Action::ALL.iter().filter(shifted);
    first
        .chain(Action::ALL.iter().filter(move |action| !shifted(action)))
        .copied()
}

/// Takes a shortcut out of the keys that were pressed.
///
/// A letter with Shift is another shortcut than without it, which egui leaves open because some
/// keyboards need Shift for a sign.
fn takes(input: &mut InputState, shortcut: KeyboardShortcut) -> bool {
    let is_letter = shortcut.logical_key >= Key::A && shortcut.logical_key <= Key::Z;
    let is_other = is_letter && input.modifiers.shift && !shortcut.modifiers.shift;
    !is_other && input.consume_shortcut(&shortcut)
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// A sentence on what keeps a window from opening.
pub fn open_window(home: Home, open: Option<Source>, clock: Clock) -> Result<(), String> {
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Endcap")
            .with_app_id("endcap")
            .with_inner_size([1440.0, 900.0])
            .with_min_inner_size([960.0, 600.0]),
        renderer: renderer(),
        centered: true,
        ..eframe::NativeOptions::default()
    };
    let start = move |creation: &eframe::CreationContext<'_>| {
        let ctx = creation.egui_ctx.clone();
        let wake = {
            let ctx = ctx.clone();
            Arc::new(move || ctx.request_repaint())
        };
        let console = Console::start(Start { home, open, wake });
        let window: Box<dyn eframe::App> = Box::new(Window::new(&ctx, console, clock));
        Ok(window)
    };
    eframe::run_native("endcap", options, Box::new(start)).map_err(|error| error.to_string())
}

/// wgpu where there is a graphics processor for it, else OpenGL, which a processor alone draws
/// sooner. `ENDCAP_RENDERER` may say `wgpu` or `glow`.
fn renderer() -> eframe::Renderer {
    match std::env::var("ENDCAP_RENDERER").as_deref() {
        Ok("wgpu") => return eframe::Renderer::Wgpu,
        Ok("glow") => return eframe::Renderer::Glow,
        _ => {}
    }
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    let is_real = |adapter: &wgpu::Adapter| adapter.get_info().device_type != wgpu::DeviceType::Cpu;
    if adapters.iter().any(is_real) {
        eframe::Renderer::Wgpu
    } else {
        eframe::Renderer::Glow
    }
}

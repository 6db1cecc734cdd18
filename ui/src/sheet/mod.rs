//! The product sheet: everything known of one product, from anywhere.

mod fields;
mod table;
mod tables;

use egui::accesskit::Role;
use egui::{
    Align, Align2, Context, Frame, Id, Key, Label, Layout, Margin, Modal, ScrollArea, Ui, Vec2,
    WidgetInfo, vec2,
};
use endcap_app::ProductSheet;
use endcap_app::console::Command;
use endcap_look::{
    Button, HAIRLINE, Icon, IconButton, SPACE_2, SPACE_3, SPACE_4, Tokens, Tone, VIEW_BAR_HEIGHT,
    body, dimmed_ui, hairline_ui, mono, spinner_ui, tag_ui, title,
};

use crate::Desk;
use crate::desk::sentence;
use crate::product_head::product_head_ui;

/// Width of the sheet in points.
const WIDTH: f32 = 560.0;
/// An answer dims when the next one takes longer than this, in milliseconds.
const STALE_MS: u64 = 150;

/// Where the keyboard was before the sheet opened.
#[derive(Clone, Copy, Default)]
struct Before(Option<Id>);

/// Draws the sheet of the product that is asked for, over the view. The keyboard stays in it
/// and goes back to where it was.
pub(crate) fn sheet_ui(ui: &mut Ui, desk: &mut Desk) {
    let ctx = ui.ctx().clone();
    let id = Id::unique("product-sheet");
    let Some(sku) = desk.console.answers().sheet_of().map(str::to_owned) else {
        give_keyboard_back(&ctx, id);
        return;
    };
    let is_new = ctx.data(|data| data.get_temp::<Before>(id)).is_none();
    if is_new {
        let focused = ctx.memory(egui::Memory::focused);
        ctx.data_mut(|data| data.insert_temp(id, Before(focused)));
    }
    let tokens = Tokens::of(&ctx);
    let window = ctx.content_rect();
    let width = WIDTH.min(window.width());
    let area = Modal::default_area(id).anchor(Align2::RIGHT_TOP, Vec2::ZERO);
    let shown = Modal::new(id)
        .area(area)
        .backdrop_color(tokens.scrim())
        .frame(Frame::new().fill(tokens.panel))
        .show(&ctx, |ui| {
            ui.set_min_size(vec2(width, window.height()));
            ui.set_max_size(vec2(width, window.height()));
            ui.spacing_mut().item_spacing.y = 0.0;
            content_ui(ui, &sku, is_new, desk)
        });
    let left = shown.response.rect.left();
    let painter = ctx.layer_painter(shown.response.layer_id);
    painter.vline(left, window.y_range(), (HAIRLINE, tokens.line_strong));
    shown
        .response
        .widget_info(|| WidgetInfo::labeled(Role::Dialog, true, "Product sheet"));
    if shown.inner || shown.should_close() {
        desk.send(Command::Sheet(None));
        ctx.request_repaint();
    }
}

/// Gives the keyboard back in the frame after the sheet closed: in the frame it closes in, what
/// lies under it cannot have it yet.
fn give_keyboard_back(ctx: &Context, id: Id) {
    let before = ctx.data_mut(|data| data.remove_temp::<Before>(id));
    if let Some(Before(Some(focused))) = before {
        ctx.memory_mut(|memory| memory.request_focus(focused));
        ctx.request_repaint();
    }
}

/// Draws what stands in the sheet; says whether it is to be closed.
fn content_ui(ui: &mut Ui, sku: &str, is_new: bool, desk: &mut Desk) -> bool {
    let tokens = Tokens::of(ui);
    let mut close = false;
    let size = vec2(ui.available_width(), VIEW_BAR_HEIGHT);
    let from_the_right = Layout::right_to_left(Align::Center);
    ui.allocate_ui_with_layout(size, from_the_right, |ui| {
        ui.set_min_height(VIEW_BAR_HEIGHT);
        ui.add_space(SPACE_3);
        let button = IconButton::new(Icon::Close, "Close the product sheet")
            .keys("Esc")
            .ui(ui);
        if is_new {
            button.request_focus();
        }
        close = button.clicked();
        let copy = Button::quiet("Copy sku").icon(Icon::Copy).ui(ui);
        if copy.clicked() {
            ui.copy_text(sku.to_owned());
            desk.say(&format!("Copied: {sku}"));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add_space(SPACE_4);
            ui.label(title("Product").color(tokens.ink));
            ui.add_space(SPACE_2);
            ui.add(Label::new(mono(sku).color(tokens.ink3)).truncate());
        });
    });
    hairline_ui(ui);
    let lane = desk.console.answers().sheet();
    let stale = lane.waiting_ms() > STALE_MS;
    if let Some(error) = lane.error().map(sentence) {
        part_ui(ui, |ui| {
            ui.add(Label::new(body(error).color(tokens.bad)).wrap())
        });
        return close;
    }
    let sheet = lane.value().filter(|sheet| sheet.head.sku == sku).cloned();
    let Some(sheet) = sheet else {
        part_ui(ui, |ui| spinner_ui(ui, "Reading the product"));
        return close;
    };
    dimmed_ui(ui, stale, |ui| {
        ScrollArea::vertical()
            .id_salt(("sheet", sku))
            .auto_shrink(false)
            .show(ui, |ui| sections_ui(ui, &sheet, desk));
    });
    close
}

fn part_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .inner_margin(Margin::symmetric(SPACE_4 as i8, SPACE_3 as i8))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            content(ui)
        })
        .inner
}

fn sections_ui(ui: &mut Ui, sheet: &ProductSheet, desk: &mut Desk) {
    part_ui(ui, |ui| {
        product_head_ui(ui, &sheet.head, desk);
        ui.add_space(SPACE_2);
        tags_ui(ui, sheet);
    });
    hairline_ui(ui);
    part_ui(ui, |ui| fields::fields_ui(ui, &sheet.fields, &desk.format));
    let format = desk.format.clone();
    let sections: [fn(&mut Ui, &ProductSheet, &crate::Format); 6] = [
        tables::prices_ui,
        tables::promotions_ui,
        tables::stock_ui,
        tables::inbound_ui,
        tables::rules_ui,
        tables::pages_ui,
    ];
    for section_ui in sections {
        hairline_ui(ui);
        part_ui(ui, |ui| section_ui(ui, sheet, &format));
    }
    // Keys scroll too: the sheet is longer than the window.
    let (page, line) = (ui.clip_rect().height() * 0.9, 40.0);
    let pressed = |key| ui.input(|input| input.num_presses(key) as f32);
    let by = page * (pressed(Key::PageDown) - pressed(Key::PageUp))
        + line * (pressed(Key::ArrowDown) - pressed(Key::ArrowUp));
    if by != 0.0 {
        ui.scroll_with_delta(vec2(0.0, -by));
    }
}

/// Draws what stands out of a product as words.
fn tags_ui(ui: &mut Ui, sheet: &ProductSheet) {
    let head = &sheet.head;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(SPACE_2, SPACE_2);
        match head.slot {
            Some(slot) => tag_ui(ui, Tone::Accent, &format!("Slot {slot} here")),
            None => tag_ui(ui, Tone::Warn, "Not on this slate"),
        };
        if head.private_label {
            tag_ui(ui, Tone::Accent, "Own brand");
        }
        if head.price < head.list_price {
            tag_ui(ui, Tone::Info, "Promotion in force");
        }
        if head.stock <= 0 {
            tag_ui(ui, Tone::Bad, "Out of stock");
        }
        let touching = sheet.rules.iter().filter(|rule| rule.in_force).count();
        match touching {
            0 => {}
            1 => {
                tag_ui(ui, Tone::Neutral, "1 rule in force");
            }
            count => {
                tag_ui(ui, Tone::Neutral, &format!("{count} rules in force"));
            }
        }
    });
}

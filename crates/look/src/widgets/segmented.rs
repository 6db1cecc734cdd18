//! A row of choices of which one holds: Grid, List, Compare.

use egui::accesskit::{Role, Toggled};
use egui::{Key, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::paint::focus_ring_at;
use crate::text::{Face, line};
use crate::tokens::{CONTROL_HEIGHT, HAIRLINE, RADIUS_CONTROL, SPACE_3, Tokens};

/// Draws the choices side by side and changes `value` to the one picked.
///
/// Each choice is a radio button; the response is of all of them and says whether `value` changed.
pub fn segmented_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    value: &mut T,
    choices: &[(T, &str)],
) -> Response {
    let tokens = Tokens::of(ui);
    let widths: Vec<f32> = choices
        .iter()
        .map(|(_, text)| {
            let face = Face::BodySemibold;
            line(ui, text, face, tokens.ink).size().x.ceil() + 2.0 * SPACE_3
        })
        .collect();
    let size = vec2(widths.iter().sum(), CONTROL_HEIGHT);
    let (rect, mut group) = ui.allocate_exact_size(size, Sense::hover());
    group.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, true, name));
    let border = Stroke::new(HAIRLINE, tokens.line_strong);
    ui.painter().rect(
        rect,
        RADIUS_CONTROL,
        tokens.panel,
        border,
        StrokeKind::Inside,
    );

    let mut left = rect.left();
    let mut picked = None;
    for (index, ((choice, text), width)) in choices.iter().zip(widths).enumerate() {
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        left += width;
        let response = ui.interact(cell, group.id.with(index), Sense::click());
        let chosen = *choice == *value;
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, chosen, text));
        ui.accesskit_node_builder(response.id, |node| node.set_toggled(Toggled::from(chosen)));
        if response.clicked() {
            picked = Some(*choice);
        }
        if response.has_focus() {
            let step = ui.input(|input| {
                i32::from(input.key_pressed(Key::ArrowRight))
                    - i32::from(input.key_pressed(Key::ArrowLeft))
            });
            let next = index.saturating_add_signed(step as isize);
            if let Some((choice, _)) = choices.get(next).filter(|_| step != 0) {
                picked = Some(*choice);
                ui.memory_mut(|memory| memory.request_focus(group.id.with(next)));
            }
        }
        let inner = cell.shrink(2.0);
        let radius = RADIUS_CONTROL - 2;
        let (face, ink) = if chosen {
            ui.painter().rect_filled(inner, radius, tokens.accent_wash);
            (Face::BodySemibold, tokens.accent)
        } else {
            if response.hovered() {
                ui.painter().rect_filled(inner, radius, tokens.hover());
            }
            (Face::Body, tokens.ink2)
        };
        let galley = line(ui, text, face, ink);
        ui.painter()
            .galley(cell.center() - galley.size() / 2.0, galley, ink);
        if response.has_focus() {
            focus_ring_at(ui.painter(), inner, radius, tokens.accent);
        }
    }
    if let Some(choice) = picked
        && choice != *value
    {
        *value = choice;
        group.mark_changed();
    }
    group
}

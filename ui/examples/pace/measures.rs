//! What is measured: opening, dragging a weight, scrolling, and doing nothing.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{
    Event, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2, vec2,
};
use endcap_app::console::{ColumnChoice, Command, Layout, RulesChoice, Source, View};
use endcap_app::{PageView, Signal};
use endcap_ui::Action;

use super::driven::Driven;
use super::figures::{Figure, quantile_ms};

/// How often the window is opened.
const OPENINGS: usize = 4;
/// Between two moves of the pointer, as a mouse of 125 Hz sends them.
const MOVE: Duration = Duration::from_millis(8);
/// How many moves a drag has.
const MOVES: usize = 480;
/// Frames of scrolling, half of them down and half of them up.
const SCROLLED: usize = 240;
/// How far a frame scrolls, in points.
const STEP: f32 = 60.0;
/// How long nothing happens.
const IDLE: Duration = Duration::from_secs(5);
/// As many slots as a request may have.
const SLOTS: u32 = 200;

/// The pages that are measured, each with how many candidates it has.
pub(crate) struct Pages {
    /// The one nearest to 2,000 of which a shopper nobody knows sees more than half.
    near: (String, usize),
    /// The one nearest to 2,000 of which they see less, so that the pages above it are ranked,
    /// too, to fill the slate.
    closed: Option<(String, usize)>,
    /// The page below the root that has the most.
    largest: (String, usize),
}

impl Pages {
    /// The pages of what is open; `asked` instead of the one near 2,000.
    pub(crate) fn of(driven: &mut Driven, asked: Option<String>) -> Self {
        let data = driven.desk().console.data().expect("data that is open");
        let retailer = &data.workspace.retailer;
        let mut pages: Vec<(String, usize)> = Vec::new();
        for (leaf, _) in retailer.categories() {
            let ends = leaf.match_indices('/').map(|(at, _)| at);
            for end in ends.chain([leaf.len()]) {
                let path = &leaf[..end];
                if !pages.iter().any(|(known, _)| known == path) {
                    pages.push((path.to_owned(), retailer.page(path).len()));
                }
            }
        }
        let largest = pages.iter().max_by_key(|(_, count)| *count).cloned();
        pages.sort_by_key(|(_, count)| count.abs_diff(2_000));
        if let Some(asked) = asked {
            pages.retain(|(path, _)| *path == asked);
        }
        let mut near = None;
        let mut closed = None;
        for page in pages {
            show_page(driven, &page.0, Layout::Grid, 24);
            let counts = driven.page().map(|page| page.slate.counts.clone());
            let counts = counts.unwrap_or_default();
            if counts.eligible * 2 > counts.candidates {
                near = Some(page);
                break;
            }
            closed = closed.or(Some(page));
        }
        Self {
            near: near.or(closed.clone()).expect("a page with products"),
            closed,
            largest: largest.expect("a page with products"),
        }
    }
}

/// From the start of the console to the first frame, and to the ranked page.
pub(crate) fn open(source: Option<&Source>) -> Vec<Figure> {
    // Warm: the file is in memory before the clock starts.
    if let Some(source) = source {
        let _ = std::fs::read(&source.snapshot);
    }
    let mut first = Vec::new();
    let mut ranked = Vec::new();
    for _ in 0..OPENINGS {
        let mut driven = Driven::start(source, false);
        let mut frame = driven.frame(Vec::new());
        first.push(frame.painted - driven.started());
        assert!(frame.sum() > 0.0, "the first frame is empty");
        while driven.page().is_none() {
            driven.wait(Instant::now() + Duration::from_secs(1));
            frame = driven.frame(Vec::new());
        }
        ranked.push(frame.painted - driven.started());
        driven.settle();
        driven.close();
    }
    let seconds = |values: &[Duration], share| quantile_ms(values, share) / 1e3;
    vec![
        Figure::new("first frame, of the process", first[0].as_secs_f64(), "s").goal(0.5),
        Figure::new("first frame, median of 4", seconds(&first, 0.5), "s").goal(0.5),
        Figure::new("ranked page, of the process", ranked[0].as_secs_f64(), "s").goal(2.5),
        Figure::new("ranked page, median of 4", seconds(&ranked, 0.5), "s").goal(2.5),
        Figure::new("ranked page, worst of 4", seconds(&ranked, 1.0), "s").goal(2.5),
    ]
}

/// Drags the weight of the margin over pages of several sizes.
pub(crate) fn drags(driven: &mut Driven, pages: &Pages, say: &mut impl FnMut(Vec<Figure>)) {
    let near = &pages.near;
    say(drag(driven, "grid", near, (Layout::Grid, 24)));
    say(drag(driven, "list", near, (Layout::List, 24)));
    say(drag(driven, "list, 200 slots", near, (Layout::List, SLOTS)));
    if let Some(closed) = &pages.closed {
        say(drag(
            driven,
            "filled from above",
            closed,
            (Layout::Grid, 24),
        ));
    }
    say(drag(driven, "grid", &pages.largest, (Layout::Grid, 24)));
}

/// Moves of the pointer that were taken in together, and the weight they came to.
struct Batch {
    at: Vec<Instant>,
    weight: f64,
}

fn drag(
    driven: &mut Driven,
    name: &str,
    (page, products): &(String, usize),
    (layout, slots): (Layout, u32),
) -> Vec<Figure> {
    show_page(driven, page, layout, slots);
    let track = driven
        .find(Role::Slider, "Margin weight")
        .expect("the slider of the margin");
    let (left, right) = (track.left() + 8.0, track.right() - 8.0);
    let y = track.center().y;
    let button = |at: Pos2, pressed| Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let from = pos2(left, y);
    driven.frame(vec![Event::PointerMoved(from)]);
    driven.frame(vec![button(from, true)]);
    driven.settle();

    let mut at = from;
    let mut forth = true;
    let mut waiting: VecDeque<Batch> = VecDeque::new();
    let mut latencies = Vec::new();
    let mut frames = Vec::new();
    let mut answered = driven.page();
    let mut answers = 0;
    let started = Instant::now() + MOVE;
    let mut sent = 0;
    while sent < MOVES || !waiting.is_empty() {
        let next = if sent < MOVES {
            started + MOVE * sent as u32
        } else {
            Instant::now() + Duration::from_secs(1)
        };
        let wanted = driven.wait(next);
        let mut events = Vec::new();
        let mut batch = Vec::new();
        while sent < MOVES && started + MOVE * sent as u32 <= Instant::now() {
            at.x += if forth { 1.0 } else { -1.0 };
            if at.x >= right || at.x <= left {
                forth = !forth;
            }
            events.push(Event::PointerMoved(at));
            // A late start of a frame is part of what a user waits for.
            batch.push(started + MOVE * sent as u32);
            sent += 1;
        }
        if !wanted && events.is_empty() {
            continue;
        }
        let frame = driven.frame(events);
        frames.push(frame.took);
        if !batch.is_empty() {
            let weight = draft_weight(driven, page);
            waiting.push_back(Batch { at: batch, weight });
        }
        let now = driven.page();
        let is_news = match (&answered, &now) {
            (Some(before), Some(now)) => !Arc::ptr_eq(before, now),
            _ => now.is_some(),
        };
        if is_news {
            answers += 1;
        }
        answered = now;
        let weight = answered.as_deref().map_or(f64::NAN, shown_weight);
        let is_shown = |batch: &Batch| (batch.weight - weight).abs() < 1e-9;
        // An answer is about one of the batches that wait; a weight that stayed as it was is
        // shown without one.
        let upto = if is_news {
            waiting.iter().position(is_shown)
        } else {
            waiting.front().filter(|batch| is_shown(batch)).map(|_| 0)
        };
        for batch in waiting.drain(..upto.map_or(0, |last| last + 1)) {
            latencies.extend(batch.at.iter().map(|at| frame.painted - *at));
        }
    }
    driven.frame(vec![button(at, false)]);
    driven.settle();
    let of = |what: &str| format!("drag, {page} ({products}), {name}: {what}");
    vec![
        Figure::new(of("median"), quantile_ms(&latencies, 0.5), "ms"),
        Figure::new(of("p95"), quantile_ms(&latencies, 0.95), "ms").goal(16.0),
        Figure::new(of("p99"), quantile_ms(&latencies, 0.99), "ms"),
        Figure::new(of("worst"), quantile_ms(&latencies, 1.0), "ms"),
        Figure::new(of("moves"), latencies.len() as f64, ""),
        Figure::new(of("re-rankings shown"), f64::from(answers), ""),
        Figure::new(of("frames"), frames.len() as f64, ""),
        Figure::new(of("a frame, median"), quantile_ms(&frames, 0.5), "ms"),
        Figure::new(of("a frame, p95"), quantile_ms(&frames, 0.95), "ms"),
    ]
}

fn draft_weight(driven: &mut Driven, page: &str) -> f64 {
    let draft = driven.desk().console.draft();
    let rules = draft.map(endcap_app::console::Draft::rules);
    rules
        .and_then(|rules| rules.objective.categories.get(page))
        .and_then(|weights| weights.0.get(&Signal::Margin).copied())
        .unwrap_or(f64::NAN)
}

fn shown_weight(page: &PageView) -> f64 {
    let mut rows = page.objective.rows.iter();
    rows.find(|row| row.signal == Signal::Margin)
        .map_or(f64::NAN, |row| row.weight)
}

fn show_page(driven: &mut Driven, page: &str, layout: Layout, slots: u32) {
    let desk = driven.desk();
    desk.show(View::Rank);
    desk.act(Action::Arrange(layout));
    desk.look(|context| {
        context.page = Some(page.to_owned());
        context.slots = slots;
    });
    driven.settle();
}

/// Scrolls every list there is, over a page with as many slots as there may be.
pub(crate) fn scrolls(driven: &mut Driven, pages: &Pages, say: &mut impl FnMut(Vec<Figure>)) {
    let page = &pages.near.0;
    // Something has to differ from live.
    let middle = pos2(650.0, 560.0);
    let left = pos2(110.0, 600.0);
    show_page(driven, page, Layout::Grid, SLOTS);
    say(scroll(driven, "Rank, categories", left));
    say(scroll(
        driven,
        "Rank, objective and rules",
        pos2(1270.0, 700.0),
    ));
    say(scroll(driven, "Rank, grid of 200", middle));
    show_page(driven, page, Layout::List, SLOTS);
    say(scroll(driven, "Rank, list of 200", middle));
    show_page(driven, page, Layout::Compare, SLOTS);
    say(scroll(driven, "Rank, compare of 200", middle));
    show_page(driven, page, Layout::List, SLOTS);
    driven.desk().act(Action::Ineligible);
    driven.settle();
    say(scroll(driven, "Rank, drawer", pos2(800.0, 800.0)));
    show_page(driven, &pages.largest.0, Layout::List, SLOTS);
    let unshown = driven.page().map_or(0, |page| page.slate.unshown.len());
    let name = format!("Rank, drawer of {unshown}");
    say(scroll(driven, &name, pos2(800.0, 800.0)));
    driven.desk().act(Action::Ineligible);
    driven.settle();

    show_page(driven, page, Layout::Grid, SLOTS);
    let sku = driven
        .page()
        .and_then(|page| page.slate.cards.first().map(|card| card.sku.clone()));
    driven.desk().send(Command::Sheet(sku));
    driven.settle();
    say(scroll(driven, "Product sheet", pos2(1200.0, 500.0)));
    driven.desk().send(Command::Sheet(None));

    driven.desk().act(Action::PinAny);
    driven.settle();
    driven.frame(vec![Event::Text("o".to_owned())]);
    driven.settle();
    say(scroll(
        driven,
        "Pin any product, 200 found",
        pos2(720.0, 450.0),
    ));
    press(driven, egui::Key::Escape);

    let column = |rules| ColumnChoice {
        rules,
        context: None,
    };
    let columns = vec![
        column(RulesChoice::Draft),
        column(RulesChoice::Live),
        column(RulesChoice::Off),
        column(RulesChoice::Live),
    ];
    driven.desk().send(Command::Compare(columns));
    driven.desk().show(View::Shoppers);
    driven.settle();
    say(scroll(driven, "Shoppers, people", left));
    say(scroll(driven, "Shoppers, four slates of 200", middle));
    driven.desk().show(View::Data);
    driven.settle();
    say(scroll(driven, "Data", middle));
    driven.desk().show(View::Settings);
    driven.settle();
    say(scroll(driven, "Settings", middle));
    driven.desk().show(View::Rank);
    driven.settle();
}

fn press(driven: &mut Driven, key: egui::Key) {
    let event = |pressed| Event::Key {
        key,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    driven.frame(vec![event(true)]);
    driven.frame(vec![event(false)]);
    driven.settle();
}

fn scroll(driven: &mut Driven, name: &str, at: Pos2) -> Vec<Figure> {
    driven.frame(vec![Event::PointerMoved(at)]);
    driven.settle();
    let mut took = Vec::with_capacity(SCROLLED);
    let mut moved = 0;
    let mut before = f64::NAN;
    for place in 0..SCROLLED {
        let down = place < SCROLLED / 2;
        driven.skip_a_refresh();
        let frame = driven.frame(vec![Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, if down { -STEP } else { STEP }),
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        }]);
        took.push(frame.took);
        // From the second frame on: there is nothing before the first.
        moved += u32::from((frame.sum() - before).abs() > 0.0);
        before = frame.sum();
    }
    driven.settle();
    let of = |what: &str| format!("scroll, {name}: {what}");
    vec![
        Figure::new(of("median"), quantile_ms(&took, 0.5), "ms"),
        Figure::new(of("p95"), quantile_ms(&took, 0.95), "ms").goal(4.0),
        Figure::new(of("worst"), quantile_ms(&took, 1.0), "ms"),
        Figure::new(of("frames that moved"), f64::from(moved), ""),
    ]
}

/// Does nothing for a while.
pub(crate) fn idle(driven: &mut Driven) -> Vec<Figure> {
    driven.settle();
    let busy_before = processor_secs();
    let until = Instant::now() + IDLE;
    let mut frames = 0;
    while Instant::now() < until {
        if driven.wait(until) {
            driven.frame(Vec::new());
            frames += 1;
        }
    }
    let mut figures = vec![Figure::new("idle, 5 s: repaints", f64::from(frames), "").goal(0.0)];
    if let (Some(before), Some(after)) = (busy_before, processor_secs()) {
        let share = (after - before) / IDLE.as_secs_f64() * 100.0;
        figures.push(Figure::new("idle, 5 s: share of a core", share, "%").goal(0.5));
    }
    figures
}

/// The processor time this process has had, where the system tells it as Linux does.
fn processor_secs() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    // Linux counts in hundredths of a second, whatever its own timer does.
    Some(ticks / 100.0)
}

//! What the engine's works cost against the size of the catalogue and the number of shoppers.
//!
//! `cargo run --release -p endcap-app --example cost PATH/TO/endcap PICTURE.svg [MOST_PRODUCTS
//! MOST_SHOPPERS]` runs `endcap bench` for each point, prints a table and draws it.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example prints what it measures"
)]

use std::process::Command;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The sizes that are measured, each about three times the one before.
const SIZES: [u32; 7] = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

const FEWEST_PRODUCTS: u32 = 10_000;

/// Where only the other size changes.
const PRODUCTS: u32 = 100_000;
const SHOPPERS: u32 = 1_000;

const PICTURE: (u32, u32) = (1_120, 440);
const INK: RGBColor = RGBColor(0x47, 0x54, 0x67);
const LINE: RGBColor = RGBColor(0xe4, 0xe7, 0xec);
const COLOURS: [RGBColor; 4] = [
    RGBColor(0x0f, 0x76, 0x6e),
    RGBColor(0xb5, 0x47, 0x08),
    RGBColor(0x17, 0x5c, 0xd3),
    RGBColor(0xb4, 0x23, 0x18),
];

/// The figures of one work: a size and milliseconds of processor time.
struct Series {
    name: &'static str,
    points: Vec<(f64, f64)>,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (program, picture) = (args.next().unwrap(), args.next().unwrap());
    let mut most = || args.next().map_or(u32::MAX, |text| text.parse().unwrap());
    let (most_products, most_shoppers) = (most(), most());
    println!("| work | products | shoppers | processor, ms | memory at most, MB |");
    println!("| --- | --- | --- | --- | --- |");
    let products = |size: &u32| (FEWEST_PRODUCTS..=most_products).contains(size);
    let over_products = |work, name| Series {
        name,
        points: points(SIZES.iter().copied().filter(products), |products| {
            measure(&program, work, (products, SHOPPERS))
        }),
    };
    let by_products = [
        over_products("w1-page", "one shopper, one department"),
        over_products("w1-warm", "one shopper, the whole catalogue"),
        over_products("w1-edit", "the same after a rule changed"),
        over_products("w2", "1,000 shoppers under two rule sets"),
    ];
    let shoppers = SIZES.iter().copied().filter(|size| *size <= most_shoppers);
    let by_shoppers = [Series {
        name: "under two rule sets, 100,000 products",
        points: points(shoppers, |shoppers| {
            measure(&program, "w2", (PRODUCTS, shoppers))
        }),
    }];
    let root = SVGBackend::new(&picture, PICTURE).into_drawing_area();
    root.fill(&WHITE).unwrap();
    let (left, right) = root.split_horizontally(PICTURE.0 / 2);
    draw(&left, "products", &by_products);
    draw(&right, "shoppers", &by_shoppers);
    root.present().unwrap();
}

fn points(sizes: impl Iterator<Item = u32>, measure: impl Fn(u32) -> f64) -> Vec<(f64, f64)> {
    sizes.map(|size| (f64::from(size), measure(size))).collect()
}

/// The median of the processor time of the repetitions of a work.
fn measure(program: &str, work: &str, (products, shoppers): (u32, u32)) -> f64 {
    let sizes = [products, shoppers].map(|size| size.to_string());
    let output = Command::new(program)
        .args([
            "bench",
            work,
            "--products",
            &sizes[0],
            "--shoppers",
            &sizes[1],
        ])
        .args(["--threads", "1", "--json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{work}: {output:?}");
    let measured: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let times = measured["cpu_ms"].as_array().unwrap().iter();
    let mut times: Vec<f64> = times.map(|time| time.as_f64().unwrap()).collect();
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    let memory = measured["peak_mb"].as_f64().unwrap_or(f64::NAN);
    println!("| {work} | {products} | {shoppers} | {median:.2} | {memory:.0} |");
    median
}

/// Draws some series, both axes by their logarithm.
fn draw(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, size: &str, series: &[Series]) {
    let all = || series.iter().flat_map(|series| &series.points);
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    };
    let (least, most) = ends(&mut all().map(|point| point.0));
    let (cheapest, dearest) = ends(&mut all().map(|point| point.1));
    let text = |size: u32| ("sans-serif", size).into_font().color(&INK);
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .caption(format!("Processor time in ms, by {size}"), text(15))
        .x_label_area_size(28)
        .y_label_area_size(72)
        .build_cartesian_2d(
            (least * 0.8..most * 2.5).log_scale(),
            (cheapest * 0.5..dearest * 6.0).log_scale(),
        )
        .unwrap();
    chart
        .configure_mesh()
        .x_label_formatter(&|value| thousands(*value))
        .y_label_formatter(&|value| thousands(*value))
        .label_style(text(13))
        .axis_style(INK)
        .bold_line_style(LINE)
        .light_line_style(TRANSPARENT)
        .draw()
        .unwrap();
    for (series, colour) in series.iter().zip(COLOURS) {
        let points = || series.points.iter().copied();
        let line = LineSeries::new(points(), colour.stroke_width(2));
        let legend = move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2));
        chart
            .draw_series(line)
            .unwrap()
            .label(series.name)
            .legend(legend);
        let dots = points().map(|point| Circle::new(point, 3, colour.filled()));
        chart.draw_series(dots).unwrap();
        let beside = text(12).pos(Pos::new(HPos::Left, VPos::Center));
        let last = points()
            .last()
            .into_iter()
            .map(|(x, y)| EmptyElement::at((x, y)) + Text::new(figure(y), (8, 0), beside.clone()));
        chart.draw_series(last).unwrap();
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .margin(4)
        .label_font(text(13))
        .draw()
        .unwrap();
}

/// A figure to two digits or so.
fn figure(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1}")
    } else {
        thousands(value.round())
    }
}

fn thousands(value: f64) -> String {
    if value < 1.0 {
        return value.to_string();
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

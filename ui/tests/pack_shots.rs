//! A picture that the data names stands in the window in the place of a pictogram.

mod common;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use common::{LARGE, desk, settle, window};
use egui::Theme;
use endcap_app::console::{Command, Source};
use image::{Rgb, RgbImage};

/// Textures of pictures, by the sku that each is of.
fn textures(ctx: &egui::Context, skus: &[String]) -> usize {
    let textures = ctx.tex_manager();
    let textures = textures.read();
    let named = |name: &str| skus.iter().any(|sku| sku == name);
    textures
        .allocated()
        .filter(|(_, meta)| named(&meta.name))
        .count()
}

#[test]
fn the_pictures_of_a_folder_stand_on_the_cards() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, files) = (folder.path().join("demo.endcap"), folder.path().join("csv"));
    endcap_app::make_demo(endcap_app::DemoSize::default(), 1, &demo, |_| ()).unwrap();
    endcap_app::export(&demo, &files).unwrap();
    let products = files.join("products.csv");
    let mut reader = csv::Reader::from_path(&products).unwrap();
    let head = reader.headers().unwrap().clone();
    let image = head.iter().position(|name| name == "image").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut writer = csv::Writer::from_path(&products).unwrap();
    writer.write_record(&head).unwrap();
    for row in &rows {
        let with = |(place, text)| if place == image { "shot.png" } else { text };
        writer
            .write_record(row.iter().enumerate().map(with))
            .unwrap();
    }
    writer.flush().unwrap();
    let snapshot = folder.path().join("pictured.endcap");
    let going_on = &mut |_: endcap_app::Progress<'_>| ControlFlow::Continue(());
    endcap_app::import(&files, None, &snapshot, true, going_on).unwrap();
    let shot = RgbImage::from_pixel(8, 8, Rgb([200, 30, 30]));
    shot.save(folder.path().join("shot.png")).unwrap();

    let mut window = window(LARGE, Theme::Light);
    let source = Source {
        snapshot,
        rules: None,
    };
    desk(&mut window).send(Command::Open(Some(source)));
    settle(&mut window);
    let page = desk(&mut window).console.answers().page().value().cloned();
    let skus: Vec<String> = page
        .unwrap()
        .slate
        .cards
        .iter()
        .map(|card| card.sku.clone())
        .collect();
    let give_up = Instant::now() + Duration::from_secs(60);
    // The cards of the first rows at least; those out of sight are not asked for.
    while textures(&window.ctx, &skus) < 5 {
        assert!(Instant::now() < give_up, "no picture came");
        std::thread::sleep(Duration::from_millis(5));
        settle(&mut window);
    }
}

//! Pictures of the shell, written where `ENDCAP_SHOTS` says.

mod common;

use common::{LARGE, SMALL, desk, settle, shot, window};
use egui::Theme;
use endcap_app::console::{Command, ImportOrder, Source, View};
use endcap_ui::Action;

#[test]
fn pictures_of_the_shell() {
    if std::env::var_os("ENDCAP_SHOTS").is_none() {
        println!("skipped: ENDCAP_SHOTS names no folder");
        return;
    }
    for (theme, size, name) in [(Theme::Light, LARGE, "light"), (Theme::Dark, SMALL, "dark")] {
        let mut window = window(size, theme);
        let take = |window: &mut common::Tested, what: &str| {
            settle(window);
            shot(window, &format!("{what}-{name}"));
        };
        take(&mut window, "rank");
        for (action, what) in [
            (Action::Palette, "palette-empty"),
            (Action::Keys, "keys"),
            (Action::Keys, "none"),
            (Action::Open, "open"),
        ] {
            desk(&mut window).act(action);
            take(&mut window, what);
        }
        window.key_press(egui::Key::Escape);
        settle(&mut window);
        desk(&mut window).act(Action::Palette);
        settle(&mut window);
        window.event(egui::Event::Text("coffee".to_owned()));
        take(&mut window, "palette-coffee");
        window.key_press(egui::Key::Escape);
        desk(&mut window).show(View::Settings);
        take(&mut window, "settings");
        desk(&mut window).show(View::Data);
        take(&mut window, "data-demo");
        let folder = tempfile::tempdir().unwrap();
        let demo = folder.path().join("demo.endcap");
        endcap_app::make_demo(endcap_app::DemoSize::default(), 1, &demo, |_| ()).unwrap();
        endcap_app::export(&demo, &folder.path().join("files")).unwrap();
        let source = Source {
            snapshot: demo.clone(),
            rules: None,
        };
        desk(&mut window).send(Command::Open(Some(source.clone())));
        settle(&mut window);
        desk(&mut window).show(View::Data);
        take(&mut window, "data-snapshot");
        let model = folder.path().join("demo.endcap.model");
        std::fs::write(model, "no model").unwrap();
        desk(&mut window).send(Command::Open(None));
        settle(&mut window);
        desk(&mut window).send(Command::Open(Some(source)));
        settle(&mut window);
        desk(&mut window).show(View::Data);
        take(&mut window, "data-model-refused");
        desk(&mut window).send(Command::Open(None));
        settle(&mut window);
        desk(&mut window).act(Action::Import);
        settle(&mut window);
        window.event(egui::Event::Text(format!("{}/", folder.path().display())));
        take(&mut window, "import");
        window.key_press(egui::Key::Escape);
        desk(&mut window).send(Command::Import(ImportOrder {
            dir: folder.path().join("files"),
            mapping: None,
            into: folder.path().join("shop.endcap"),
            strict: false,
        }));
        take(&mut window, "report");
        desk(&mut window).show(View::Rank);
        desk(&mut window).act(Action::Guide);
        take(&mut window, "guide-1");
        for step in 2..6 {
            use egui_kittest::kittest::Queryable;
            window.get_by_label("Next").click();
            settle(&mut window);
            take(&mut window, &format!("guide-{step}"));
        }
        desk(&mut window).act(Action::Discard);
        take(&mut window, "toast");
    }
}

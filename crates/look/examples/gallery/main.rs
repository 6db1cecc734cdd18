//! Every widget of the look in every state: `cargo run -p endcap-look --example gallery`.

mod pages;

use pages::Gallery;

struct Window(Gallery);

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.0.ui(ui);
    }
}

fn main() -> eframe::Result {
    let viewport = egui::ViewportBuilder::default().with_inner_size([1440.0, 900.0]);
    let options = eframe::NativeOptions {
        viewport,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "Endcap gallery",
        options,
        Box::new(|creation| {
            endcap_look::install(&creation.egui_ctx);
            Ok(Box::new(Window(Gallery::default())))
        }),
    )
}

//! What is picked from a list that is there already: page, placement, channel, store, sort,
//! and the small editors of query and cart.

use std::sync::{Arc, Weak};

use egui::{Id, Key, Response, Ui};
use endcap_app::console::{Command, Opened};
use endcap_app::{Placement, RankCommand, Sort, heading, page_name};
use endcap_look::{
    Button, Icon, IconButton, MenuItem, PickItem, Picker, SPACE_1, SPACE_2, TextField, Tokens,
    body, small,
};

use super::Part;
use crate::Desk;
use crate::rank::found::{Finder, FoundRow, Search};

/// The id of the item that stands for no choice.
const NONE: &str = "";

/// The lists of pickers, made once for the data that is open.
#[derive(Default)]
pub(super) struct Items {
    data: Weak<Opened>,
    generation: u64,
    pages: Vec<PickItem>,
    placements: Vec<PickItem>,
    channels: Vec<PickItem>,
    stores: Vec<PickItem>,
    sorts: Vec<PickItem>,
}

impl Items {
    pub(super) fn update(&mut self, data: &Arc<Opened>) {
        if std::ptr::eq(self.data.as_ptr(), Arc::as_ptr(data)) {
            return;
        }
        let everything = PickItem::new(NONE, "All products", "no page");
        let pages = data.tree.rows.iter().map(|row| {
            let above = row.path.rsplit_once('/').map_or("", |(above, _)| above);
            PickItem::new(&row.path, &row.name, above)
        });
        let nowhere = PickItem::new(NONE, "None", "or the shopper’s home store");
        let stores = data.choices.stores.iter().map(|store| {
            PickItem::new(
                &store.id,
                &store.name,
                format!("{} · {}", store.region, store.zone),
            )
        });
        let placements = Placement::ALL.iter();
        let channels = data.choices.channels.iter();
        let sorts = Sort::ALL.iter();
        *self = Self {
            data: Arc::downgrade(data),
            generation: self.generation + 1,
            pages: std::iter::once(everything).chain(pages).collect(),
            placements: placements
                .map(|placement| PickItem::new(placement.name(), placement_name(*placement), ""))
                .collect(),
            channels: channels
                .map(|channel| PickItem::new(channel, heading(channel), ""))
                .collect(),
            stores: std::iter::once(nowhere).chain(stores).collect(),
            sorts: sorts
                .map(|sort| PickItem::new(sort.name(), sort_name(*sort), ""))
                .collect(),
        };
    }

    pub(super) fn page_name(&self, page: Option<&str>) -> String {
        page.map_or_else(|| "All products".to_owned(), page_name)
    }

    fn of(&self, part: Part) -> &[PickItem] {
        match part {
            Part::Page => &self.pages,
            Part::Placement => &self.placements,
            Part::Channel => &self.channels,
            Part::Store => &self.stores,
            _ => &self.sorts,
        }
    }
}

/// What a placement is called.
pub(crate) fn placement_name(placement: Placement) -> &'static str {
    match placement {
        Placement::Category => "Category",
        Placement::Search => "Search",
        Placement::Home => "Home page",
        Placement::Product => "Product page",
        Placement::Cart => "Cart",
        Placement::Email => "Email",
    }
}

/// What an order is called.
pub(super) fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Recommended => "Recommended",
        Sort::PriceAsc => "Price, low to high",
        Sort::PriceDesc => "Price, high to low",
        Sort::Newest => "Newest",
        Sort::Rating => "Best rated",
    }
}

/// The placement that a context shows, where it does not say.
pub(super) fn placement(context: &RankCommand) -> Placement {
    context.placement.unwrap_or(match context {
        RankCommand { query: Some(_), .. } => Placement::Search,
        RankCommand {
            anchor: Some(_), ..
        } => Placement::Product,
        RankCommand { page: Some(_), .. } => Placement::Category,
        _ => Placement::Home,
    })
}

/// Draws the picker of a part below its chip, and looks at what is picked.
pub(super) fn picker_ui(chip: &Response, desk: &mut Desk, items: &Items, part: Part) {
    let context = desk.console.context();
    let chosen = match part {
        Part::Page => context.page.clone().unwrap_or_default(),
        Part::Placement => placement(context).name().to_owned(),
        Part::Channel => context.channel.clone().unwrap_or_else(|| "web".to_owned()),
        Part::Store => context.store.clone().unwrap_or_default(),
        _ => context.sort.name().to_owned(),
    };
    let (hint, nothing) = match part {
        Part::Page => ("Search pages", "No page has this in its name."),
        Part::Placement => ("Search placements", "No placement has this in its name."),
        Part::Channel => ("Search channels", "No channel has this in its name."),
        Part::Store => ("Search stores", "No store has this in its name or region."),
        _ => ("Search orders", "No order has this in its name."),
    };
    let list = items.of(part);
    let picked = Picker::new(part.label(), list)
        .generation(items.generation)
        .chosen(Some(&chosen))
        .hint(hint)
        .empty(nothing)
        .popover_ui(chip);
    let Some(item) = picked.and_then(|place| list.get(place)) else {
        return;
    };
    let id = (item.id != NONE).then(|| item.id.clone());
    match part {
        Part::Page => desk.look(|context| {
            context.page = id;
            context.placement = None;
            context.query = None;
            context.anchor = None;
        }),
        Part::Placement => {
            let placements = Placement::ALL.into_iter();
            let picked = placements
                .into_iter()
                .find(|placement| placement.name() == item.id);
            let anchor = first_product(desk);
            desk.look(|context| {
                context.placement = picked;
                match picked {
                    // A product's page is that of some product: what is in sight is a start.
                    Some(Placement::Product) => context.anchor = context.anchor.take().or(anchor),
                    _ => context.anchor = None,
                }
            })
        }
        Part::Channel => desk.look(|context| context.channel = id),
        Part::Store => desk.look(|context| context.store = id),
        _ => {
            let picked = Sort::ALL.into_iter().find(|sort| sort.name() == item.id);
            desk.look(|context| context.sort = picked.unwrap_or_default())
        }
    };
}

/// The product that has the keyboard, or the first of the page.
fn first_product(desk: &Desk) -> Option<String> {
    let page = desk.console.answers().page().value();
    let first = page.and_then(|page| page.slate.cards.first());
    let focus = desk.focus.clone();
    focus.or_else(|| first.map(|card| card.sku.clone()))
}

/// Draws the orders in a column; says whether one was taken.
pub(super) fn sort_ui(ui: &mut Ui, desk: &mut Desk) -> bool {
    let chosen = desk.console.context().sort;
    let mut picked = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for sort in Sort::ALL {
            let item = MenuItem::new(sort_name(sort)).checked(sort == chosen);
            if item.ui(ui).clicked() {
                picked = Some(sort);
            }
        }
    });
    match picked {
        Some(sort) => desk.look(|context| context.sort = sort),
        None => false,
    }
}

/// The text of the query while it is typed.
#[derive(Default)]
pub(super) struct Query {
    text: Option<String>,
}

impl Query {
    /// Draws the field; says whether a query was taken.
    pub(super) fn ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let query = desk.console.context().query.clone();
        let is_set = query.is_some();
        let text = self.text.get_or_insert_with(|| query.unwrap_or_default());
        let field = TextField::new("What the shopper typed", text)
            .id(Id::unique("query-field"))
            .hint("gift ideas")
            .help("Its words pick the candidates, and the placement becomes search.")
            .ui(ui);
        ui.add_space(SPACE_1);
        let by_key = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let (mut search, mut clear) = (by_key, false);
        ui.horizontal(|ui| {
            search |= Button::secondary("Search").ui(ui).clicked();
            let button = Button::quiet("No query").enabled(is_set);
            clear = button.ui(ui).clicked();
        });
        if !search && !clear {
            return false;
        }
        let typed = self.text.take().unwrap_or_default();
        let typed = typed.trim();
        let query = (search && !typed.is_empty()).then(|| typed.to_owned());
        desk.look(|context| {
            context.query = query;
            context.placement = None;
        })
    }
}

/// The search for a product to put into the cart.
#[derive(Default)]
pub(super) struct Cart {
    found: ProductSearch,
}

impl Cart {
    /// Draws what is in the cart, and the search for more.
    pub(super) fn ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let tokens = Tokens::of(ui);
        let cart = desk.console.context().cart.clone();
        for sku in &cart {
            ui.horizontal(|ui| {
                let name = format!("Take {sku} out of the cart");
                if IconButton::new(Icon::Close, &name).small().ui(ui).clicked() {
                    desk.look(|context| context.cart.retain(|other| other != sku));
                }
                ui.label(body(sku).color(tokens.ink));
            });
        }
        if cart.is_empty() {
            ui.label(small("Nothing is in the cart.").color(tokens.ink3));
        }
        ui.add_space(SPACE_2);
        let picked = self.found.ui(ui, desk, "Search products to add", &cart);
        if let Some(sku) = picked {
            desk.look(|context| context.cart.push(sku));
        }
    }
}

/// The search for the product whose page is looked at.
#[derive(Default)]
pub(super) struct Anchor {
    found: ProductSearch,
}

impl Anchor {
    /// Draws which product it is, and the search for another; says whether one was taken.
    pub(super) fn ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let tokens = Tokens::of(ui);
        let anchor = desk.console.context().anchor.clone();
        let mut clear = false;
        ui.horizontal(|ui| match &anchor {
            Some(sku) => {
                let close = IconButton::new(Icon::Close, "Leave the product page").small();
                clear = close.ui(ui).clicked();
                ui.label(body(sku).color(tokens.ink));
            }
            None => {
                ui.label(small("No product’s page is looked at.").color(tokens.ink3));
            }
        });
        ui.add_space(SPACE_2);
        let picked = self.found.ui(ui, desk, "Search the product of a page", &[]);
        if clear || picked.is_some() {
            return desk.look(|context| {
                context.placement = picked.is_some().then_some(Placement::Product);
                context.anchor = picked;
            });
        }
        false
    }
}

/// A field that searches products, and what it found.
#[derive(Default)]
struct ProductSearch {
    finder: Finder,
}

impl ProductSearch {
    /// Draws it without the products to leave out; gives the sku that is picked.
    fn ui(&mut self, ui: &mut Ui, desk: &mut Desk, hint: &str, but: &[String]) -> Option<String> {
        let id = Id::unique(hint);
        // Two of these may stand in one popover; the answers are those of who asked last.
        let asker = Id::unique("product-search-asker");
        if let Some(text) = self.finder.take_question() {
            desk.send(Command::FindProducts(text));
            ui.data_mut(|data| data.insert_temp(asker, id));
        }
        let is_asker = ui.data(|data| data.get_temp(asker)) == Some(id);
        let lane = desk.console.answers().products();
        let found = lane.value().filter(|_| is_asker).cloned();
        let search = Search {
            id,
            hint,
            nothing: "No product has this in its sku, title, brand or category.",
            is_busy: is_asker && lane.is_busy(),
            takes_keyboard: false,
        };
        let hits = found.iter().flat_map(|hits| hits.iter());
        let hits: Vec<_> = hits
            .filter(|hit| !but.contains(&hit.sku))
            .take(50)
            .collect();
        let rows: Vec<FoundRow<'_>> = hits
            .iter()
            .map(|hit| FoundRow {
                head: None,
                label: &hit.title,
                detail: hit.sku.clone(),
                is_chosen: false,
            })
            .collect();
        let picked = self.finder.ui(ui, &search, &rows);
        let hit = picked.and_then(|place| hits.get(place))?;
        Some(hit.sku.clone())
    }
}

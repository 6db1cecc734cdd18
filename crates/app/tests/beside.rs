//! What stands beside a product of the demo retailer.
//!
//! 1. The slate beside a product, and that of a cart, is of what orders propose, and rules decide.
//! 2. Whoever names candidates, as a search does, is not overruled.
//! 3. Substitutes that the catalogue names come alone and in its order; where it names none, they
//!    are proposed with a reason, and no slate uses them.
//! 4. A sku that there is not is refused.

use endcap_app::{
    BesideKind, Effect, IfUnavailable, Owner, Pin, Placement, RankCommand, Rule, Scope, Workspace,
};

fn beside(workspace: &Workspace, sku: &str, kind: BesideKind) -> Vec<String> {
    let found = workspace.beside(sku, kind).expect("a product of the demo");
    found.into_iter().map(|beside| beside.sku).collect()
}

/// A product that orders tell of.
fn anchor(workspace: &Workspace) -> String {
    let columns = workspace.retailer.columns();
    let skus = (0..workspace.retailer.len()).map(|row| columns.sku.get(row));
    let told = |sku: &&str| !beside(workspace, sku, BesideKind::Complements).is_empty();
    let found = skus.into_iter().find(told).expect("orders that tell");
    found.to_owned()
}

#[test]
fn a_slate_beside_a_product_or_of_a_cart_is_of_what_orders_propose() {
    let workspace = Workspace::demo().unwrap();
    let rules = Workspace::compile(&Workspace::relevance_alone()).unwrap();
    let sku = anchor(&workspace);
    let mut proposed = beside(&workspace, &sku, BesideKind::Complements);
    proposed.extend(beside(&workspace, &sku, BesideKind::Similar));
    let beside_it = RankCommand {
        anchor: Some(sku.clone()),
        ..RankCommand::default()
    };
    let in_cart = RankCommand {
        placement: Some(Placement::Cart),
        cart: vec![sku.clone()],
        ..RankCommand::default()
    };
    for command in [&beside_it, &in_cart] {
        let view = workspace.rank(&rules, command).unwrap();
        assert!(!view.answer.slots.is_empty());
        for slot in &view.answer.slots {
            assert!(proposed.contains(&slot.sku), "{}", slot.sku);
        }
    }
    let searched = RankCommand {
        query: Some("coffee".to_owned()),
        ..beside_it
    };
    let request = workspace.request(&searched).unwrap();
    let found = RankCommand {
        query: Some("coffee".to_owned()),
        ..RankCommand::default()
    };
    assert_eq!(
        request.candidates,
        workspace.request(&found).unwrap().candidates
    );
}

#[test]
fn substitutes_are_the_catalogues_or_else_proposals_that_nothing_uses() {
    let workspace = Workspace::demo().unwrap();
    let columns = workspace.retailer.columns();
    let skus: Vec<&str> = (0..workspace.retailer.len())
        .map(|row| columns.sku.get(row))
        .collect();
    let named = skus
        .iter()
        .find(|sku| !workspace.retailer.substitutes(sku).is_empty());
    let named = named.expect("the demo names substitutes");
    let of_catalogue = workspace.retailer.substitutes(named).iter();
    let of_catalogue: Vec<&str> = of_catalogue.map(|row| skus[*row as usize]).collect();
    assert_eq!(
        beside(&workspace, named, BesideKind::Substitutes),
        of_catalogue
    );
    let is_open = |sku: &&&str| {
        workspace.retailer.substitutes(sku).is_empty()
            && !beside(&workspace, sku, BesideKind::Substitutes).is_empty()
    };
    let open = skus
        .iter()
        .find(is_open)
        .expect("a product with a proposal");
    let proposal = workspace
        .beside(open, BesideKind::Substitutes)
        .unwrap()
        .remove(0);
    assert!(
        proposal
            .reason
            .starts_with("proposed from orders: same category"),
        "{proposal:?}"
    );
    // Pinned in the cart that holds it, it may not be shown.
    let mut rules = Workspace::relevance_alone();
    rules.rules.push(Rule {
        effect: Effect::Pin {
            pins: vec![Pin {
                sku: (**open).to_owned(),
                slot: 1,
            }],
            if_unavailable: IfUnavailable::Substitute,
        },
        id: "pin".to_owned(),
        name: "Pin".to_owned(),
        owner: Owner::Merchandising,
        enabled: true,
        priority: 0,
        scope: Scope::default(),
        when: None,
        campaign: None,
        note: None,
    });
    let rules = Workspace::compile(&rules).unwrap();
    let command = RankCommand {
        cart: vec![(**open).to_owned()],
        ..RankCommand::default()
    };
    let view = workspace.rank(&rules, &command).unwrap();
    let said = view
        .warnings
        .iter()
        .any(|said| said.contains("has no substitute") && said.contains(&proposal.sku));
    assert!(said, "{:?}", view.warnings);
    assert!(view.answer.slots.iter().all(|slot| slot.rule.is_none()));
}

#[test]
fn a_sku_that_there_is_not_is_refused() {
    let workspace = Workspace::demo().unwrap();
    let refused = workspace
        .beside("no such thing", BesideKind::Similar)
        .unwrap_err();
    assert!(
        refused.summary.contains("no such thing"),
        "{}",
        refused.summary
    );
}
